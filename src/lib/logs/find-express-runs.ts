import { readExecutionEvent } from './execution-events.js';
import { quoted, readLogLines } from './filter-log-events.js';
import type { LogClock, LogsCalls } from './log-calls.js';
import { insightsTime, runInsightsQuery } from './run-insights-query.js';

/** One execution that left lines. Times of its first and last line, epoch milliseconds. */
export interface ExpressRun {
  readonly executionArn: string;
  readonly first: number;
  readonly last: number;
}

export interface FoundRuns {
  /** Newest first. */
  readonly runs: readonly ExpressRun[];
  /** Where it was looked, and why there: `recent` by FilterLogEvents, `history` by a Logs Insights query as well. */
  readonly searched: 'recent' | 'history';
}

/** So far back FilterLogEvents looks: it reads a group from its beginning in pages, under a quota of 5 to 25 a second. */
export const RECENT = 3 * 3_600_000;
/** So far back a Logs Insights query looks: it reads in parallel, and costs by what it scans. */
export const LONG_AGO = 30 * 86_400_000;
const AHEAD = 60_000;
const MOST_ROWS = 10_000;

/**
 * Finds what runs of an Express execution left lines. The uuid at the end of their ARNs is the service's invention, and a
 * name may have run many times.
 *
 * @param prefix the ARN up to the uuid, with the colon before it, or a whole ARN
 */
export async function findExpressRuns(
  calls: LogsCalls,
  group: string,
  prefix: string,
  clock: LogClock,
): Promise<FoundRuns> {
  const now = clock.now();
  const recent = new Map<string, ExpressRun>();
  const pattern = `{ $.execution_arn = ${quoted(prefix.endsWith(':') ? `${prefix}*` : prefix)} }`;
  for await (const line of readLogLines(calls, { group, from: now - RECENT, to: now + AHEAD, pattern })) {
    note(recent, readExecutionEvent(line.message)?.executionArn, line.timestamp);
  }
  if (recent.size > 0) return { runs: newestFirst(recent), searched: 'recent' };
  const older = new Map<string, ExpressRun>();
  const rows = await runInsightsQuery(
    calls,
    {
      group,
      from: now - LONG_AGO,
      to: now + AHEAD,
      limit: MOST_ROWS,
      query: `fields @timestamp, execution_arn | filter execution_arn like ${quoted(prefix)} | sort @timestamp desc | limit ${MOST_ROWS}`,
    },
    clock,
  );
  for (const row of rows) note(older, row['execution_arn'], insightsTime(row['@timestamp']));
  return { runs: newestFirst(older), searched: 'history' };
}

function note(runs: Map<string, ExpressRun>, executionArn: string | undefined, time: number): void {
  if (executionArn === undefined || Number.isNaN(time)) return;
  const run = runs.get(executionArn);
  const [first, last] = run === undefined ? [time, time] : [Math.min(run.first, time), Math.max(run.last, time)];
  runs.set(executionArn, { executionArn, first, last });
}

function newestFirst(runs: ReadonlyMap<string, ExpressRun>): ExpressRun[] {
  return [...runs.values()].sort(
    (one, other) => other.first - one.first || (one.executionArn < other.executionArn ? 1 : -1),
  );
}
