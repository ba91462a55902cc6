/**
 * A history event as this folder reads it: what GetExecutionHistory's client gives (`timestamp` a Date) and what the
 * local store keeps (epoch milliseconds). Everything may be missing: a history is data from outside.
 */
export interface HistoryEvent {
  readonly id?: number | undefined;
  readonly previousEventId?: number | undefined;
  readonly timestamp?: Date | number | undefined;
  readonly type?: string | undefined;
}

export type EventSource = AsyncIterable<HistoryEvent> | Iterable<HistoryEvent>;

/** The one `...EventDetails` member of an event, or an empty object. */
export function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  for (const [key, value] of Object.entries(event)) {
    if (key.endsWith('EventDetails') && typeof value === 'object' && value !== null)
      return value as Record<string, unknown>;
  }
  return {};
}

/** A member of the details when it is a text. */
export function textOf(details: Readonly<Record<string, unknown>>, member: string): string | undefined {
  const value = details[member];
  return typeof value === 'string' ? value : undefined;
}

/** Epoch milliseconds of an event; `undefined` when it has no usable time. */
export function timeOf(event: HistoryEvent): number | undefined {
  const time = event.timestamp instanceof Date ? event.timestamp.getTime() : event.timestamp;
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined;
}
