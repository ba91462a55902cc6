import type { DescribeExecutionOutput, HistoryEvent } from '@aws-sdk/client-sfn';
import { judgeCompleteness, type Completeness } from './completeness.js';
import { readExecutionEvent } from './execution-events.js';
import { IdSequence } from './id-sequence.js';
import type { MachineLog } from './machine-log.js';

/** An execution as its log lines tell it. */
export interface LoggedExecution {
  readonly executionArn: string;
  /** Sorted by id, each once. */
  readonly events: readonly HistoryEvent[];
  readonly completeness: Completeness;
}

/**
 * Rebuilds an execution from lines in any order, some of them twice.
 *
 * @param now epoch milliseconds
 * @returns undefined when none of the lines tells of it
 */
export function rebuildExecution(
  executionArn: string,
  messages: Iterable<string>,
  log: Pick<MachineLog, 'level' | 'executionData'>,
  now: number,
): LoggedExecution | undefined {
  const ids = new IdSequence();
  const events: HistoryEvent[] = [];
  const truncated: number[] = [];
  for (const message of messages) {
    const logged = readExecutionEvent(message);
    if (logged?.executionArn !== executionArn || logged.event.id === undefined || !ids.add(logged.event.id)) continue;
    events.push(logged.event);
    if (logged.truncated) truncated.push(logged.event.id);
  }
  if (events.length === 0) return undefined;
  events.sort((one, other) => (one.id ?? 0) - (other.id ?? 0));
  const times = events.map(timeOf);
  const completeness = judgeCompleteness(
    {
      log,
      ids,
      events: events.length,
      start: started(events) !== undefined,
      end: events.some((event) => endOf(event) !== undefined),
      truncated: truncated.sort((one, other) => one - other),
      first: least(times),
      last: greatest(times),
    },
    now,
  );
  return { executionArn, events, completeness };
}

/** What a description says of an execution whose log does not tell how it stands. */
export const UNKNOWN = 'UNKNOWN';

/**
 * What DescribeExecution would say, as far as the events tell. The status is UNKNOWN where they do not: an execution that
 * left no line behind may have succeeded without one.
 */
export function describeLogged(logged: LoggedExecution): Omit<DescribeExecutionOutput, 'status'> & { status: string } {
  const { executionArn, events, completeness } = logged;
  const first = started(events);
  const last = events.findLast((event) => endOf(event) !== undefined);
  const status =
    (last === undefined ? undefined : endOf(last)) ?? (completeness.verdict === 'still-arriving' ? 'RUNNING' : UNKNOWN);
  const failure = last?.executionFailedEventDetails ?? last?.executionAbortedEventDetails;
  const input = first?.executionStartedEventDetails?.input;
  const output = last?.executionSucceededEventDetails?.output;
  return {
    ...identityOf(executionArn),
    status,
    startDate: new Date(first === undefined ? least(events.map(timeOf)) : timeOf(first)),
    ...(last === undefined ? {} : { stopDate: new Date(timeOf(last)) }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(failure?.error === undefined ? {} : { error: failure.error }),
    ...(failure?.cause === undefined ? {} : { cause: failure.cause }),
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Express executions cannot be redriven',
  };
}

/** The same of an execution that was started and has logged nothing yet. @param since epoch milliseconds */
export function describeExpected(executionArn: string, since: number): DescribeExecutionOutput {
  return { ...identityOf(executionArn), status: 'RUNNING', startDate: new Date(since), redriveCount: 0 };
}

function identityOf(executionArn: string): { executionArn: string; stateMachineArn: string; name: string } {
  const [, partition, , region, account, , machine, name] = executionArn.split(':');
  const stateMachineArn = ['arn', partition, 'states', region, account, 'stateMachine', machine].join(':');
  return { executionArn, stateMachineArn, name: name ?? '' };
}

const ENDS: Readonly<Record<string, string>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

function started(events: readonly HistoryEvent[]): HistoryEvent | undefined {
  return events.find((event) => event.type === 'ExecutionStarted');
}

function endOf(event: HistoryEvent): string | undefined {
  return ENDS[event.type ?? ''];
}

/** The status that an event of this type ends an execution with, if it does. */
export function statusAfter(type: string): string | undefined {
  return ENDS[type];
}

function timeOf(event: HistoryEvent): number {
  return event.timestamp?.getTime() ?? 0;
}

function least(times: readonly number[]): number {
  return times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
}

function greatest(times: readonly number[]): number {
  return times.reduce((greatest, time) => Math.max(greatest, time), 0);
}
