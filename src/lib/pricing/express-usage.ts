import { Failure } from '../cli/failure.js';
import { ratio, times, type Ratio } from './ratio.js';

/** An Express execution is ended by the service after five minutes; milliseconds. */
export const LONGEST_EXPRESS = 300_000;

/** Duration is billed in steps of 100 ms, memory in steps of 64 MB; the smallest bill is one of each. */
const STEP_MS = 100n;
const STEP_MB = 64n;

/**
 * What an Express execution is billed for, in cells of 100 ms x 64 MB. A cell is 1/160 GB-second exactly (0.1 s x 1/16
 * GB), so a bill needs no fractions.
 *
 * @param durationMs from start to end, at most five minutes
 */
export function expressCells(durationMs: bigint, memoryMb: bigint): bigint {
  return steps(durationMs, STEP_MS) * steps(memoryMb, STEP_MB);
}

/** The memory that is billed, in MB. */
export function billedMemory(memoryMb: bigint): bigint {
  return steps(memoryMb, STEP_MB) * STEP_MB;
}

/** GB-seconds. */
export function gbSeconds(cells: Ratio): Ratio {
  return times(cells, ratio(1, 160));
}

/** @throws Failure (usage) for what no Express execution lives to see */
export function assertExpressDuration(durationMs: bigint, given: string): void {
  if (durationMs <= BigInt(LONGEST_EXPRESS)) return;
  throw new Failure('usage', `an Express execution ends after 5 minutes (300 s), --duration ${given} is longer`, {
    suggestions: ['--type standard estimates workflows that take longer'],
  });
}

function steps(amount: bigint, step: bigint): bigint {
  const whole = (amount + step - 1n) / step;
  return whole < 1n ? 1n : whole;
}
