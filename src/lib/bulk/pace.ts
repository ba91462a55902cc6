import { Failure } from '../cli/failure.js';

/** Resolves when the next call may be made, early when the signal is aborted. */
export type Pace = (signal?: AbortSignal) => Promise<void>;

export interface PaceSources {
  /** Milliseconds that only grow. */
  now(this: void): number;
  sleep(this: void, milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Spreads calls evenly: `rate` a second, no burst to begin with. `undefined`: as fast as the clients' own limiter lets through. */
export function paceOf(rate: number | undefined, { now, sleep }: PaceSources): Pace {
  if (rate === undefined) return async () => {};
  const step = 1_000 / rate;
  let next = Number.NEGATIVE_INFINITY;
  return async (signal) => {
    const turn = Math.max(now(), next);
    next = turn + step;
    const wait = turn - now();
    if (wait > 0) await sleep(wait, signal);
  };
}

const FASTEST = 10_000;

/** "20" or "0.5": calls a second. @throws Failure (usage) */
export function parseRate(text: string): number {
  const rate = /^[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (rate > 0 && rate <= FASTEST) return rate;
  throw new Failure('usage', `the rate ${JSON.stringify(text)} is not a number of calls a second`, {
    suggestions: [`write it like 20 or 0.5, at most ${FASTEST}`],
  });
}
