/** One line of a log group. Times are epoch milliseconds. */
export interface LogLine {
  readonly group: string;
  readonly stream: string;
  /** Given by CloudWatch Logs, unique in its stream. */
  readonly eventId: string;
  readonly timestamp: number;
  readonly ingestionTime?: number;
  readonly message: string;
  /** Of an execution's event: its id. Delivery may write one event twice, which makes two lines of one id. */
  readonly sequence?: number;
}

/** Two lines of one key are one line. */
export function lineKey(line: LogLine): string {
  return line.sequence === undefined
    ? `${line.group}\n${line.stream}\n${line.eventId}`
    : `${line.group}\n#${line.sequence}`;
}

/**
 * The order in which lines are shown: by time; within a millisecond the execution's events first, by their ids, then
 * everything else as it was taken in.
 */
export function compareLines(one: LogLine, other: LogLine): number {
  return (
    one.timestamp - other.timestamp ||
    Number(one.sequence === undefined) - Number(other.sequence === undefined) ||
    (one.sequence ?? 0) - (other.sequence ?? 0) ||
    compareTexts(one.group, other.group) ||
    (one.ingestionTime ?? 0) - (other.ingestionTime ?? 0) ||
    compareTexts(one.eventId, other.eventId) ||
    compareTexts(one.stream, other.stream)
  );
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
