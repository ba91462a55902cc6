import { LATE_WINDOW, OVERLAP } from './log-calls.js';
import type { IdSequence, Span } from './id-sequence.js';
import type { MachineLog } from './machine-log.js';

/**
 * complete              every event from the first to the end is there
 * still-arriving        it runs, or its last lines are on their way
 * gaps                  events are missing, and lines have had the time to arrive
 * not-logged            the machine's log level keeps events back: what is not there need not be missing
 */
export type Verdict = 'complete' | 'still-arriving' | 'gaps' | 'not-logged';

/** How much of an execution its log lines tell. */
export interface Completeness {
  readonly verdict: Verdict;
  readonly level: MachineLog['level'];
  /** Events that were found. */
  readonly events: number;
  /** Ids that are missing below the highest one. */
  readonly missing: readonly Span[];
  /** Whether start and end of the execution stand in the log. Without its start, its first line's time is all there is. */
  readonly start: boolean;
  readonly end: boolean;
  /** Ids of events with a payload that was cut. */
  readonly truncated: readonly number[];
  readonly executionData: boolean;
}

/** Longest life of an Express execution; milliseconds. AWS, Step Functions quotas. */
export const EXPRESS_LIFETIME = 5 * 60_000;

export interface Evidence {
  readonly log: Pick<MachineLog, 'level' | 'executionData'>;
  readonly ids: IdSequence;
  readonly events: number;
  readonly start: boolean;
  readonly end: boolean;
  readonly truncated: readonly number[];
  /** Times of the first and the last event; epoch milliseconds. */
  readonly first: number;
  readonly last: number;
}

/** @param now epoch milliseconds */
export function judgeCompleteness(evidence: Evidence, now: number): Completeness {
  const { log, ids, events, start, end, truncated } = evidence;
  const missing = log.level === 'ALL' ? ids.gaps() : [];
  return {
    verdict: verdictOf(evidence, missing, now),
    level: log.level,
    events,
    missing,
    start,
    end,
    truncated,
    executionData: log.executionData,
  };
}

function verdictOf({ log, end, first, last }: Evidence, missing: readonly Span[], now: number): Verdict {
  if (log.level !== 'ALL') return 'not-logged';
  if (end) {
    if (missing.length === 0) return 'complete';
    return now - last <= OVERLAP ? 'still-arriving' : 'gaps';
  }
  // An end that is not there by now was lost: nothing runs longer.
  return now - first <= EXPRESS_LIFETIME + LATE_WINDOW + OVERLAP ? 'still-arriving' : 'gaps';
}
