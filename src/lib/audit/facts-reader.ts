import { orderKey, parseOrderKey } from '../../../workflows/order-processing/domain/order-key.js';
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
  readonly stepFunctions: Calls<'describeExecution' | 'getExecutionHistory' | 'listExecutions'>;
  /** undefined: Stripe cannot be asked. */
  readonly stripe: StripeReader | undefined;
  /** Whether somebody drives a running execution of the local environment; undefined where nobody has to. */
  isDriven(execution: Execution): boolean | undefined;
}

/** An attempt to look at. */
export interface Subject {
  /** See orderKey(). */
  readonly key: string;
  /** Ids of payments that are known to name this attempt, besides the one its row names. */
  readonly payments?: readonly string[];
  /** Its execution, where the ledger has no row that names one. */
  readonly executionArn?: string;
}

/**
 * Reads what is known of one attempt at an order. The execution comes first and the rows after it: when it had ended by
 * then, nothing but an operator moves them any more, so that an order on its way does not look broken.
 */
export async function readFacts(subject: Subject, sources: FactSources): Promise<OrderFacts> {
  const { ledger, stripe } = sources;
  const { key } = subject;
  const executionArn = (await ledger.orderOf(key))?.executionArn ?? subject.executionArn;
  const execution: AuditedExecution =
    executionArn === undefined ? { kind: 'gone' } : await readExecution(executionArn, sources);
  const rows = await ledger.rowsOf(key);
  const fulfilledBefore = rows.order?.status === 'FULFILLED' ? await earlierFulfilled(key, ledger) : [];
  const known = { key, ...rows, execution, ...(fulfilledBefore.length > 0 && { fulfilledBefore }) };
  if (stripe === undefined) return { ...known, charges: undefined };
  const ids = new Set(subject.payments);
  if (rows.payment?.paymentIntentId !== undefined) ids.add(rows.payment.paymentIntentId);
  const charges: Charge[] = [];
  for (const id of ids) {
    const charge = await stripe.payment(id);
    if (charge !== undefined) charges.push(charge);
  }
  return { ...known, charges };
}

/** An attempt is only admitted when the one before is undone; who trusts that need not audit. */
async function earlierFulfilled(key: string, ledger: LedgerReader): Promise<number[]> {
  const { orderId, attempt } = parseOrderKey(key);
  const found: number[] = [];
  for (let earlier = 1; earlier < attempt; earlier += 1) {
    if ((await ledger.orderOf(orderKey(orderId, earlier)))?.status === 'FULFILLED') found.push(earlier);
  }
  return found;
}

async function readExecution(arn: string, sources: FactSources): Promise<AuditedExecution> {
  const { stepFunctions } = sources;
  // Step Functions does not describe Express executions.
  if (parseExecutionArn(arn)?.type !== 'standard') return { kind: 'unknown' };
  const execution = await findExecution(stepFunctions, arn);
  if (execution === undefined) return { kind: 'gone' };
  switch (execution.status) {
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return { kind: 'running', ...(sources.isDriven(execution) === false && { undriven: true }) };
    case 'SUCCEEDED':
      return { kind: 'succeeded' };
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
      return failed(execution, await endedInFailState(arn, stepFunctions));
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
async function endedInFailState(
  executionArn: string,
  calls: Pick<FactSources['stepFunctions'], 'getExecutionHistory'>,
): Promise<boolean> {
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
