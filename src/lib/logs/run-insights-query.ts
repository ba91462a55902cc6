import type { ResultField } from '@aws-sdk/client-cloudwatch-logs';
import { Failure } from '../cli/failure.js';
import type { LogClock, LogsCalls } from './log-calls.js';

export interface InsightsQuery {
  readonly group: string;
  /** Epoch milliseconds, both inclusive. */
  readonly from: number;
  readonly to: number;
  readonly query: string;
  /** 10,000 at most. */
  readonly limit: number;
}

/** One result: field -> value. */
export type InsightsRow = Readonly<Record<string, string>>;

const FIRST_LOOK = 500;
const LONGEST_PAUSE = 5_000;
/** CloudWatch Logs ends a query after an hour; nobody at a terminal waits that long. Milliseconds. */
const PATIENCE = 5 * 60_000;

/** Runs a query of CloudWatch Logs Insights to its end. @throws Failure (unreachable) when it fails or does not end */
export async function runInsightsQuery(
  calls: Pick<LogsCalls, 'startQuery' | 'getQueryResults'>,
  { group, from, to, query, limit }: InsightsQuery,
  clock: LogClock,
): Promise<InsightsRow[]> {
  const { queryId } = await calls.startQuery({
    logGroupName: group,
    startTime: Math.floor(from / 1000),
    endTime: Math.ceil(to / 1000),
    queryString: query,
    limit,
  });
  if (queryId === undefined) throw new Failure('bug', 'StartQuery answered without the id of a query');
  const deadline = clock.now() + PATIENCE;
  for (let pause = FIRST_LOOK; clock.now() < deadline; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const { status, results } = await calls.getQueryResults({ queryId });
    if (status === 'Complete') return (results ?? []).map(rowOf);
    if (status !== 'Running' && status !== 'Scheduled') {
      throw new Failure('unreachable', `the Logs Insights query over ${group} ended as ${String(status)}`);
    }
    await clock.pause(pause);
  }
  throw new Failure('unreachable', `the Logs Insights query over ${group} has no answer after 5 minutes`);
}

function rowOf(fields: readonly ResultField[]): InsightsRow {
  return Object.fromEntries(fields.map(({ field, value }) => [field ?? '', value ?? '']));
}

/** "2026-11-22 10:00:00.123", UTC, in epoch milliseconds. */
export function insightsTime(text: string | undefined): number {
  return Date.parse(`${(text ?? '').replace(' ', 'T')}Z`);
}
