import { sanitize } from '../cli/sanitize.js';
import type { HistoryEvent } from '../history/event.js';
import { eventKind } from '../history/event-kind.js';
import { HistoryReader } from '../history/history-reader.js';
import { visitDuration } from '../history/timeline.js';
import type { Visit } from '../history/visit.js';
import { durationText } from './time-text.js';

/** States in which nothing happens that a person would wait for. */
const QUIET: ReadonlySet<string> = new Set(['Pass', 'Choice', 'Succeed', 'Fail']);

/** Puts events as they arrive into words, a line for each step that a person would want to hear of. */
export class ProgressReport {
  private readonly reader = new HistoryReader();
  private lastId = 0;

  /** @returns nothing for most events, and for those that were seen before. */
  line(event: HistoryEvent): string | undefined {
    if ((event.id ?? 0) <= this.lastId) return undefined;
    this.lastId = event.id ?? this.lastId;
    const kind = eventKind(event.type);
    const visit = this.reader.add(event);
    if (visit === undefined || QUIET.has(visit.stateType)) return undefined;
    const last = visit.attempts.at(-1);
    if (kind.is === 'failed')
      return `  ${stateText(visit)}: attempt ${last?.number ?? 1} failed with ${sanitize(last?.error ?? 'an error')}`;
    // The items of a Map would drown everything else; their failures are told.
    if (kind.is !== 'exited' || visit.path.some((step) => step.kind === 'item')) return undefined;
    const time = durationText(visitDuration(visit, this.reader.runs, visit.exited ?? visit.entered));
    const items = visit.items === undefined ? '' : `, ${visit.items} item${visit.items === 1 ? '' : 's'}`;
    return `  ${stateText(visit)}: ${visit.outcome === 'caught' ? 'error caught' : 'done'} in ${time}${items}`;
  }
}

function stateText(visit: Visit): string {
  const step = visit.path.at(-1);
  return step?.kind === 'item' ? `${sanitize(visit.stateName)} (item ${step.index + 1})` : sanitize(visit.stateName);
}
