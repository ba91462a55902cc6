import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { Failure } from '../cli/failure.js';
import type { ExitName } from '../cli/exit-codes.js';
import { isServiceError, type Calls } from './step-functions.js';

export const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] as const;
/** UNKNOWN: of an Express execution whose log does not tell how it stands. */
export type Status = (typeof STATUSES)[number] | 'UNKNOWN';

/** DescribeExecution's answer in the words of this program, members that are absent left out. */
export interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: Status;
  readonly startDate: Date;
  readonly stopDate?: Date;
  /** JSON texts; absent where the service keeps them back. */
  readonly input?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redriveDate?: Date;
  readonly redriveStatus?: string;
  readonly redriveStatusReason?: string;
  readonly mapRunArn?: string;
  /** What StartExecution was given as the X-Ray trace header. */
  readonly traceHeader?: string;
}

/** @throws Failure (notFound) when there is no such execution; the SDK's errors otherwise. */
export async function describeExecution(calls: Calls<'describeExecution'>, executionArn: string): Promise<Execution> {
  const found = await findExecution(calls, executionArn);
  if (found) return found;
  throw new Failure('notFound', `there is no execution ${executionArn}`, {
    suggestions: ['Step Functions forgets an execution 90 days after its end', 'orders list shows what there is'],
  });
}

/** The same, `undefined` when there is no such execution. */
export async function findExecution(
  calls: Calls<'describeExecution'>,
  executionArn: string,
): Promise<Execution | undefined> {
  try {
    return toExecution(await calls.describeExecution({ executionArn }));
  } catch (error) {
    if (isServiceError(error, 'ExecutionDoesNotExist')) return undefined;
    throw error;
  }
}

function toExecution(answer: DescribeExecutionOutput): Execution {
  const { executionArn, stateMachineArn, startDate, status } = answer;
  if (executionArn === undefined || stateMachineArn === undefined || startDate === undefined || status === undefined) {
    throw new Failure('bug', 'DescribeExecution answered without an ARN, a status or a start date');
  }
  const known = ([...STATUSES, 'UNKNOWN'] as const).find((candidate) => candidate === status);
  if (known === undefined) throw new Failure('bug', `the execution has the unknown status ${String(status)}`);
  const optional = {
    stopDate: answer.stopDate,
    input: answer.input,
    output: answer.output,
    error: answer.error,
    cause: answer.cause,
    redriveDate: answer.redriveDate,
    redriveStatus: answer.redriveStatus,
    redriveStatusReason: answer.redriveStatusReason,
    mapRunArn: answer.mapRunArn,
    traceHeader: answer.traceHeader,
  };
  return {
    executionArn,
    stateMachineArn,
    name: answer.name ?? executionArn.slice(executionArn.lastIndexOf(':') + 1),
    status: known,
    startDate,
    redriveCount: answer.redriveCount ?? 0,
    ...present(optional),
  };
}

/** Whether nothing will happen any more unless somebody acts. */
export function hasEnded(status: Status): boolean {
  return status !== 'RUNNING' && status !== 'PENDING_REDRIVE';
}

/** FAILED, TIMED_OUT or ABORTED. */
export function endedBadly(status: Status): boolean {
  return hasEnded(status) && status !== 'SUCCEEDED' && status !== 'UNKNOWN';
}

/** What a command that followed the execution to this status exits with. */
export function exitOf(status: Status): ExitName {
  switch (status) {
    case 'SUCCEEDED':
      return 'done';
    case 'FAILED':
      return 'failed';
    case 'TIMED_OUT':
      return 'timedOut';
    case 'ABORTED':
      return 'aborted';
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return 'stillRunning';
    case 'UNKNOWN':
      return 'checkFailed';
  }
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}
