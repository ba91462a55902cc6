import type { ExecutionStore } from '../store/execution-store.js';
import type { ChildCount, MapRunStore, StoredMapRun } from '../store/map-run-store.js';
import { AwsError } from '../wire/aws-error.js';
import type { Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { checkArn, labelledMachineArn } from './arns.js';
import { requireExecution } from './execution-operations.js';
import { pageToken, readPageToken } from './page-token.js';
import { epochSeconds } from './wire-time.js';

export const MAP_RUN_ARN_LIMITS = { min: 1, max: 2000 };

interface MapRunPlace {
  readonly execution: number;
  readonly before: number;
}

/**
 * Describe and list Map Runs. UpdateMapRun is not offered. What AWS counts as pending after a run has failed, and the text
 * of ResourceNotFound, are not verified; `resultsWritten` stays 0.
 */
export function mapRunOperations(mapRuns: MapRunStore, executions: ExecutionStore): Operations {
  return {
    DescribeMapRun: (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('mapRunArn', MAP_RUN_ARN_LIMITS);
      read.check();
      const run = requireMapRun(mapRuns, arn);
      const counts = mapRuns.counts(run.id);
      return {
        mapRunArn: run.arn,
        executionArn: executions.byId(run.execution)?.arn,
        status: run.status,
        startDate: epochSeconds(run.startedAt),
        ...(run.stoppedAt !== null && { stopDate: epochSeconds(run.stoppedAt) }),
        maxConcurrency: run.maxConcurrency,
        toleratedFailurePercentage: run.toleratedPercentage,
        toleratedFailureCount: run.toleratedCount,
        itemCounts: countsOf(counts, ({ items }) => items, pendingItems(run, counts)),
        executionCounts: countsOf(counts, (count) => count.executions, pendingExecutions(run, counts)),
        redriveCount: run.redriveCount,
        ...(run.redrivenAt !== null && { redriveDate: epochSeconds(run.redrivenAt) }),
      };
    },

    ListMapRuns: (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('executionArn', { min: 1, max: 256 });
      const count = read.integer('maxResults', { min: 0, max: 1000 }) ?? 0;
      const token = read.text('nextToken', { min: 1, max: 1024 });
      read.check();
      const execution = requireExecution(executions, arn);
      const before =
        token === undefined
          ? undefined
          : readPageToken<MapRunPlace>(token, (place) => place.execution === execution.id).before;
      const limit = count === 0 ? 100 : count;
      const page = mapRuns.ofExecution(execution.id, before, limit + 1);
      const shown = page.slice(0, limit);
      const last = page.length > limit ? shown.at(-1) : undefined;
      return {
        mapRuns: shown.map((run) => ({
          executionArn: arn,
          mapRunArn: run.arn,
          stateMachineArn: labelledMachineArn(run.arn),
          startDate: epochSeconds(run.startedAt),
          ...(run.stoppedAt !== null && { stopDate: epochSeconds(run.stoppedAt) }),
        })),
        nextToken: last && pageToken<MapRunPlace>({ execution: execution.id, before: last.id }),
      };
    },
  };
}

/** @throws AwsError InvalidArn, ResourceNotFound */
export function requireMapRun(mapRuns: MapRunStore, arn: string): StoredMapRun {
  checkArn(arn, 'mapRun');
  const run = mapRuns.find(arn);
  if (run === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
  return run;
}

function pendingItems({ itemCount }: StoredMapRun, counts: readonly ChildCount[]): number {
  const begun = counts.reduce((sum, { items }) => sum + items, 0);
  return Math.max(0, (itemCount ?? begun) - begun);
}

/** With an ItemBatcher it is not known how many more there will be until they are started. */
function pendingExecutions(run: StoredMapRun, counts: readonly ChildCount[]): number {
  const batched = counts.some(({ items, executions }) => items > executions);
  return batched ? 0 : pendingItems(run, counts);
}

function countsOf(counts: readonly ChildCount[], amount: (count: ChildCount) => number, pending: number): object {
  const of = (status: string) =>
    counts.filter((count) => count.status === status).reduce((sum, one) => sum + amount(one), 0);
  return {
    pending,
    running: of('RUNNING'),
    succeeded: of('SUCCEEDED'),
    failed: of('FAILED'),
    timedOut: of('TIMED_OUT'),
    aborted: of('ABORTED'),
    total: counts.reduce((sum, one) => sum + amount(one), pending),
    resultsWritten: 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}
