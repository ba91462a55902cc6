import { Failure } from '../cli/failure.js';
import type { LogsCalls } from './log-calls.js';
import type { LogLine } from './log-line.js';

export interface LogQuery {
  /** Name of the log group. */
  readonly group: string;
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** CloudWatch Logs' filter pattern; without one every line is read. */
  readonly pattern?: string;
}

/**
 * All lines of a range, page by page, in the order CloudWatch Logs gives them. A page may be empty and still have a
 * successor. Throttling is the clients' business: they ask for a page again with its own token, so nothing is skipped.
 *
 * @throws the SDK's ResourceNotFoundException for a group that is not there; Failure (bug) when a token leads nowhere
 */
export async function* readLogLines(
  calls: Pick<LogsCalls, 'filterLogEvents'>,
  query: LogQuery,
): AsyncGenerator<LogLine> {
  if (query.from >= query.to) return;
  const request = {
    logGroupName: query.group,
    startTime: Math.max(0, query.from),
    endTime: query.to,
    ...(query.pattern === undefined ? {} : { filterPattern: query.pattern }),
  };
  let nextToken: string | undefined;
  do {
    const token: string | undefined = nextToken;
    const page = await calls.filterLogEvents(token === undefined ? request : { ...request, nextToken: token });
    for (const event of page.events ?? []) {
      const { timestamp, eventId, message } = event;
      if (timestamp === undefined || message === undefined) continue;
      // Whether the end of the range belongs to it is told differently in different places of AWS's documents.
      if (timestamp < query.from || timestamp >= query.to) continue;
      yield {
        group: query.group,
        stream: event.logStreamName ?? '',
        eventId: eventId ?? `${timestamp}`,
        timestamp,
        ...(event.ingestionTime === undefined ? {} : { ingestionTime: event.ingestionTime }),
        message,
      };
    }
    nextToken = page.nextToken;
    if (nextToken !== undefined && nextToken === token) {
      throw new Failure('bug', `CloudWatch Logs answers with the same page of ${query.group} again and again`);
    }
  } while (nextToken !== undefined);
}

/** A text as a quoted value of a filter pattern. */
export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
