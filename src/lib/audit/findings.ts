import type { ProviderPayment } from '../../../workflows/order-processing/domain/invariants.js';
import type { OrderRow, PaymentRow } from '../../../workflows/order-processing/domain/ledger-rows.js';
import { moneyText } from '../ledger/money-text.js';
import { CARD_HOLD } from '../payments/card-hold.js';
import { atRest } from './at-rest.js';
import { about, command, timeOf, type Finding } from './finding.js';
import type { AuditedExecution, Charge, OrderFacts } from './order-facts.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** From here on a redrive window or an authorisation counts as running out. */
const REDRIVE_SOON = 3 * DAY;
const CAPTURE_SOON = 2 * DAY;

type Paid = ProviderPayment & Partial<Charge>;

/**
 * What is wrong, or about to be wrong, with one attempt at an order.
 *
 *     running execution         only what is wrong at any time: charged twice; and that nobody drives it
 *     RECEIVED, CANCELLING      unfinished: what is committed, who can end it, until when
 *     no row                    the execution failed before it wrote one; payments that name the order
 *     at rest                   the invariants of the domain
 *
 * @param now epoch milliseconds
 */
export function findings(facts: OrderFacts, now: number): Finding[] {
  const { key, order, execution, payment } = facts;
  const charges = facts.charges ?? chargesByLedger(facts);
  if (order === undefined) return [...unknownPayments(key, charges), ...unrecorded(key, execution, now)];
  const isOpen = order.status === 'RECEIVED' || order.status === 'CANCELLING';
  if (execution.kind === 'running') {
    const otherwise = isOpen ? [command('compensate', key)] : [];
    return [...chargedTwice(order, charges), ...standingStill(key, execution, otherwise)];
  }
  if (isOpen) return unfinished({ order, execution, payment, charges }, now);
  const found = atRest(facts, order, charges);
  if (order.status !== 'FULFILLED' || execution.kind !== 'failed') return found;
  const said = `the order is fulfilled, but its execution ${execution.status}: the customer may not have been told`;
  const mend = [command(canRedrive(execution, now) ? 'redrive' : 'explain', key)];
  return [...found, about(key, 'warning', 'unfinished', said, mend), ...redriveSoon(key, execution, mend, now)];
}

interface Unfinished {
  readonly order: OrderRow;
  readonly execution: AuditedExecution;
  readonly payment: PaymentRow | undefined;
  readonly charges: readonly Paid[];
}

function unfinished({ order, execution, payment, charges }: Unfinished, now: number): Finding[] {
  const { orderId: key } = order;
  // Nothing can be said of an execution that nobody describes: it may well be running.
  if (execution.kind === 'unknown' && !isOld(order, now)) return chargedTwice(order, charges);
  const compensate = [command('compensate', key)];
  const mend = redriveOr(execution, key, compensate, now);
  const until = canRedrive(execution, now) ? { until: execution.redrivableUntil } : {};
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
  found.push(...redriveSoon(key, execution, mend, now));
  const open = charges.find((charge) => charge.open);
  const lapse = open?.capturableUntil;
  if (lapse !== undefined && lapse - now < CAPTURE_SOON) {
    const when =
      lapse > now ? `keeps the money of ${open?.id} set aside until` : `let go of the money of ${open?.id} on`;
    const said = `the bank ${when} ${timeOf(lapse)}${lapse > now ? ' only' : ''}`;
    found.push({ ...about(key, 'warning', 'authorization', said, mend), until: lapse });
  }
  return found;
}

/** An execution that never got as far as its order's row. In its Fail state it has refused the input, and all is said. */
function unrecorded(key: string, execution: AuditedExecution, now: number): Finding[] {
  if (execution.kind === 'running') return standingStill(key, execution, []);
  if (execution.kind !== 'failed' || execution.inFailState) return [];
  const mend = redriveOr(execution, key, [], now);
  const otherwise = mend.length > 0 ? mend : ['start the order under another id', command('explain', key)];
  const said = `nothing of the order has begun, and ${standing(execution)}`;
  const until = canRedrive(execution, now) ? { until: execution.redrivableUntil } : {};
  return [
    { ...about(key, 'warning', 'unfinished', said, otherwise), ...until },
    ...redriveSoon(key, execution, mend, now),
  ];
}

function standingStill(key: string, execution: AuditedExecution, otherwise: readonly string[]): Finding[] {
  if (execution.kind !== 'running' || execution.undriven !== true) return [];
  const said = 'its execution is RUNNING, but nobody drives it';
  return [about(key, 'warning', 'unfinished', said, ['orders local serve', ...otherwise])];
}

function redriveSoon(key: string, execution: AuditedExecution, mend: readonly string[], now: number): Finding[] {
  if (!canRedrive(execution, now) || execution.redrivableUntil - now >= REDRIVE_SOON) return [];
  const { redrivableUntil: until } = execution;
  const said = `a redrive is possible until ${timeOf(until)} only`;
  return [{ ...about(key, 'warning', 'redrive-window', said, mend), until }];
}

/** An execution of the workflow takes hours at most; what has not moved for a day is nobody's any more. */
function isOld(order: OrderRow, now: number): boolean {
  return now - Date.parse(order.updatedAt) > DAY;
}

function standing(execution: AuditedExecution): string {
  switch (execution.kind) {
    case 'failed':
      return `its execution ${execution.status} on ${timeOf(execution.stoppedAt)}`;
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
function unknownPayments(key: string, charges: readonly Paid[]): Finding[] {
  return charges.flatMap(({ id, captured, refunded, open, currency = '' }) => {
    const taken = captured - refunded;
    const mend = [`cancel or refund ${id} in Stripe's dashboard`];
    const said = `${id} took ${moneyText(taken, currency)}, but there is no order`;
    if (taken > 0) return [about(key, 'violation', 'I1', said, mend)];
    return open ? [about(key, 'violation', 'I4', `${id} sets money aside, but there is no order`, mend)] : [];
  });
}

function redriveOr(
  execution: AuditedExecution,
  key: string,
  otherwise: readonly string[],
  now: number,
): readonly string[] {
  return canRedrive(execution, now) ? [command('redrive', key), ...otherwise] : otherwise;
}

type Redrivable = Extract<AuditedExecution, { kind: 'failed' }> & { readonly redrivableUntil: number };

function canRedrive(execution: AuditedExecution, now: number): execution is Redrivable {
  return execution.kind === 'failed' && !execution.inFailState && (execution.redrivableUntil ?? 0) > now;
}

/** What the ledger knows of the payment, where the provider was not asked. */
function chargesByLedger({ payment }: OrderFacts): Paid[] {
  if (payment?.paymentIntentId === undefined) return [];
  const { status, amount = 0, updatedAt } = payment;
  return [
    {
      id: payment.paymentIntentId,
      orderId: payment.orderId,
      authorized: status === 'AUTHORIZED' || status === 'CAPTURED',
      open: status === 'AUTHORIZED',
      captured: status === 'CAPTURED' || status === 'REFUNDED' ? amount : 0,
      refunded: status === 'REFUNDED' ? amount : 0,
      ...(status === 'AUTHORIZED' && { capturableUntil: Date.parse(updatedAt) + CARD_HOLD }),
    },
  ];
}
