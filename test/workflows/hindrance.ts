import type { Watch, World } from './order-run.js';

/**
 * What goes wrong at the n-th effect (call of a port) of a run:
 * `after`: the function dies when the effect has happened;
 * `late`: its task times out, and the function goes on from there when everything else is over.
 */
export type Hindrance = 'after' | 'late';

export interface HinderedWorld {
  readonly world: World;
  readonly watch: Watch;
  /** How many effects there were. */
  readonly effects: () => number;
  /** Lets a late function go on, until it ends one way or the other. */
  readonly finishLate: () => Promise<void>;
}

class Died extends Error {
  override readonly name = 'Died';
}

/** @param at 1 for the first effect; a number beyond the last hinders nothing. */
export function hindered(world: World, kind: Hindrance, at: number): HinderedWorld {
  let effects = 0;
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let giveUp: (reason: Error) => void = () => undefined;
  const timedOut = new Promise<never>((_, reject) => (giveUp = reject));
  timedOut.catch(() => undefined);
  const tasks: Promise<unknown>[] = [];
  let late = false;

  const effect = async (perform: () => Promise<unknown>): Promise<unknown> => {
    effects += 1;
    if (effects !== at) return perform();
    if (kind === 'late') {
      late = true;
      giveUp(new Died('the task timed out'));
      await released;
      return perform();
    }
    await perform();
    throw new Died('after the effect');
  };
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => effect(() => Reflect.apply(member, target, given) as Promise<unknown>);
      },
    });

  return {
    world: { ledger: wrap(world.ledger), messages: wrap(world.messages), payments: () => wrap(world.payments()) },
    watch: (task) => {
      const running = task();
      tasks.push(running.catch(() => undefined));
      return Promise.race([running, timedOut]);
    },
    effects: () => effects,
    finishLate: async () => {
      letGo();
      if (late) await Promise.all(tasks);
    },
  };
}
