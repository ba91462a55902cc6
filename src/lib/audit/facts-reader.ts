import { findExecution, type Execution } from '../execution/execution.js';
import { REDRIVE_WINDOW } from '../execution/redrive-verdict.js';
import type { Calls } from '../execution/step-functions.js';
import { parseExecutionArn } from '../aws/arn.js';
import type { LedgerReader } from '../ledger/ledger-reader.js';
import type { StripeReader } from '../payments/stripe-reader.js';
import type { AuditedExecution, Charge, OrderFacts } from './order-facts.js';

/** What the facts of an order are read from. */
export interface FactSources {
  readonly ledger: LedgerReader;
  readonly stepFunctions: Calls<'describeExecution' | 'getExecutionHistory'>;
  /** undefined: Stripe cannot be asked. */
  readonly stripe: StripeReader | undefined;
}

/**
 * Reads what is known of one attempt at an order. The execution comes first and the rows after it: when it had ended by
 * then, nothing but an operator moves them any more, so that an order on its way does not look broken.
 *
 * @param key see orderKey()
 * @param payments ids of payments that are known to name this attempt, besides the one its row names.
 */
export async function readFacts(
  key: string,
  payments: readonly string[],
  { ledger, stepFunctions, stripe }: FactSources,
): Promise<OrderFacts> {
  const { order } = await ledger.rowsOf(key);
  const execution: AuditedExecution =
    order === undefined ? { kind: 'gone' } : await readExecution(order.executionArn, stepFunctions);
  const rows = await ledger.rowsOf(key);
  if (stripe === undefined) return { key, ...rows, execution, charges: undefined };
  const ids = new Set(payments);
  if (rows.payment?.paymentIntentId !== undefined) ids.add(rows.payment.paymentIntentId);
  const charges: Charge[] = [];
  for (const id of ids) {
    const charge = await stripe.payment(id);
    if (charge !== undefined) charges.push(charge);
  }
  return { key, ...rows, execution, charges };
}

async function readExecution(arn: string, calls: FactSources['stepFunctions']): Promise<AuditedExecution> {
  // Step Functions does not describe Express executions.
  if (parseExecutionArn(arn)?.type !== 'standard') return { kind: 'unknown' };
  const execution = await findExecution(calls, arn);
  if (execution === undefined) return { kind: 'gone' };
  switch (execution.status) {
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return { kind: 'running' };
    case 'SUCCEEDED':
      return { kind: 'succeeded' };
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
      return failed(execution, await endedInFailState(arn, calls));
    case 'UNKNOWN':
      return { kind: 'unknown' };
  }
}

function failed({ status, stopDate, redriveStatus }: Execution, inFailState: boolean): AuditedExecution {
  const stoppedAt = stopDate?.getTime() ?? 0;
  return {
    kind: 'failed',
    status,
    stoppedAt,
    inFailState,
    ...(redriveStatus !== 'NOT_REDRIVABLE' && { redrivableUntil: stoppedAt + REDRIVE_WINDOW }),
  };
}

/** The last event of a failed execution points to its cause: a Fail state that was entered, or whatever went wrong. */
async function endedInFailState(executionArn: string, calls: FactSources['stepFunctions']): Promise<boolean> {
  const { events = [] } = await calls.getExecutionHistory({
    executionArn,
    reverseOrder: true,
    maxResults: 20,
    includeExecutionData: false,
  });
  const cause = events.find(({ id }) => id === events[0]?.previousEventId);
  // After a redrive of such an end: ExecutionFailed <- ExecutionRedriven <- ExecutionFailed <- FailStateEntered.
  return cause?.type === 'FailStateEntered' || (cause?.type === 'ExecutionRedriven' && entersFail(events));
}

function entersFail(events: readonly { readonly type?: string | undefined }[]): boolean {
  const last = events.find(({ type }) => type?.endsWith('StateEntered') === true);
  return last?.type === 'FailStateEntered';
}
