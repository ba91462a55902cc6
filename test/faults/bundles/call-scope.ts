import { AsyncLocalStorage } from 'node:async_hooks';

/** What a function's code finds in place of the machine's clock, timers and output, while it works for one call. */
export interface CallScope {
  /** The call, as the simulation knows it. */
  readonly call: object;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly write: (line: string) => void;
  /** Calls `ring` when so many milliseconds have passed on the simulation's clock. */
  readonly arm: (milliseconds: number, ring: () => void) => { cancel(): void };
}

const scopes = new AsyncLocalStorage<CallScope>();

/** Whose code this is; undefined outside of the functions. */
export function currentScope(): CallScope | undefined {
  return scopes.getStore();
}

export function inScope<T>(scope: CallScope, act: () => T): T {
  return scopes.run(scope, act);
}

/** A timer of a function; the SDKs use no more of Node's than this. */
class SimulatedTimer {
  private readonly armed: { cancel(): void };

  constructor(scope: CallScope, milliseconds: number, ring: () => void) {
    this.armed = scope.arm(milliseconds, () => scopes.run(scope, ring));
  }

  clear(): void {
    this.armed.cancel();
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

let installed = false;

/**
 * Puts the simulation's clock, timers and output under code that runs in a scope; everything else in the process goes on
 * with the real ones. The bundles are taken as they are shipped, so there is no other place where these could be given.
 *
 * Deadlines never come: a function that hangs goes on whenever it can, which is the worst that it can do.
 */
export function installScopes(): void {
  if (installed) return;
  installed = true;
  const real = {
    now: Date.now,
    random: Math.random,
    setTimeout,
    clearTimeout,
    timeout: AbortSignal.timeout.bind(AbortSignal),
  };
  Date.now = () => currentScope()?.now() ?? real.now();
  Math.random = () => (currentScope() === undefined ? real.random() : 0.5);
  const simulatedTimeout = (ring: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]): unknown => {
    const scope = currentScope();
    if (scope === undefined) return real.setTimeout(ring, milliseconds, ...given);
    return new SimulatedTimer(scope, milliseconds, () => ring(...given));
  };
  globalThis.setTimeout = simulatedTimeout as unknown as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    if ((timer as unknown) instanceof SimulatedTimer) (timer as unknown as SimulatedTimer).clear();
    else real.clearTimeout(timer);
  };
  AbortSignal.timeout = (milliseconds) =>
    currentScope() === undefined ? real.timeout(milliseconds) : new AbortController().signal;
  const write: (...given: never[]) => boolean = process.stdout.write.bind(process.stdout);
  process.stdout.write = (...given: unknown[]) => {
    const scope = currentScope();
    if (scope === undefined) return write(...(given as never[]));
    scope.write(String(given[0]));
    return true;
  };
}
