import type { Lambda } from '@aws-sdk/client-lambda';
import type { DeployedFunction } from '../environment/deployment.js';
import { Failure } from '../cli/failure.js';
import { parseOrderKey } from '../../../workflows/order-processing/domain/order-key.js';
import { isHalfUndone } from './at-rest.js';
import { command } from './finding.js';
import type { OrderFacts } from './order-facts.js';

/** A command line with the flags that lead to the same environment. */
type InPlace = (line: string) => string;

/** What stands when the function has done its work. */
export interface Compensated {
  readonly payment: 'NONE' | 'VOIDED' | 'REFUNDED';
}

/** The name that a cancelled order carries as its reason. */
const REASON = 'CancelledByOperator';

/**
 * Whether an order can be cancelled, from what is known of it.
 *
 * @returns `done`: it is cancelled already, and nothing is left of it.
 * @throws Failure (notFound) for an order without a row, (conflict) for one that is fulfilled
 */
export function compensationVerdict(facts: Omit<OrderFacts, 'execution'>, here: InPlace): 'possible' | 'done' {
  const { key, order } = facts;
  const who = orderText(key);
  switch (order?.status) {
    case undefined:
      throw new Failure('notFound', `the ledger knows no ${who}, so there is nothing to cancel`, {
        suggestions: [
          `if its execution has only begun, ${here(command('stop', key))} stops it`,
          `${here('orders list')} shows what there is`,
        ],
      });
    case 'FULFILLED':
      throw new Failure('conflict', `${who} is fulfilled: its goods are on their way, and it cannot be cancelled`, {
        suggestions: ["give the money back in Stripe's dashboard when the goods come back"],
      });
    case 'REJECTED':
      return 'done';
    case 'CANCELLED':
      return isHalfUndone(facts) ? 'possible' : 'done';
    case 'RECEIVED':
    case 'CANCELLING':
      return 'possible';
  }
}

/**
 * Under one order id another document may have been sent, which was refused: who names that execution does not mean the order.
 *
 * @param executionArn the one that was named, if any @throws Failure (conflict)
 */
export function assertSameExecution({ key, order }: Pick<OrderFacts, 'key' | 'order'>, executionArn?: string): void {
  if (order === undefined || executionArn === undefined || order.executionArn === executionArn) return;
  throw new Failure('conflict', `${orderText(key)} is worked on by another execution: ${order.executionArn}`, {
    suggestions: ['give that one, or the id of the order'],
  });
}

/** Waits between tries: the function says that something will pass. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];

/**
 * Has the workflow's own function cancel an order: the one that the state CompensatingTransaction calls. It fences the order
 * first, so that it is safe at any moment, also while the execution runs, and can be asked again after any failure.
 *
 * @throws Failure (conflict) when the function refuses, (unreachable) when what it needs does not answer, (bug) for the rest
 */
export async function compensate(
  key: string,
  reason: string,
  calls: Pick<Lambda, 'invoke'>,
  { name, alias }: DeployedFunction,
  { pause, here }: { readonly pause: (milliseconds: number) => Promise<unknown>; readonly here: InPlace },
): Promise<Compensated> {
  const { orderId, attempt } = parseOrderKey(key);
  const payload = {
    orderId,
    attempt,
    reason: { Error: REASON, Cause: reason },
    run: { arn: 'none', state: 'orders compensate', retry: 0, redrive: 0 },
  };
  for (let tries = 0; ; tries += 1) {
    const { FunctionError: failed, Payload } = await calls.invoke({
      FunctionName: name,
      Qualifier: alias,
      Payload: JSON.stringify(payload),
    });
    const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || '{}') as Record<string, unknown>;
    if (failed === undefined) return { payment: answer['payment'] as Compensated['payment'] };
    const { errorType = 'unknown', errorMessage = '' } = answer as { errorType?: string; errorMessage?: string };
    const wait = PAUSES_MS[tries];
    if (isPassing(errorType) && wait !== undefined) await pause(wait);
    else throw refusal(errorType, errorMessage, key, here);
  }
}

function isPassing(errorType: string): boolean {
  return ['TransientDependencyError', 'Sandbox.Timedout', 'Lambda.Unknown'].includes(errorType);
}

function refusal(errorType: string, message: string, key: string, here: InPlace): Failure {
  const who = orderText(key);
  const said = `${errorType}: ${message}`;
  const shows = `${here(command('audit', parseOrderKey(key).orderId))} shows what stands`;
  if (errorType === 'CompensationRefusedError')
    return new Failure('conflict', `${who} was not cancelled to its end: ${message}`, { suggestions: [shows] });
  const suggestions = [`${here(command('compensate', key))} can be repeated at any time`, shows];
  if (isPassing(errorType))
    return new Failure('unreachable', `${who} is not cancelled to its end yet: ${said}`, { suggestions });
  return new Failure('bug', `the function that cancels orders failed for ${who}: ${said}`, { suggestions });
}

/** @param key the attempt's key */
export function orderText(key: string): string {
  const { orderId, attempt } = parseOrderKey(key);
  return attempt > 1 ? `attempt ${attempt} of order ${orderId}` : `order ${orderId}`;
}
