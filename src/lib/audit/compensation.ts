import type { Lambda } from '@aws-sdk/client-lambda';
import type { DeployedFunction } from '../environment/deployment.js';
import { Failure } from '../cli/failure.js';
import { parseOrderKey } from '../../../workflows/order-processing/domain/order-key.js';
import type { OrderFacts } from './order-facts.js';

/** What stands when the function has done its work. */
export interface Compensated {
  readonly payment: 'NONE' | 'VOIDED' | 'REFUNDED';
}

/** The name that a cancelled order carries as its reason. */
const REASON = 'CancelledByOperator';

/**
 * Whether an order can be cancelled, from what is known of it.
 *
 * @returns `done`: it is cancelled already.
 * @throws Failure (notFound) for an order without a row, (conflict) for one that is fulfilled
 */
export function compensationVerdict({ key, order }: Pick<OrderFacts, 'key' | 'order'>): 'possible' | 'done' {
  const { orderId } = parseOrderKey(key);
  if (order === undefined)
    throw new Failure('notFound', `the ledger knows no order ${orderId}`, {
      suggestions: ['orders list shows what there is'],
    });
  switch (order.status) {
    case 'FULFILLED':
      throw new Failure(
        'conflict',
        `order ${orderId} is fulfilled: its goods are on their way, and it cannot be cancelled`,
        {
          suggestions: ["give the money back in Stripe's dashboard when the goods come back"],
        },
      );
    case 'REJECTED':
    case 'CANCELLED':
      return 'done';
    case 'RECEIVED':
    case 'CANCELLING':
      return 'possible';
  }
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
  pause: (milliseconds: number) => Promise<unknown>,
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
    const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8')) as Record<string, unknown>;
    if (failed === undefined) return { payment: answer['payment'] as Compensated['payment'] };
    const { errorType = 'unknown', errorMessage = '' } = answer as { errorType?: string; errorMessage?: string };
    const wait = PAUSES_MS[tries];
    if (isPassing(errorType) && wait !== undefined) await pause(wait);
    else throw refusal(errorType, errorMessage, orderId);
  }
}

function isPassing(errorType: string): boolean {
  return ['TransientDependencyError', 'Sandbox.Timedout', 'Lambda.Unknown'].includes(errorType);
}

function refusal(errorType: string, message: string, orderId: string): Failure {
  const said = `${errorType}: ${message}`;
  if (errorType === 'CompensationRefusedError')
    return new Failure('conflict', `order ${orderId} was not cancelled: ${message}`);
  const suggestions = [
    `orders compensate ${orderId} can be repeated at any time`,
    `orders audit ${orderId} shows what stands`,
  ];
  if (isPassing(errorType)) {
    return new Failure('unreachable', `order ${orderId} is not cancelled to its end yet: ${said}`, { suggestions });
  }
  return new Failure('bug', `the function that cancels orders failed for order ${orderId}: ${said}`, { suggestions });
}
