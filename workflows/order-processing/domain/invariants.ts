import type { OrderRow, PaymentRow, ReservationRow, StockRow } from './ledger-rows.js';
import { parseOrderKey } from './order-key.js';
import { isUndone } from './order-rules.js';
import { personalTexts } from './redaction.js';

/** A payment as the provider keeps it: the truth about money. */
export interface ProviderPayment {
  readonly id: string;
  /** The attempt's key, see orderKey(). */
  readonly orderId: string;
  /** The bank has set the money aside, now or at some time. */
  readonly authorized: boolean;
  /** The money is set aside at this moment. */
  readonly open: boolean;
  /** Minor units. */
  readonly captured: number;
  readonly refunded: number;
}

/** How an execution of an attempt ended. */
export interface EndedExecution {
  /** The attempt's key. */
  readonly orderId: string;
  readonly end: 'succeeded' | 'fail-state' | 'fault';
}

/** All that is known of orders at rest: nothing of them is running. */
export interface Books {
  readonly orders: readonly OrderRow[];
  readonly payments: readonly PaymentRow[];
  readonly reservations: readonly ReservationRow[];
  readonly stock: readonly StockRow[];
  /** Pieces on hand before the first order, by SKU; without it the pieces on hand are not checked. */
  readonly initialStock?: Readonly<Record<string, number>>;
  readonly provider: readonly ProviderPayment[];
  readonly executions?: readonly EndedExecution[];
  /** Keys of attempts whose confirmation was sent or queued, and of those whose customer was told of a decline (or it was tried). */
  readonly confirmed?: ReadonlySet<string>;
  readonly notified?: ReadonlySet<string>;
}

export interface Violation {
  /** I1 to I10 as the workflow's documentation numbers them. */
  readonly invariant: string;
  /** The attempt's key, or the SKU. */
  readonly subject: string;
  readonly message: string;
}

/** Every invariant that these books break. Empty: all is well. */
export function violations(books: Books): Violation[] {
  return [
    ...books.orders.flatMap((order) => orderViolations(order, books)),
    ...shipmentViolations(books),
    ...stockViolations(books),
  ];
}

function orderViolations(order: OrderRow, books: Books): Violation[] {
  const found: Violation[] = [];
  const key = order.orderId;
  const report = (invariant: string, message: string): number => found.push({ invariant, subject: key, message });

  const charges = books.provider.filter((payment) => payment.orderId === key);
  const payment = books.payments.find((row) => row.orderId === key);
  const reservation = books.reservations.find((row) => row.orderId === key);
  const kept = charges.reduce((sum, charge) => sum + charge.captured - charge.refunded, 0);
  const fulfilled = order.status === 'FULFILLED';

  if (kept > 0 && !fulfilled) report('I1', `${kept} was taken, but the order is ${order.status}`);
  if (fulfilled && kept !== order.amount)
    report('I2', `the order is fulfilled for ${order.amount}, but ${kept} was taken`);
  const captures = charges.filter((charge) => charge.captured > 0).length;
  const authorizations = charges.filter((charge) => charge.authorized).length;
  if (captures > 1) report('I3', `${captures} payments were captured`);
  if (authorizations > 1) report('I3', `${authorizations} payments were authorised`);
  if (isUndone(order.status) && charges.some((charge) => charge.open))
    report('I4', 'the order is undone, but money is still set aside');
  if (fulfilled !== (reservation?.status === 'CONSUMED')) {
    report('I5', `the order is ${order.status}, but its stock is ${reservation?.status ?? 'not reserved'}`);
  }
  if (isUndone(order.status) && reservation?.status === 'HELD') {
    report('I5', 'the order is undone, but its stock is still held');
  }
  for (const execution of books.executions ?? []) {
    if (execution.orderId !== key) continue;
    if (execution.end === 'succeeded' && !(fulfilled && books.confirmed?.has(key) !== false)) {
      report('I6', `the execution succeeded, but the order is ${order.status}${fulfilled ? ' and not confirmed' : ''}`);
    }
    if (execution.end === 'fail-state' && !isUndone(order.status)) {
      report('I6', `the execution ended in its Fail state, but the order is ${order.status}`);
    }
  }
  if (!fulfilled && !isUndone(order.status)) report('I8', `the order is at rest, but ${order.status}`);
  if (payment !== undefined && !isSettled(payment, fulfilled)) {
    report('I8', `the order is ${order.status}, but its payment is ${payment.status}`);
  }
  if (payment?.declineCode !== undefined) {
    if (kept > 0) report('I9', `the payment was declined, but ${kept} was taken`);
    if (reservation?.status === 'HELD') report('I9', 'the payment was declined, but stock is still held');
    if (books.notified?.has(key) === false)
      report('I9', 'the payment was declined, but nobody tried to tell the customer');
  }
  return found;
}

function isSettled({ status }: PaymentRow, fulfilled: boolean): boolean {
  return fulfilled ? status === 'CAPTURED' : status === 'VOIDED' || status === 'REFUNDED';
}

/** Over all attempts at an order, goods leave the house once. */
function shipmentViolations({ orders }: Books): Violation[] {
  const shipments = new Map<string, number>();
  for (const order of orders) {
    if (order.status !== 'FULFILLED') continue;
    const { orderId } = parseOrderKey(order.orderId);
    shipments.set(orderId, (shipments.get(orderId) ?? 0) + 1);
  }
  return [...shipments]
    .filter(([, count]) => count > 1)
    .map(([subject, count]) => ({ invariant: 'I3', subject, message: `${count} shipments were requested` }));
}

function stockViolations({ stock, reservations, initialStock }: Books): Violation[] {
  const held = piecesBySku(reservations, 'HELD');
  const consumed = piecesBySku(reservations, 'CONSUMED');
  return stock.flatMap((row) => {
    const found: Violation[] = [];
    const report = (message: string): number => found.push({ invariant: 'I5', subject: row.sku, message });
    const wanted = held.get(row.sku) ?? 0;
    if (initialStock !== undefined && row.onHand < 0) report(`${-row.onHand} pieces were sent that were never there`);
    if (row.reserved !== wanted) report(`${row.reserved} pieces are reserved, orders hold ${wanted}`);
    const initial = initialStock?.[row.sku];
    const left = (initial ?? 0) - (consumed.get(row.sku) ?? 0);
    if (initial !== undefined && row.onHand !== left)
      report(`${row.onHand} pieces are on hand, there should be ${left}`);
    return found;
  });
}

function piecesBySku(reservations: readonly ReservationRow[], status: ReservationRow['status']): Map<string, number> {
  const pieces = new Map<string, number>();
  for (const { lines } of reservations.filter((row) => row.status === status)) {
    for (const { sku, quantity } of lines) pieces.set(sku, (pieces.get(sku) ?? 0) + quantity);
  }
  return pieces;
}

/**
 * I10 for one order.
 *
 * @param document the customer's document.
 * @param texts history after ValidateOrder, log lines, causes: whatever may hold no personal data.
 */
export function personalDataViolations(orderId: string, document: unknown, texts: readonly string[]): Violation[] {
  // Two letters ("US") stand in many words; such short texts are no proof.
  const personal = [...new Set(personalTexts(document))].filter((text) => text.length >= 4);
  return personal
    .filter((text) => texts.some((checked) => checked.includes(text)))
    .map(() => ({ invariant: 'I10', subject: orderId, message: 'personal data of the order is where it must not be' }));
}
