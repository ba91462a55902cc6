import type { DescribeMapRunOutput } from '@aws-sdk/client-sfn';
import { describeExecution } from '../execution/execution.js';
import { isServiceError, type Calls } from '../execution/step-functions.js';
import { decodeCause } from '../history/cause.js';

/** A child execution of a distributed Map that did not succeed. */
export interface FailedChild {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
  readonly error?: string;
  readonly message?: string;
}

export interface FailedChildren {
  readonly mapRunArn: string;
  /** Child executions that failed, timed out or were stopped; absent where the service does not say. */
  readonly total?: number;
  /** The newest of them, at most as many as were asked for. */
  readonly shown: readonly FailedChild[];
  readonly more: boolean;
}

export interface MapRunCalls extends Calls<'listExecutions' | 'describeExecution'> {
  describeMapRun(input: { readonly mapRunArn: string }): Promise<DescribeMapRunOutput>;
}

const BAD = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/**
 * The children with which a Map Run failed: a bounded number, since there may be thousands and each is a call of its own
 * (ListExecutions 2 to 5 a second, DescribeExecution 10 to 15: AWS quotas).
 *
 * @param limit how many to name
 */
export async function readFailedChildren(
  calls: MapRunCalls,
  mapRunArn: string,
  limit: number,
): Promise<FailedChildren | undefined> {
  try {
    const { executionCounts: counts } = await calls.describeMapRun({ mapRunArn });
    const total =
      counts === undefined ? undefined : (counts.failed ?? 0) + (counts.timedOut ?? 0) + (counts.aborted ?? 0);
    const found: { executionArn: string; name: string; status: string }[] = [];
    let more = false;
    for (const statusFilter of BAD) {
      // Express children, and statuses that the counts rule out, need no call.
      if (found.length > limit || (counts !== undefined && countOf(counts, statusFilter) === 0)) continue;
      const page = await calls.listExecutions({ mapRunArn, statusFilter, maxResults: limit + 1 });
      for (const { executionArn, name } of page.executions ?? [])
        found.push({ executionArn: executionArn ?? '', name: name ?? '', status: statusFilter });
      more ||= page.nextToken !== undefined;
    }
    const shown = await Promise.all(found.slice(0, limit).map((child) => withError(calls, child)));
    return {
      mapRunArn,
      ...(total === undefined ? {} : { total }),
      shown,
      more: more || found.length > limit || (total ?? 0) > shown.length,
    };
  } catch (error) {
    if (isServiceError(error, 'AccessDeniedException', 'ResourceNotFound', 'UnknownOperationException'))
      return undefined;
    throw error;
  }
}

type Counts = NonNullable<DescribeMapRunOutput['executionCounts']>;

function countOf(counts: Counts, status: (typeof BAD)[number]): number {
  const count = { FAILED: counts.failed, TIMED_OUT: counts.timedOut, ABORTED: counts.aborted }[status];
  return count ?? 1;
}

async function withError(
  calls: MapRunCalls,
  child: { readonly executionArn: string; readonly name: string; readonly status: string },
): Promise<FailedChild> {
  // Children of an EXPRESS processor cannot be described: their name is all there is.
  if (/:express:/.test(child.executionArn)) return child;
  const { error, cause } = await describeExecution(calls, child.executionArn);
  const message = decodeCause(cause)?.message;
  return {
    ...child,
    ...(error === undefined ? {} : { error }),
    ...(message === undefined ? {} : { message }),
  };
}
