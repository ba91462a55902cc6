import type { FilterLogEventsRequest, FilterLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import { compileFilterPattern } from '../../src/lib/local/logs/filter-pattern.js';
import type { LogClock, LogsCalls } from '../../src/lib/logs/log-calls.js';

/** A line, and from when on CloudWatch Logs shows it. Times are epoch milliseconds. */
export interface ScriptedLine {
  readonly group: string;
  readonly stream: string;
  readonly timestamp: number;
  readonly message: string;
  readonly eventId: string;
  readonly visibleAt?: number;
}

/** A clock that moves when somebody waits for it. */
export class ManualClock implements LogClock {
  pauses = 0;

  constructor(public time: number) {}

  now(): number {
    return this.time;
  }

  async pause(milliseconds: number): Promise<void> {
    this.pauses += 1;
    this.time += milliseconds;
  }
}

/**
 * CloudWatch Logs at its worst: lines in any order, pages cut anywhere, empty pages with a token, lines that show up late,
 * the end of a range taken as part of it.
 */
export class ScriptedLogs implements LogsCalls {
  readonly calls: FilterLogEventsRequest[] = [];
  readonly queries: string[] = [];
  rows: readonly Record<string, string>[] = [];

  constructor(
    private readonly lines: readonly ScriptedLine[],
    private readonly clock: Pick<LogClock, 'now'>,
    /** Sizes of the pages, used round and round; 0 is an empty page. */
    private readonly pages: readonly number[] = [1_000],
  ) {}

  async filterLogEvents(input: FilterLogEventsRequest): Promise<FilterLogEventsResponse> {
    this.calls.push(input);
    const { logGroupName, startTime = 0, endTime = Number.MAX_SAFE_INTEGER, filterPattern = '', nextToken } = input;
    if (!this.lines.some((line) => line.group === logGroupName)) {
      throw Object.assign(new Error('The specified log group does not exist.'), { name: 'ResourceNotFoundException' });
    }
    const matches = compileFilterPattern(filterPattern);
    const [asOf, from, page] = (nextToken ?? `${this.clock.now()}/0/0`).split('/').map(Number) as [
      number,
      number,
      number,
    ];
    const found = this.lines.filter(
      (line) =>
        line.group === logGroupName &&
        (line.visibleAt ?? 0) <= asOf &&
        line.timestamp >= startTime &&
        line.timestamp <= endTime &&
        matches(line.message),
    );
    const size = this.pages[page % this.pages.length] ?? 1_000;
    const events = found.slice(from, from + size).map(({ stream, timestamp, message, eventId }) => ({
      logStreamName: stream,
      timestamp,
      message,
      eventId,
      ingestionTime: timestamp,
    }));
    const next =
      from + size < found.length || (size === 0 && page < 50) ? `${asOf}/${from + size}/${page + 1}` : undefined;
    return { events, ...(next === undefined ? {} : { nextToken: next }) };
  }

  async startQuery(input: { queryString: string | undefined }): Promise<{ queryId: string }> {
    this.queries.push(input.queryString ?? '');
    return { queryId: 'q' };
  }

  async getQueryResults(): Promise<{ status: 'Complete'; results: { field: string; value: string }[][] }> {
    return {
      status: 'Complete',
      results: this.rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))),
    };
  }
}
