import type { Visit } from './visit.js';

export interface VisitFilter {
  /** Only visits with a failed or timed out attempt, or that did not end well. */
  readonly failed: boolean;
  readonly state?: string | undefined;
  /** Number of a Map's item, counted from 1. */
  readonly item?: number | undefined;
}

export function filterVisits(visits: readonly Visit[], filter: VisitFilter): Visit[] {
  return visits.filter(
    (visit) =>
      (!filter.failed || wentWrong(visit)) &&
      (filter.state === undefined || visit.stateName === filter.state) &&
      (filter.item === undefined || visit.path.some((step) => step.kind === 'item' && step.index + 1 === filter.item)),
  );
}

function wentWrong(visit: Visit): boolean {
  return (
    visit.outcome === 'failed' ||
    visit.outcome === 'timed-out' ||
    visit.attempts.some((attempt) => attempt.outcome === 'failed' || attempt.outcome === 'timed-out')
  );
}
