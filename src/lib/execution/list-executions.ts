import { machineFailure } from '../aws/machine-failure.js';
import { Failure } from '../cli/failure.js';
import type { ExpressLog } from '../logs/express-log.js';
import { STATUSES, type Status } from './execution.js';
import { orderOfName } from './execution-name.js';
import { isServiceError, type Calls } from './step-functions.js';

export interface ListedExecution {
  readonly executionArn: string;
  readonly name: string;
  /** Absent where the name does not tell: a hashed id, an execution that something else started. */
  readonly orderId?: string;
  readonly attempt: number;
  readonly status: Status;
  readonly startDate: Date;
  readonly stopDate?: Date;
  readonly redriveCount: number;
}

/** `expressLog`: where Express executions can be read; see executionCalls. */
export type ListingCalls = Calls<'listExecutions'> & { readonly expressLog?: ExpressLog };

/** A status that the service can list by. */
export type ListedStatus = (typeof STATUSES)[number];

export interface Which {
  /** None: all. */
  readonly statuses?: readonly ListedStatus[];
  /** Started at this time or later, and before that one; epoch milliseconds. */
  readonly since?: number;
  readonly until?: number;
}

export interface ListWish extends Which {
  readonly limit: number;
}

const PAGE = 1_000;

/**
 * Executions, newest first, page by page: a page a status is held at a time. The service filters by one status and sorts by start, so
 * several statuses are several lists, merged, and the first execution that is too old ends its list.
 *
 * @param expected how many will be taken, if that is known: a smaller first page
 * @throws Failure (usage) for an Express machine, (notFound) for an unknown one
 */
export async function* eachExecution(
  calls: ListingCalls,
  stateMachineArn: string,
  which: Which,
  expected = PAGE,
): AsyncGenerator<ListedExecution> {
  const statuses = which.statuses?.length ? [...new Set(which.statuses)] : [undefined];
  const lists = statuses.map((status) => ofOneStatus(calls, stateMachineArn, status, which, expected));
  try {
    const heads = await Promise.all(lists.map((list) => list.next()));
    for (;;) {
      let newest: number | undefined;
      heads.forEach((head, index) => {
        if (head.done !== true && (newest === undefined || isLater(head.value, heads[newest]?.value))) newest = index;
      });
      const list = newest === undefined ? undefined : lists[newest];
      if (newest === undefined || list === undefined) return;
      yield heads[newest]?.value as ListedExecution;
      heads[newest] = await list.next();
    }
  } finally {
    await Promise.all(lists.map((list) => list.return(undefined)));
  }
}

/** The first of them. @returns `more`: whether others would follow that fit the wish */
export async function listExecutions(
  calls: ListingCalls,
  stateMachineArn: string,
  wish: ListWish,
): Promise<{ executions: ListedExecution[]; more: boolean }> {
  const executions: ListedExecution[] = [];
  // One more than wanted tells whether there are more.
  for await (const execution of eachExecution(calls, stateMachineArn, wish, wish.limit + 1)) {
    if (executions.length === wish.limit) return { executions, more: true };
    executions.push(execution);
  }
  return { executions, more: false };
}

async function* ofOneStatus(
  calls: ListingCalls,
  stateMachineArn: string,
  status: ListedStatus | undefined,
  { since, until }: Which,
  expected: number,
): AsyncGenerator<ListedExecution, undefined> {
  let nextToken: string | undefined;
  let left = until === undefined ? expected : PAGE;
  do {
    const page = await calls
      .listExecutions({
        stateMachineArn,
        maxResults: Math.max(1, Math.min(PAGE, left)),
        ...(status === undefined ? {} : { statusFilter: status }),
        ...(nextToken === undefined ? {} : { nextToken }),
      })
      .catch((error: unknown) => {
        if (calls.expressLog !== undefined && isServiceError(error, 'StateMachineTypeNotSupported')) return undefined;
        throw listFailure(error, stateMachineArn);
      });
    if (page === undefined) {
      const range = { ...(since === undefined ? {} : { since }), ...(status === undefined ? {} : { status }) };
      const limit = until === undefined ? expected : 10 * PAGE;
      const list = await calls.expressLog?.list(stateMachineArn, { ...range, limit });
      for (const item of list?.executions ?? [])
        if (until === undefined || (item.startDate?.getTime() ?? 0) < until) yield listed(item);
      return;
    }
    for (const item of page.executions ?? []) {
      const started = item.startDate?.getTime() ?? 0;
      if (since !== undefined && started < since) return;
      left -= 1;
      if (until === undefined || started < until) yield listed(item);
    }
    nextToken = page.nextToken;
    if (left <= 0) left = PAGE;
  } while (nextToken !== undefined);
}

function isLater(left: ListedExecution | undefined, right: ListedExecution | undefined): boolean {
  return (left?.startDate.getTime() ?? 0) > (right?.startDate.getTime() ?? 0);
}

type Item = NonNullable<Awaited<ReturnType<Calls<'listExecutions'>['listExecutions']>>['executions']>[number];

function listed(item: Omit<Item, 'status'> & { readonly status?: string | undefined }): ListedExecution {
  const name = item.name ?? '';
  return {
    executionArn: item.executionArn ?? '',
    name,
    attempt: 1,
    ...orderOfName(name),
    status: ([...STATUSES, 'UNKNOWN'] as const).find((status) => status === item.status) ?? 'RUNNING',
    startDate: item.startDate ?? new Date(0),
    ...(item.stopDate === undefined ? {} : { stopDate: item.stopDate }),
    redriveCount: item.redriveCount ?? 0,
  };
}

function listFailure(error: unknown, stateMachineArn: string): unknown {
  if (isServiceError(error, 'StateMachineTypeNotSupported')) {
    return new Failure(
      'usage',
      `Step Functions does not list the executions of an Express state machine: ${stateMachineArn}`,
      {
        suggestions: ['what they did stands in its log group only'],
        cause: error,
      },
    );
  }
  return machineFailure(error, stateMachineArn) ?? error;
}
