import type { FoldedVisits, HistoryRow } from './history-row.js';
import { visitEnd } from './timeline.js';
import type { Attempt, Visit, VisitOutcome } from './visit.js';

/** A state with more visits than this is folded. */
export const MOST_ALIKE = 12;
/** Of the visits that went wrong this many keep a row of their own. */
const MOST_REMARKABLE = 20;

interface Group {
  readonly visits: Visit[];
  /** Visits that are told one by one. */
  readonly kept: Set<Visit>;
}

/**
 * Rows for a person: what went wrong or goes on stands alone, what went well a thousand times over is one row, where its
 * first visit was. A Map's items, and what a loop visits, are counted by state and outcome.
 *
 * @param visits in the order in which they are to be told
 * @param now epoch milliseconds, for visits that go on
 */
export function foldVisits(visits: readonly Visit[], now: number, most: number = MOST_ALIKE): HistoryRow[] {
  const groups = new Map<string, Group>();
  for (const visit of visits) {
    const key = groupKey(visit);
    const group = groups.get(key) ?? { visits: [], kept: new Set<Visit>() };
    groups.set(key, group);
    group.visits.push(visit);
    if (isRemarkable(visit) && group.kept.size < MOST_REMARKABLE) group.kept.add(visit);
  }
  const told = new Set<string>();
  const rows: HistoryRow[] = [];
  for (const visit of visits) {
    const key = groupKey(visit);
    const group = groups.get(key);
    if (group === undefined || group.visits.length <= most || group.kept.has(visit))
      rows.push({ kind: 'visit', visit });
    else if (!told.has(key)) {
      told.add(key);
      rows.push(...foldedRows(group, now));
    }
  }
  return rows;
}

/** The place without the numbers of items. */
function groupKey({ stateName, path }: Visit): string {
  return JSON.stringify([
    stateName,
    path.map((step) => [step.stateName, step.kind === 'branch' ? step.index : 'item']),
  ]);
}

function isRemarkable({ outcome, attempts }: Visit): boolean {
  return outcome !== 'succeeded' || attempts.some(wentWrong);
}

function wentWrong({ outcome }: Attempt): boolean {
  return outcome !== 'succeeded';
}

function foldedRows(group: Group, now: number): HistoryRow[] {
  const byOutcome = new Map<VisitOutcome, FoldedVisits>();
  for (const visit of group.visits) {
    if (group.kept.has(visit)) continue;
    const ended = visitEnd(visit, now);
    const duration = Math.max(0, ended - visit.entered);
    const before = byOutcome.get(visit.outcome);
    byOutcome.set(visit.outcome, {
      stateName: visit.stateName,
      stateType: visit.stateType,
      depth: visit.path.length,
      count: (before?.count ?? 0) + 1,
      outcome: visit.outcome,
      entered: Math.min(before?.entered ?? visit.entered, visit.entered),
      ended: Math.max(before?.ended ?? ended, ended),
      shortest: Math.min(before?.shortest ?? duration, duration),
      longest: Math.max(before?.longest ?? duration, duration),
    });
  }
  return [...byOutcome.values()].map((folded) => ({ kind: 'folded', folded }));
}
