import { hasEnded, type Execution } from './execution.js';

/** How a wait came to its end. */
export type WaitOutcome = 'ended' | 'timed-out' | 'interrupted';

export interface WaitOptions {
  describe(): Promise<Execution>;
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds, early (without an error) when `signal` is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Between two looks: `first` to begin with, each half as long again, never above `longest`; milliseconds. */
  readonly pause: { readonly first: number; readonly longest: number };
  /** Bounds the wait, never the execution; epoch milliseconds. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
  onLook?(execution: Execution): void;
}

/**
 * Looks at an execution until it has ended.
 *
 *     describe ── ended? ──> done
 *        ^          │ no
 *        └── pause ─┴─ deadline over? interrupted? ──> done
 *
 * DescribeExecution refills 15 calls a second for the whole account (AWS quotas), which is why the pauses grow.
 */
export async function waitForEnd(options: WaitOptions): Promise<{ outcome: WaitOutcome; execution: Execution }> {
  let pause = options.pause.first;
  for (;;) {
    const execution = await options.describe();
    options.onLook?.(execution);
    if (hasEnded(execution.status)) return { outcome: 'ended', execution };
    if (options.signal?.aborted === true) return { outcome: 'interrupted', execution };
    const left = (options.deadline ?? Number.POSITIVE_INFINITY) - options.now();
    if (left <= 0) return { outcome: 'timed-out', execution };
    await options.sleep(Math.min(pause, left), options.signal);
    pause = Math.min(pause * 1.5, options.pause.longest);
  }
}

/** On AWS at least a second apart; inside this process a look costs next to nothing. */
export const PAUSES = {
  aws: { first: 1_000, longest: 10_000 },
  local: { first: 250, longest: 1_000 },
} as const;
