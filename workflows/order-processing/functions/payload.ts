import { InvariantViolationError } from '../domain/errors.js';
import type { OrderRef, Reason } from '../domain/ledger-rows.js';
import type { Money } from '../domain/money.js';
import { ORDER_LIMITS, type OrderLine, type PricedLine } from '../domain/order.js';
import type { LogFields } from '../ports/log.js';

/*
 * Reads what the definition's Payload templates send. A field that is missing or of another kind means that definition
 * and function do not fit together: a bug, not bad luck.
 */

export type Payload = Readonly<Record<string, unknown>>;

export function orderOf(payload: Payload): OrderRef {
  return { orderId: text(payload, 'orderId'), attempt: whole(payload, 'attempt') };
}

export function moneyOf(payload: Payload): Money {
  return { amount: whole(payload, 'amount'), currency: text(payload, 'currency') };
}

export function lineOf(payload: Payload): OrderLine {
  return orderLine(fields(payload['line'], 'line'));
}

export function linesOf(payload: Payload): OrderLine[] {
  return list(payload, 'lines').map((line) => orderLine(fields(line, 'lines')));
}

export function pricedLinesOf(payload: Payload): PricedLine[] {
  return list(payload, 'lines').map((element) => {
    const line = fields(element, 'lines');
    return { ...orderLine(line), unitPrice: whole(line, 'unitPrice'), total: whole(line, 'total') };
  });
}

export function currencyOf(payload: Payload): string {
  return text(payload, 'currency');
}

export function paymentMethodOf(payload: Payload): string | null {
  return payload['paymentMethod'] === null ? null : text(payload, 'paymentMethod');
}

export function actionOf(payload: Payload): 'authorize' | 'capture' {
  const action = payload['action'];
  if (action === 'authorize' || action === 'capture') return action;
  throw new InvariantViolationError(`the payload's action is ${JSON.stringify(action)}, not authorize or capture`);
}

/** Step Functions' error output; the cause of a failed function is JSON with the message in it. */
export function reasonOf(payload: Payload): Reason {
  const { Error: error, Cause: cause } = fields(payload['reason'], 'reason');
  if (typeof error !== 'string') throw misfit('reason.Error');
  return { error, cause: spoken(typeof cause === 'string' ? cause : '') };
}

export function executionArnOf(payload: Payload): string {
  return text(fields(payload['run'], 'run'), 'arn');
}

/** Where this call comes from, for the log; never throws. */
export function runOf(payload: Payload | undefined): LogFields {
  const run = isFields(payload?.['run']) ? payload['run'] : {};
  const order = isFields(payload?.['order']) ? payload['order'] : payload;
  return {
    // Perhaps of a document that nobody has checked yet: what is neither an id nor an attempt may be anything.
    orderId: idOf(order?.['orderId']),
    attempt: order?.['attempt'] === undefined ? 1 : attemptOf(order['attempt']),
    executionArn: plain(run['arn']),
    state: plain(run['state']),
    retry: plain(run['retry']),
    redrive: plain(run['redrive']),
  };
}

function orderLine(line: Payload): OrderLine {
  return { sku: text(line, 'sku'), quantity: whole(line, 'quantity') };
}

function spoken(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

function text(payload: Payload, name: string): string {
  const value = payload[name];
  if (typeof value !== 'string') throw misfit(name);
  return value;
}

function whole(payload: Payload, name: string): number {
  const value = payload[name];
  if (typeof value !== 'number' || !Number.isInteger(value)) throw misfit(name);
  return value;
}

function list(payload: Payload, name: string): readonly unknown[] {
  const value = payload[name];
  if (!Array.isArray(value)) throw misfit(name);
  return value;
}

function fields(value: unknown, name: string): Payload {
  if (!isFields(value)) throw misfit(name);
  return value;
}

function isFields(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, ORDER_LIMITS.orderIdLength) : undefined;
}

function attemptOf(value: unknown): number | undefined {
  return typeof value === 'number' && value <= ORDER_LIMITS.attempt ? value : undefined;
}

function plain(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function misfit(name: string): InvariantViolationError {
  return new InvariantViolationError(`the payload does not hold a proper ${name}`);
}
