import type { Execution } from '../execution/execution.js';
import { hasEnded } from '../execution/execution.js';
import type { Verdict } from './completeness.js';
import type { IdSequence, Span } from './id-sequence.js';
import { OVERLAP } from './log-calls.js';
import type { MachineLog } from './machine-log.js';

/** What the ids of an execution's events, as its log has them, say about lines that are missing. */
export interface OrderLogVerdict {
  readonly verdict: Verdict;
  readonly missing: readonly Span[];
}

/**
 * @param partly whether only a part of the time was read: then what came before is not missing
 * @param now epoch milliseconds
 */
export function judgeOrderLog(
  log: Pick<MachineLog, 'level'> | undefined,
  ids: IdSequence,
  execution: Pick<Execution, 'status' | 'stopDate'>,
  read: { readonly end: boolean; readonly partly: boolean },
  now: number,
): OrderLogVerdict {
  if (log?.level !== 'ALL') return { verdict: 'not-logged', missing: [] };
  const missing = ids.gaps(read.partly ? ids.lowest : 1);
  if (!hasEnded(execution.status)) return { verdict: 'still-arriving', missing };
  if (read.end && missing.length === 0) return { verdict: 'complete', missing };
  const age = now - (execution.stopDate?.getTime() ?? 0);
  return { verdict: age <= OVERLAP ? 'still-arriving' : 'gaps', missing };
}
