import { orderKey } from '../../../workflows/order-processing/domain/order-key.js';
import { formatExecutionArn, requireMachineArn } from '../aws/arn.js';
import { findExecution } from '../execution/execution.js';
import { executionName, MAX_ATTEMPT } from '../execution/execution-name.js';
import { eachExecution } from '../execution/list-executions.js';
import { REDRIVE_WINDOW } from '../execution/redrive-verdict.js';
import type { Calls } from '../execution/step-functions.js';
import type { LedgerReader } from '../ledger/ledger-reader.js';
import type { Subject } from './facts-reader.js';
import { orderInInput } from './order-id.js';

/*
 * Executions that ended before ValidateOrder wrote their order's row. Nothing but the execution tells of such an order, and
 * nothing but a redrive brings it to its end.
 */

export interface ExecutionSources {
  readonly ledger: LedgerReader;
  readonly stepFunctions: Calls<'describeExecution' | 'listExecutions'>;
  /** The Standard machine's own ARN; undefined for an Express one, of whose executions nobody keeps a list. */
  readonly machineArn: string | undefined;
}

const DAY = 86_400_000;

/**
 * Executions that ended badly, as long as one of them can be redriven or since `since`, whichever is longer, whose order has no
 * row: a listing, and one read for each that is not in `seen`.
 */
export async function* unrecordedSince(
  { since, now }: { readonly since: number; readonly now: number },
  seen: ReadonlySet<string>,
  { ledger, stepFunctions, machineArn }: ExecutionSources,
): AsyncGenerator<Subject> {
  if (machineArn === undefined) return;
  const statuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;
  // The list goes by starts, the window begins at the end: an execution of the workflow takes hours at most.
  const which = { statuses, since: Math.min(since, now - REDRIVE_WINDOW - DAY) };
  for await (const { executionArn, orderId, attempt } of eachExecution(stepFunctions, machineArn, which)) {
    const order =
      orderId === undefined
        ? orderInInput((await findExecution(stepFunctions, executionArn))?.input)
        : { orderId, attempt };
    if (order === undefined) continue;
    const key = orderKey(order.orderId, order.attempt ?? attempt);
    if (!seen.has(key) && (await ledger.orderOf(key)) === undefined) yield { key, executionArn };
  }
}

/** The same of one order, running ones too. @param attempts how many of its attempts have a row */
export async function* unrecordedOf(
  orderId: string,
  attempts: number,
  { stepFunctions, machineArn }: ExecutionSources,
): AsyncGenerator<Subject> {
  if (machineArn === undefined) return;
  const machine = requireMachineArn(machineArn);
  for (let attempt = attempts + 1; attempt <= MAX_ATTEMPT; attempt += 1) {
    const executionArn = formatExecutionArn(machine, executionName(orderId, attempt));
    if ((await findExecution(stepFunctions, executionArn)) === undefined) return;
    yield { key: orderKey(orderId, attempt), executionArn };
  }
}
