import type { Run } from '../history/history-reader.js';
import { visitDuration } from '../history/timeline.js';
import type { Visit, VisitOutcome } from '../history/visit.js';

/** All visits of one state together. */
export interface StateSummary {
  readonly stateName: string;
  readonly type: string;
  /** 0 at the top, 1 inside a Parallel or Map. */
  readonly depth: number;
  readonly visits: number;
  /** Calls made, or rounds of branches; 0 for states that make none. */
  readonly attempts: number;
  /** The worst of its visits. */
  readonly outcome: VisitOutcome;
  /** Milliseconds of all visits, pauses before redrives not counted. */
  readonly duration: number;
}

const BY_GRAVITY: readonly VisitOutcome[] = ['succeeded', 'caught', 'running', 'aborted', 'timed-out', 'failed'];

/** In the order in which the states were first entered, so that branches stand together below their Parallel. */
export function summarizeStates(visits: readonly Visit[], runs: readonly Run[], now: number): StateSummary[] {
  const summaries = new Map<string, StateSummary>();
  for (const visit of visits) {
    const before = summaries.get(visit.stateName);
    summaries.set(visit.stateName, {
      stateName: visit.stateName,
      type: visit.stateType,
      depth: visit.path.length,
      visits: (before?.visits ?? 0) + 1,
      attempts: (before?.attempts ?? 0) + visit.attempts.length,
      outcome: worst(before?.outcome ?? 'succeeded', visit.outcome),
      duration: (before?.duration ?? 0) + visitDuration(visit, runs, now),
    });
  }
  return [...summaries.values()];
}

function worst(left: VisitOutcome, right: VisitOutcome): VisitOutcome {
  return BY_GRAVITY.indexOf(left) > BY_GRAVITY.indexOf(right) ? left : right;
}
