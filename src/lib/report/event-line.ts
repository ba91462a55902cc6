import { sanitize } from '../cli/sanitize.js';
import { detailsOf, timeOf, type HistoryEvent } from '../history/event.js';

/** One raw event on one line: id, cause, time, type, details. */
export function eventLine(event: HistoryEvent): string {
  const time = timeOf(event);
  const details = Object.entries(detailsOf(event)).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const id = `${String(event.id ?? '?').padStart(5)} <- ${String(event.previousEventId ?? '?').padEnd(5)}`;
  const when = time === undefined ? '' : new Date(time).toISOString();
  return sanitize([id, when, event.type ?? 'Unknown', ...details].join('  '));
}
