import type { ExecutionListItem } from '@aws-sdk/client-sfn';
import { readExecutionEvent } from './execution-events.js';
import { quoted, readLogLines } from './filter-log-events.js';
import { RECENT } from './find-express-runs.js';
import type { LogClock, LogsCalls } from './log-calls.js';
import { statusAfter, UNKNOWN } from './logged-execution.js';
import { EXPRESS_LIFETIME } from './completeness.js';
import type { LogLevel } from './machine-log.js';
import { insightsTime, runInsightsQuery } from './run-insights-query.js';

export interface ExpressListWish {
  readonly machineArn: string;
  readonly group: string;
  readonly level: LogLevel;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly status?: string;
  readonly limit: number;
}

export interface ExpressList {
  /** Newest first; `status` may be UNKNOWN. */
  readonly executions: readonly ListedItem[];
  readonly more: boolean;
  /** Whether there were more lines than were looked at: the oldest are missing. */
  readonly cut: boolean;
  readonly by: 'filter' | 'insights';
}

export type ListedItem = Omit<ExecutionListItem, 'status'> & { readonly status: string };

interface Seen {
  start?: number;
  end?: number;
  status?: string;
  earliest: number;
}

const MOST_ROWS = 10_000;

/**
 * The executions of an Express machine, from the lines about their starts and ends. A range of up to three hours is read
 * with FilterLogEvents, a longer one asked for with a Logs Insights query, which gives 10,000 lines at most.
 */
export async function listExpressExecutions(
  calls: LogsCalls,
  wish: ExpressListWish,
  clock: LogClock,
): Promise<ExpressList> {
  const now = clock.now();
  const prefix = `${wish.machineArn.replace(':stateMachine:', ':express:')}:`;
  const seen = new Map<string, Seen>();
  let cut = false;
  // A minute more does not count: the span was reckoned a moment ago.
  const by = now - wish.since <= RECENT + 60_000 ? 'filter' : 'insights';
  const range = { group: wish.group, from: wish.since, to: now + 60_000 };
  if (by === 'filter') {
    const pattern = `{ $.type = "Execution*" && $.execution_arn = ${quoted(`${prefix}*`)} }`;
    for await (const line of readLogLines(calls, { ...range, pattern })) {
      const logged = readExecutionEvent(line.message);
      if (logged) note(seen, logged.executionArn, logged.event.type ?? '', line.timestamp);
      // Oldest come first; only the newest are wanted, with room for those that a status leaves out.
      if (seen.size > 20 * (wish.limit + 1) + MOST_ROWS) cut = dropOldest(seen, seen.size >>> 1);
    }
  } else {
    const query = `fields @timestamp, execution_arn, type | filter execution_arn like ${quoted(prefix)} and type like /^Execution/ | sort @timestamp desc | limit ${MOST_ROWS}`;
    const rows = await runInsightsQuery(calls, { ...range, query, limit: MOST_ROWS }, clock);
    for (const row of rows) note(seen, row['execution_arn'] ?? '', row['type'] ?? '', insightsTime(row['@timestamp']));
    cut = rows.length >= MOST_ROWS;
  }
  const all = [...seen]
    .map(([executionArn, one]) => listed(executionArn, one, wish, now))
    .filter(({ status }) => wish.status === undefined || status === wish.status)
    .sort((one, other) => (other.startDate?.getTime() ?? 0) - (one.startDate?.getTime() ?? 0));
  return { executions: all.slice(0, wish.limit), more: cut || all.length > wish.limit, cut, by };
}

function note(seen: Map<string, Seen>, executionArn: string, type: string, time: number): void {
  if (executionArn === '') return;
  let one = seen.get(executionArn);
  if (one === undefined) seen.set(executionArn, (one = { earliest: time }));
  one.earliest = Math.min(one.earliest, time);
  const status = statusAfter(type);
  if (status !== undefined) Object.assign(one, { status, end: time });
  else if (type === 'ExecutionStarted') one.start = time;
}

function dropOldest(seen: Map<string, Seen>, count: number): true {
  for (const key of [...seen.keys()].slice(0, count)) seen.delete(key);
  return true;
}

function listed(executionArn: string, seen: Seen, wish: ExpressListWish, now: number): ListedItem {
  const start = seen.start ?? seen.earliest;
  const mayRun = wish.level === 'ALL' && now - start <= EXPRESS_LIFETIME;
  return {
    executionArn,
    stateMachineArn: wish.machineArn,
    name: executionArn.split(':')[7] ?? '',
    status: seen.status ?? (mayRun ? 'RUNNING' : UNKNOWN),
    startDate: new Date(start),
    ...(seen.end === undefined ? {} : { stopDate: new Date(seen.end) }),
  };
}
