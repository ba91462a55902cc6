import type { Catcher, Retrier } from '../definition/types.js';
import type { FailureReason } from './state-failure.js';

/** What the language calls a failure that names no error. */
const UNNAMED = '';

/** States.Runtime ends the execution whatever its handlers say. Source: developer guide, "Handling errors". */
function isTerminal(error: string): boolean {
  return error === 'States.Runtime';
}

/**
 * Whether an `ErrorEquals` list matches. States.TaskFailed stands for every error but States.Timeout; a missed heartbeat is
 * a timeout too.
 */
export function matchesError(names: readonly string[], error: string): boolean {
  if (isTerminal(error)) {
    return false;
  }
  return names.some(
    (name) =>
      name === error ||
      name === 'States.ALL' ||
      (name === 'States.TaskFailed' && error !== 'States.Timeout') ||
      (name === 'States.Timeout' && error === 'States.HeartbeatTimeout'),
  );
}

export interface RetryDecision {
  /** Which retrier of the state. */
  readonly index: number;
  /** Milliseconds until the next attempt. */
  readonly delay: number;
}

/**
 * The first retrier that matches decides; when its attempts are used up there is no retry.
 * @param used how often each retrier has been used in this visit of the state
 * @param random 0 <= x < 1, drawn only for full jitter
 */
export function decideRetry(
  retriers: readonly Retrier[] | undefined,
  reason: FailureReason,
  used: readonly number[],
  random: () => number,
): RetryDecision | undefined {
  const index = retriers?.findIndex((retrier) => matchesError(retrier.ErrorEquals, reason.error ?? UNNAMED)) ?? -1;
  const retrier = retriers?.[index];
  if (retrier === undefined) {
    return undefined;
  }
  const attempt = used[index] ?? 0;
  return attempt < (retrier.MaxAttempts ?? 3) ? { index, delay: retryDelay(retrier, attempt, random) } : undefined;
}

/**
 * Milliseconds before retry number `attempt` (from 0) of one retrier.
 * Full jitter draws evenly between none and the whole delay.
 */
export function retryDelay(retrier: Retrier, attempt: number, random: () => number): number {
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** attempt;
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Infinity);
  return Math.round((retrier.JitterStrategy === 'FULL' ? seconds * random() : seconds) * 1000);
}

/** The first catcher that takes this failure. */
export function findCatcher(catchers: readonly Catcher[] | undefined, reason: FailureReason): number | undefined {
  const index = catchers?.findIndex((catcher) => matchesError(catcher.ErrorEquals, reason.error ?? UNNAMED)) ?? -1;
  return index < 0 ? undefined : index;
}
