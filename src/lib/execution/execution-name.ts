import { createHash } from 'node:crypto';
import { ORDER_LIMITS } from '../../../workflows/order-processing/domain/order.js';
import { Failure } from '../cli/failure.js';

/** The workflow counts to 999; every name then stays within the 80 characters that Step Functions allows. */
export const MAX_ATTEMPT = ORDER_LIMITS.attempt;

/** Longest order id that is taken at all, in Unicode code points. */
export const MAX_ORDER_ID_LENGTH = ORDER_LIMITS.orderIdLength;

const PLAIN_ID = /^[0-9A-Za-z_-]{1,64}$/;
/** Such an id reads like "attempt N of another order", so it is hashed although its characters would fit. */
const LOOKS_LIKE_AN_ATTEMPT = /-a(?:[2-9]|[1-9][0-9]+)$/;
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/u;
const LONE_SURROGATE = /\p{Cs}/u;

const PLAIN_NAME = /^order-(?<id>[0-9A-Za-z_-]+?)(?:-a(?<attempt>[2-9]|[1-9][0-9]+))?$/;
const HASHED_NAME = /^order_[0-9a-f]{64}(?:-a(?<attempt>[2-9]|[1-9][0-9]+))?$/;

/**
 * The one mapping from an order to the name of its execution. No two (id, attempt) pairs share a name:
 *
 *     id fits as it is      order-<id>              order-<id>-aN              N >= 2
 *     any other printable   order_<sha-256, hex>    order_<sha-256, hex>-aN
 *
 * A plain name always continues with "-" after "order", a hashed one with "_", and a plain id never ends in "-aN".
 * Allowed characters and the 80 characters: AWS, StartExecution (names outside this set break CloudWatch Logs).
 *
 * @throws Failure (usage) for an id that is empty, too long or not printable, and for an attempt out of range.
 */
export function executionName(orderId: string, attempt = 1): string {
  assertOrderId(orderId);
  assertAttempt(attempt);
  const base =
    PLAIN_ID.test(orderId) && !LOOKS_LIKE_AN_ATTEMPT.test(orderId)
      ? `order-${orderId}`
      : `order_${createHash('sha256').update(orderId, 'utf8').digest('hex')}`;
  return attempt === 1 ? base : `${base}-a${attempt}`;
}

/** What a name tells about its order: the id cannot be read back from a hash. `undefined`: not a name of ours. */
export function orderOfName(name: string): { orderId?: string; attempt: number } | undefined {
  const plain = PLAIN_NAME.exec(name)?.groups;
  if (plain?.id !== undefined) return { orderId: plain.id, attempt: Number(plain.attempt ?? 1) };
  const hashed = HASHED_NAME.exec(name);
  return hashed ? { attempt: Number(hashed.groups?.attempt ?? 1) } : undefined;
}

/** @throws Failure (usage) for an id that no execution can be named after. */
export function assertOrderId(orderId: string): void {
  if (orderId === '') throw new Failure('usage', 'the order id is empty');
  const length = Array.from(orderId).length;
  if (length > MAX_ORDER_ID_LENGTH) {
    throw new Failure(
      'usage',
      `the order id "${orderId.slice(0, 40)}..." has ${length} characters, ${MAX_ORDER_ID_LENGTH} are possible`,
    );
  }
  // A lone surrogate has no UTF-8 form: two such ids would have one hash.
  if (UNPRINTABLE.test(orderId) || LONE_SURROGATE.test(orderId)) {
    throw new Failure('usage', `the order id ${JSON.stringify(orderId)} contains control characters`);
  }
}

function assertAttempt(attempt: number): void {
  if (!Number.isInteger(attempt) || attempt < 1 || attempt > MAX_ATTEMPT) {
    throw new Failure('usage', `attempt ${attempt} is not a whole number from 1 to ${MAX_ATTEMPT}`);
  }
}
