import type { Visit, VisitOutcome } from './visit.js';

/** Visits of one state, in a loop or in items of a Map, that went alike and are told in one row. */
export interface FoldedVisits {
  readonly stateName: string;
  readonly stateType: string;
  /** 0 at the top, 1 inside a Parallel or Map. */
  readonly depth: number;
  readonly count: number;
  readonly outcome: VisitOutcome;
  /** Epoch milliseconds: the first entry, the last exit. */
  readonly entered: number;
  readonly ended: number;
  /** Milliseconds of the shortest and of the longest visit. */
  readonly shortest: number;
  readonly longest: number;
}

export type HistoryRow =
  { readonly kind: 'visit'; readonly visit: Visit } | { readonly kind: 'folded'; readonly folded: FoldedVisits };
