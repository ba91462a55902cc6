import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { violations, type Books, type ProviderPayment } from '../../workflows/order-processing/domain/invariants.js';
import { orderKey } from '../../workflows/order-processing/domain/order-key.js';
import { ROOT } from '../support/run-orders.js';
import type { EventAnswer, LedgerAnswer, ListAnswer } from './answers.js';

/** The function behind each Task of the order workflow; SQS is behind QueueConfirmation. */
const FUNCTION_OF: Readonly<Record<string, string>> = {
  ValidateOrder: 'validate-order',
  ProcessItem: 'process-line-item',
  AggregateResults: 'aggregate-results',
  CheckInventory: 'check-inventory',
  ChargePayment: 'charge-payment',
  HandleDeclinedPayment: 'notify-payment-declined',
  CapturePayment: 'charge-payment',
  FulfillOrder: 'fulfill-order',
  SendConfirmation: 'send-confirmation',
  CompensatingTransaction: 'rollback-order',
};

/** All functions that tasks call. */
export const FUNCTIONS = [...new Set(Object.values(FUNCTION_OF))];

const ENDS_OF_A_TASK = new Set(['TaskSucceeded', 'TaskFailed', 'TaskTimedOut', 'TaskSubmitFailed', 'TaskStartFailed']);

/** A call of a function as the history has it. Times are epoch milliseconds; `endedAt` is missing for one left open. */
export interface Call {
  readonly functionName: string;
  readonly scheduledAt: number;
  endedAt?: number;
}

/** A process that was killed: somewhere in this span it was gone. */
export interface Death {
  readonly from: number;
  readonly to: number;
}

/** What is wrong with the ids of a history. */
export function idFaults(executionArn: string, events: readonly EventAnswer[]): string[] {
  return events.flatMap(({ id, previousEventId }, index) => {
    const faults: string[] = [];
    if (id !== index + 1) faults.push(`${executionArn}: event ${index + 1} has id ${id}`);
    if (previousEventId >= id || previousEventId < 0)
      faults.push(`${executionArn}: event ${id} follows ${previousEventId}`);
    return faults;
  });
}

/**
 * The calls of a history, matched by previousEventId.
 *
 * @param injected error of tasks that were failed before their function was called.
 */
export function callsIn(events: readonly EventAnswer[], injected?: string): Call[] {
  const stateOf = new Map<number, string>();
  const open = new Map<number, Call>();
  const calls: Call[] = [];
  for (const event of events) {
    const at = Date.parse(event.timestamp);
    const state = event.stateEnteredEventDetails?.name ?? stateOf.get(event.previousEventId);
    if (state !== undefined) stateOf.set(event.id, state);
    const call = open.get(event.previousEventId);
    if (event.type === 'TaskScheduled') {
      const functionName = FUNCTION_OF[state ?? ''];
      if (functionName === undefined) continue;
      const scheduled: Call = { functionName, scheduledAt: at };
      calls.push(scheduled);
      open.set(event.id, scheduled);
    } else if (event.type === 'TaskStarted' && call !== undefined) {
      open.set(event.id, call);
    } else if (injected !== undefined && event.taskFailedEventDetails?.error === injected && call !== undefined) {
      calls.splice(calls.indexOf(call), 1);
    } else if (ENDS_OF_A_TASK.has(event.type) && call !== undefined) {
      call.endedAt = at;
    }
  }
  return calls;
}

/**
 * Functions that ran more often than history explains: once for each TaskScheduled, and once more for each death of a
 * process while that call was open.
 *
 * @param starts START lines by function.
 */
export function callFaults(
  calls: readonly Call[],
  deaths: readonly Death[],
  starts: ReadonlyMap<string, number>,
): { readonly faults: string[]; readonly repeated: number } {
  const faults: string[] = [];
  let repeated = 0;
  for (const functionName of FUNCTIONS) {
    const own = calls.filter((call) => call.functionName === functionName);
    const openAtDeath = own.reduce((sum, call) => sum + deaths.filter((death) => wasOpen(call, death)).length, 0);
    const ran = starts.get(functionName) ?? 0;
    const done = own.filter(({ endedAt }) => endedAt !== undefined).length;
    repeated += Math.max(0, ran - own.length);
    if (ran > own.length + openAtDeath) {
      faults.push(
        `${functionName} ran ${ran} times for ${own.length} calls, of which ${openAtDeath} were open at a kill`,
      );
    }
    if (ran < done) faults.push(`${functionName} ran ${ran} times, but ${done} calls have an end`);
  }
  return { faults, repeated };
}

/** A millisecond of grace: times are whole milliseconds. */
function wasOpen({ scheduledAt, endedAt }: Call, { from, to }: Death): boolean {
  return scheduledAt <= to + 1 && (endedAt === undefined || endedAt >= from - 1);
}

const DEMO_STOCK = JSON.parse(
  readFileSync(join(ROOT, 'workflows/order-processing/demo-stock.json'), 'utf8'),
) as readonly { readonly sku: string; readonly onHand: number }[];

/** The invariants of the workflow over all that `local show` has, and one confirmation for each fulfilled order. */
export function ledgerFaults(ledger: LedgerAnswer, { executions }: ListAnswer): string[] {
  const told = (topic: string): string[] =>
    ledger.messages.filter((message) => message.topic.endsWith(topic)).map(({ message }) => keyIn(message));
  const confirmations = [...told('confirmations'), ...ledger.queued.map(({ body }) => keyIn(body))];
  const books: Books = {
    orders: ledger.orders,
    payments: ledger.payments,
    reservations: ledger.reservations,
    stock: ledger.inventory,
    initialStock: Object.fromEntries(DEMO_STOCK.map(({ sku, onHand }) => [sku, onHand])),
    provider: ledger.paymentIntents.map((intent): ProviderPayment => {
      const orderId = orderKey(intent.orderId, Number(intent.attempt));
      const open = intent.status === 'requires_capture';
      const { amountCaptured: captured, amountRefunded: refunded, authorizations } = intent;
      return { id: intent.id, orderId, authorized: authorizations > 0, open, captured, refunded };
    }),
    executions: executions
      .filter(({ status }) => status === 'SUCCEEDED')
      .map(({ orderId }) => ({ orderId, end: 'succeeded' as const })),
    confirmed: new Set(confirmations),
    notified: new Set(told('customer-notices')),
  };
  const broken = violations(books).map(({ invariant, subject, message }) => `${invariant} ${subject}: ${message}`);
  for (const { id, captures, authorizations } of ledger.paymentIntents) {
    if (captures > 1 || authorizations > 1)
      broken.push(`${id} was authorised ${authorizations} and captured ${captures} times`);
  }
  return broken;
}

/** Messages beyond one for each order and topic. */
export function doubleMessages({ messages }: LedgerAnswer): number {
  return messages.length - new Set(messages.map(({ topic, message }) => `${topic} ${keyIn(message)}`)).size;
}

function keyIn(message: string): string {
  const { orderId, attempt } = JSON.parse(message) as { orderId: string; attempt: number };
  return orderKey(orderId, attempt);
}
