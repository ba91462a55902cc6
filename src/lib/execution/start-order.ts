import { formatExecutionArn, parseExecutionArn, requireMachineArn } from '../aws/arn.js';
import { machineFailure } from '../aws/machine-failure.js';
import { Failure } from '../cli/failure.js';
import { sameInput } from './canonical-input.js';
import { findExecution, hasEnded, type Execution, type Status } from './execution.js';
import { executionName } from './execution-name.js';
import { inputDifferences, type InputDifference } from './input-differences.js';
import type { OrderInput } from './order-file.js';
import { isServiceError, type Calls } from './step-functions.js';

/**
 * started   this call began it
 * running   it was begun before, with this very input, and still runs
 * finished  it was begun before, with this very input, and has ended
 * conflict  the order's name is taken by another input; nothing was sent
 */
export type StartVerdict = 'started' | 'running' | 'finished' | 'conflict';

export interface StartResult {
  readonly verdict: StartVerdict;
  readonly executionArn: string;
  readonly name: string;
  readonly orderId: string;
  readonly attempt: number;
  readonly status: Status;
  readonly startDate: Date;
  readonly stopDate?: Date;
  readonly error?: string;
  readonly cause?: string;
  /** Only of a conflict. */
  readonly differences?: readonly InputDifference[];
}

export interface StartPlan {
  readonly stateMachineArn: string;
  readonly executionArn: string;
  readonly name: string;
}

/** Where an order will run, without asking anybody. @throws Failure (usage) */
export function planStart(stateMachineArn: string, order: OrderInput): StartPlan {
  const name = executionName(order.orderId, order.attempt);
  return { stateMachineArn, name, executionArn: formatExecutionArn(requireMachineArn(stateMachineArn), name) };
}

export interface StartOptions {
  /** Epoch milliseconds. */
  now(): number;
  /** 32 fresh hexadecimal digits: tells our own execution from one of the same name. */
  readonly marker: string;
  /**
   * Believe an accepted start whose date is that of our call, and do not look at the execution: DescribeExecution refills 15
   * calls a second, StartExecution 300 (AWS quotas). Who started the same order within these seconds is then not told apart.
   */
  readonly trusting?: boolean;
}

/** By how much the service's clock may be behind ours where only times can tell who began an execution; milliseconds. */
const CLOCK_TOLERANCE = 5_000;

/**
 * Starts an order once, however often and from however many places it is called.
 *
 *     StartExecution ──┬─ 200 ─────────────────────┬── DescribeExecution ─┬─ our marker ───> started
 *                      └─ ExecutionAlreadyExists ──┘                      ├─ other input ──> conflict
 *                                                                         ├─ RUNNING ──────> running
 *                                                                         └─ ended ────────> finished
 *
 * Neither answer says who began the execution: 200 also comes for a repeated call while the execution runs and the input is the same
 * [recorded], ExecutionAlreadyExists also when the SDK has repeated a first try of ours that got through. The trace header that a start
 * carries is given back by DescribeExecution, so a fresh one settles it, for five processes at once as well.
 */
export async function startOrder(
  calls: Calls<'startExecution' | 'describeExecution'>,
  plan: StartPlan,
  order: OrderInput,
  options: StartOptions,
): Promise<StartResult> {
  const sentAt = options.now();
  const { stateMachineArn, name, executionArn } = plan;
  const traceHeader = `Root=1-${options.marker.slice(0, 8)}-${options.marker.slice(8, 32)}`;
  const about = { executionArn, name, orderId: order.orderId, attempt: order.attempt };
  let answered: Date | undefined;
  try {
    const answer = await calls.startExecution({ stateMachineArn, name, input: order.input, traceHeader });
    answered = answer.startDate ?? new Date(sentAt);
    // Express executions run anew at every call, and only the answer tells the ARN.
    if (answer.executionArn !== undefined && parseExecutionArn(answer.executionArn)?.type === 'express')
      return {
        ...about,
        executionArn: answer.executionArn,
        verdict: 'started',
        status: 'RUNNING',
        startDate: answered,
      };
  } catch (error) {
    if (!isServiceError(error, 'ExecutionAlreadyExists')) throw machineFailure(error, stateMachineArn) ?? error;
  }
  if (options.trusting === true && answered !== undefined && isRecent(answered, sentAt)) {
    return { ...about, verdict: 'started', status: 'RUNNING', startDate: answered };
  }
  const existing = await findExecution(calls, executionArn);
  if (existing) return { ...about, ...existingVerdict(existing, order.input, { traceHeader, sentAt }) };
  // Reads lag behind writes for a moment.
  if (answered)
    return {
      ...about,
      verdict: isRecent(answered, sentAt) ? 'started' : 'running',
      status: 'RUNNING',
      startDate: answered,
    };
  throw new Failure('unreachable', `Step Functions says that ${name} exists and cannot find it`, {
    suggestions: ['reads lag behind writes for a moment: run the same command again'],
  });
}

/** Judges the execution that bears the order's name after an attempt to start it. */
export function existingVerdict(
  existing: Execution,
  input: string,
  ours: { readonly traceHeader: string; readonly sentAt: number },
): Pick<StartResult, 'verdict' | 'status' | 'startDate' | 'stopDate' | 'error' | 'cause' | 'differences'> {
  const { status, startDate, stopDate, error, cause } = existing;
  const known = {
    status,
    startDate,
    ...(stopDate === undefined ? {} : { stopDate }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
  // A service that keeps the input back (its reader may not decrypt it) leaves the question open: no second start follows from that.
  if (existing.input !== undefined && !sameInput(existing.input, input)) {
    return { ...known, verdict: 'conflict', differences: inputDifferences(parsed(existing.input), parsed(input)) };
  }
  const isOurs =
    existing.traceHeader === undefined ? isRecent(startDate, ours.sentAt) : existing.traceHeader === ours.traceHeader;
  if (isOurs) return { ...known, verdict: 'started' };
  return { ...known, verdict: hasEnded(status) ? 'finished' : 'running' };
}

function isRecent(startDate: Date, sentAt: number): boolean {
  return startDate.getTime() + CLOCK_TOLERANCE >= sentAt;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
