import { Failure } from '../cli/failure.js';
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

export interface ListWish {
  readonly status?: Status;
  readonly limit: number;
  /** Started at this time or later, epoch milliseconds. */
  readonly since?: number;
}

const PAGE = 1_000;

/**
 * Executions, newest first. The service filters by one status and sorts by start, so that the first one that is too old ends the list.
 *
 * @returns `more`: whether others would follow that fit the wish
 * @throws Failure (usage) for an Express machine, (notFound) for an unknown one
 */
export async function listExecutions(
  calls: Calls<'listExecutions'>,
  stateMachineArn: string,
  wish: ListWish,
): Promise<{ executions: ListedExecution[]; more: boolean }> {
  const executions: ListedExecution[] = [];
  let nextToken: string | undefined;
  do {
    const page = await calls
      .listExecutions({
        stateMachineArn,
        // One more than wanted tells whether there are more.
        maxResults: Math.min(PAGE, wish.limit + 1 - executions.length),
        ...(wish.status === undefined ? {} : { statusFilter: wish.status }),
        ...(nextToken === undefined ? {} : { nextToken }),
      })
      .catch((error: unknown) => {
        throw listFailure(error, stateMachineArn);
      });
    for (const item of page.executions ?? []) {
      if (wish.since !== undefined && (item.startDate?.getTime() ?? 0) < wish.since) return { executions, more: false };
      if (executions.length === wish.limit) return { executions, more: true };
      executions.push(listed(item));
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return { executions, more: false };
}

type Item = NonNullable<Awaited<ReturnType<Calls<'listExecutions'>['listExecutions']>>['executions']>[number];

function listed(item: Item): ListedExecution {
  const name = item.name ?? '';
  return {
    executionArn: item.executionArn ?? '',
    name,
    attempt: 1,
    ...orderOfName(name),
    status: STATUSES.find((status) => status === item.status) ?? 'RUNNING',
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
  if (isServiceError(error, 'StateMachineDoesNotExist')) {
    return new Failure('notFound', `there is no state machine ${stateMachineArn}`, { cause: error });
  }
  return error;
}
