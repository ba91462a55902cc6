import { violations, type ProviderPayment } from '../../../workflows/order-processing/domain/invariants.js';
import type { OrderRow, PaymentRow } from '../../../workflows/order-processing/domain/ledger-rows.js';
import { parseOrderKey } from '../../../workflows/order-processing/domain/order-key.js';
import { moneyText } from '../ledger/money-text.js';
import type { AuditedExecution, Charge, OrderFacts } from './order-facts.js';

/** `violation`: an invariant is broken. `warning`: it will be, or an order waits for somebody. */
export type Severity = 'violation' | 'warning';

export interface Finding {
  /** Of which attempt at an order; a finding about stock names a `sku` in place of it. */
  readonly orderId?: string;
  readonly attempt?: number;
  readonly sku?: string;
  readonly severity: Severity;
  /** I1 to I10 as docs/workflow.md numbers them, or `unfinished`, `redrive-window`, `authorization`. */
  readonly rule: string;
  /** One sentence in lower case, without personal data. */
  readonly message: string;
  /** Commands that mend it, the best first; or in words what only a person can do. */
  readonly mend: readonly string[];
  /** When it is too late, epoch milliseconds. */
  readonly until?: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** From here on a redrive window or an authorisation counts as running out. */
const REDRIVE_SOON = 3 * DAY;
const CAPTURE_SOON = 2 * DAY;

/**
 * What is wrong, or about to be wrong, with one attempt at an order.
 *
 *     running execution         only what is wrong at any time: charged twice
 *     RECEIVED, CANCELLING      unfinished: what is committed, who can end it, until when
 *     at rest                   the invariants of the domain
 *
 * @param now epoch milliseconds
 */
export function findings(facts: OrderFacts, now: number): Finding[] {
  const { order, execution } = facts;
  const charges = facts.charges ?? chargesByLedger(facts);
  if (order === undefined) return unknownPayments(facts.key, charges);
  if (execution.kind === 'running') return chargedTwice(order, charges);
  if (order.status === 'RECEIVED' || order.status === 'CANCELLING') {
    return unfinished({ order, execution, payment: facts.payment, charges }, now);
  }
  return atRest(facts, order, charges);
}

function atRest(facts: OrderFacts, order: OrderRow, charges: readonly ProviderPayment[]): Finding[] {
  const { execution, payment, reservation } = facts;
  const books = {
    orders: [order],
    payments: payment === undefined ? [] : [payment],
    reservations: reservation === undefined ? [] : [reservation],
    stock: [],
    provider: charges,
    executions: ended(execution, order.orderId),
  };
  const found = violations(books).map(({ invariant, message }) =>
    about(order.orderId, 'violation', invariant, message, mendAtRest(invariant, order, charges)),
  );
  if (order.status !== 'FULFILLED' || execution.kind !== 'failed') return found;
  const said = `the order is fulfilled, but its execution ${execution.status}: the customer may not have been told`;
  return [...found, about(order.orderId, 'warning', 'unfinished', said, redriveOr(execution, order.orderId, []))];
}

function ended(execution: AuditedExecution, orderId: string) {
  if (execution.kind === 'succeeded') return [{ orderId, end: 'succeeded' as const }];
  if (execution.kind !== 'failed') return [];
  return [{ orderId, end: execution.inFailState ? ('fail-state' as const) : ('fault' as const) }];
}

interface Unfinished {
  readonly order: OrderRow;
  readonly execution: AuditedExecution;
  readonly payment: PaymentRow | undefined;
  readonly charges: readonly (ProviderPayment & Partial<Charge>)[];
}

function unfinished({ order, execution, payment, charges }: Unfinished, now: number): Finding[] {
  const { orderId: key } = order;
  // Nothing can be said of an execution that nobody describes: it may well be running.
  if (execution.kind === 'unknown' && !isOld(order, now)) return chargedTwice(order, charges);
  const compensate = [command('compensate', key)];
  const mend = redriveOr(execution, key, compensate);
  const until = canRedrive(execution) ? { until: execution.redrivableUntil } : {};
  const found = chargedTwice(order, charges);

  const taken = charges.reduce((sum, charge) => sum + charge.captured - charge.refunded, 0);
  const how = standing(execution);
  if (taken > 0) {
    const said = `${moneyText(taken, order.currency)} was taken, but the order is ${order.status} and ${how}`;
    found.push({ ...about(key, 'violation', 'I1', said, mend), ...until });
  } else if (execution.kind === 'succeeded') {
    found.push(about(key, 'violation', 'I6', `the execution succeeded, but the order is ${order.status}`, compensate));
  } else {
    const held = payment === undefined ? '' : `, its payment is ${payment.status}`;
    const said = `the order is ${order.status}${held}, and ${how}`;
    found.push({ ...about(key, 'warning', 'unfinished', said, mend), ...until });
  }
  if (canRedrive(execution) && execution.redrivableUntil - now < REDRIVE_SOON) {
    const said = `a redrive is possible until ${time(execution.redrivableUntil)} only`;
    found.push({ ...about(key, 'warning', 'redrive-window', said, mend), ...until });
  }
  const open = charges.find((charge) => charge.open);
  const lapse = open?.capturableUntil;
  if (lapse !== undefined && lapse - now < CAPTURE_SOON) {
    const said = `the bank keeps the money of ${open?.id ?? 'its payment'} set aside until ${time(lapse)} only`;
    found.push({ ...about(key, 'warning', 'authorization', said, mend), until: lapse });
  }
  return found;
}

/** An execution of the workflow takes hours at most; what has not moved for a day is nobody's any more. */
function isOld(order: OrderRow, now: number): boolean {
  return now - Date.parse(order.updatedAt) > DAY;
}

function standing(execution: AuditedExecution): string {
  switch (execution.kind) {
    case 'failed':
      return `its execution ${execution.status} on ${time(execution.stoppedAt)}`;
    case 'succeeded':
      return 'its execution succeeded';
    case 'gone':
      return 'Step Functions knows its execution no more';
    case 'running':
      return 'its execution is running';
    case 'unknown':
      return 'has not moved for a day';
  }
}

/** True at any moment, so also while the execution runs. */
function chargedTwice(order: OrderRow, charges: readonly ProviderPayment[]): Finding[] {
  const captures = charges.filter((charge) => charge.captured > charge.refunded);
  const holds = charges.filter((charge) => charge.open);
  const found: Finding[] = [];
  const surplus = (kept: readonly ProviderPayment[]): string[] => [
    `look at ${kept.map(({ id }) => id).join(' and ')} in Stripe's dashboard, and give back what is too much`,
  ];
  if (captures.length > 1)
    found.push(about(order.orderId, 'violation', 'I3', `${captures.length} payments were captured`, surplus(captures)));
  if (holds.length > 1)
    found.push(about(order.orderId, 'violation', 'I3', `${holds.length} payments are authorised`, surplus(holds)));
  return found;
}

/** Payments that name an order of which the ledger has no row. */
function unknownPayments(key: string, charges: readonly (ProviderPayment & Partial<Charge>)[]): Finding[] {
  return charges.flatMap((charge) => {
    const taken = charge.captured - charge.refunded;
    const mend = [`cancel or refund ${charge.id} in Stripe's dashboard`];
    if (taken > 0)
      return [
        about(
          key,
          'violation',
          'I1',
          `${charge.id} took ${moneyText(taken, charge.currency ?? '')}, but there is no order`,
          mend,
        ),
      ];
    if (charge.open)
      return [about(key, 'violation', 'I4', `${charge.id} sets money aside, but there is no order`, mend)];
    return [];
  });
}

function mendAtRest(invariant: string, order: OrderRow, charges: readonly ProviderPayment[]): readonly string[] {
  const ids = charges.filter((charge) => charge.open || charge.captured > charge.refunded).map(({ id }) => id);
  const explain = command('explain', order.orderId);
  if (ids.length === 0 || order.status === 'FULFILLED') return [explain];
  // The ledger says that all is undone, so a compensation would find nothing to do.
  return ['I1', 'I4', 'I9'].includes(invariant)
    ? [`cancel or refund ${ids.join(' and ')} in Stripe's dashboard`, explain]
    : [explain];
}

function redriveOr(execution: AuditedExecution, key: string, otherwise: readonly string[]): readonly string[] {
  return canRedrive(execution) ? [command('redrive', key), ...otherwise] : otherwise;
}

function canRedrive(
  execution: AuditedExecution,
): execution is Extract<AuditedExecution, { kind: 'failed' }> & { readonly redrivableUntil: number } {
  return execution.kind === 'failed' && !execution.inFailState && execution.redrivableUntil !== undefined;
}

/** What the ledger knows of the payment, where the provider was not asked. */
function chargesByLedger({ payment }: OrderFacts): ProviderPayment[] {
  if (payment?.paymentIntentId === undefined) return [];
  const { status, amount = 0 } = payment;
  return [
    {
      id: payment.paymentIntentId,
      orderId: payment.orderId,
      authorized: status === 'AUTHORIZED' || status === 'CAPTURED',
      open: status === 'AUTHORIZED',
      captured: status === 'CAPTURED' || status === 'REFUNDED' ? amount : 0,
      refunded: status === 'REFUNDED' ? amount : 0,
    },
  ];
}

function about(key: string, severity: Severity, rule: string, message: string, mend: readonly string[]): Finding {
  return { ...parseOrderKey(key), severity, rule, message, mend };
}

/** A command line for an order, as a shell takes it. */
export function command(verb: string, key: string): string {
  const { orderId, attempt } = parseOrderKey(key);
  const quoted = /^[\w.:-]+$/u.test(orderId) ? orderId : `'${orderId.replaceAll("'", `'\\''`)}'`;
  return `orders ${verb} ${quoted}${attempt > 1 ? ` --attempt ${attempt}` : ''}`;
}

function time(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
