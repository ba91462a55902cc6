import type { LogGroup, LogStore } from '../log-store.js';
import { LogRecord } from './log-record.js';
import type { InsightsQuery } from './parse-query.js';
import { compare } from './read-condition.js';

/** What a query returns without a limit of its own. Source: CloudWatch Logs quotas. */
const MOST_RESULTS = 10_000;
const BATCH = 500;

export interface ResultField {
  readonly field: string;
  readonly value: string;
}

export interface QueryProgress {
  results: readonly (readonly ResultField[])[];
  recordsMatched: number;
  recordsScanned: number;
  bytesScanned: number;
}

export interface QueryScope {
  readonly groups: readonly LogGroup[];
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly limit: number | undefined;
  /** What `@log` says before the group's name. */
  readonly accountId: string;
}

/**
 * Looks at every event of the groups, a batch at a time, and keeps no more than twice the results that are wanted. Between
 * batches others get their turn, and `cancelled` is asked.
 */
export async function runQuery(
  logs: LogStore,
  query: InsightsQuery,
  scope: QueryScope,
  progress: QueryProgress,
  cancelled: () => boolean,
): Promise<void> {
  const limit = Math.min(query.limit ?? scope.limit ?? MOST_RESULTS, MOST_RESULTS);
  const inOrder = orderOf(query);
  let kept: LogRecord[] = [];
  for (const group of scope.groups) {
    let beyond: { readonly at: number; readonly id: number } | undefined;
    for (let ended = false; !ended;) {
      const { from, to } = scope;
      const page = {
        group: group.id,
        from,
        to,
        direction: 'forward' as const,
        count: BATCH,
        ...(beyond && { beyond }),
      };
      const batch = logs.events(page);
      ended = batch.length < BATCH;
      beyond = batch.at(-1);
      for (const event of batch) {
        const record = new LogRecord(event, `${scope.accountId}:${group.name}`);
        progress.recordsScanned += 1;
        progress.bytesScanned += Buffer.byteLength(event.message);
        if (!query.conditions.every((condition) => condition(record))) continue;
        progress.recordsMatched += 1;
        kept.push(record);
      }
      if (kept.length > 2 * limit + BATCH) kept = kept.sort(inOrder).slice(0, limit);
      await new Promise((resolve) => setImmediate(resolve));
      if (cancelled()) return;
    }
  }
  progress.results = kept
    .sort(inOrder)
    .slice(0, limit)
    .map((record) => rowOf(record, query));
}

/** Newest first unless the query says otherwise; fields that are missing come last. */
function orderOf({ order }: InsightsQuery): (one: LogRecord, other: LogRecord) => number {
  return (one, other) => {
    for (const { field, descending } of order) {
      const [left, right] = [one.field(field), other.field(field)];
      const missing = Number(left === undefined) - Number(right === undefined);
      if (missing !== 0) return missing;
      const difference = compare(left, right) ?? 0;
      if (difference !== 0) return descending ? -difference : difference;
    }
    const rising = order.length > 0 ? one.event.id - other.event.id : 0;
    return rising !== 0 ? rising : other.event.at - one.event.at || other.event.id - one.event.id;
  };
}

function rowOf(record: LogRecord, { fields }: InsightsQuery): ResultField[] {
  const row = fields.flatMap(({ name, shownAs }) => {
    const value = record.shown(name);
    return value === undefined ? [] : [{ field: shownAs, value }];
  });
  return [...row, { field: '@ptr', value: record.shown('@ptr') ?? '' }];
}
