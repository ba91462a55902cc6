import { CompensationRefusedError, InvariantViolationError, TransientDependencyError } from '../domain/errors.js';
import type { OrderRef, PaymentRow, Reason } from '../domain/ledger-rows.js';
import { undoing } from '../domain/payment-rules.js';
import type { Payments } from '../ports/payments.js';
import type { PaymentServices } from './authorize-payment.js';

export interface Rollback extends OrderRef {
  readonly payment: 'NONE' | 'VOIDED' | 'REFUNDED';
  readonly reason: Reason;
}

/** Cancel and capture can overtake each other; each round settles on one of them, so a few rounds are plenty. */
const ROUNDS = 4;

/**
 * Undoes an order at whatever point it stands.
 *
 *   fence the order ─> tombstone the payment ─> free the stock ─> undo what the PROVIDER says was paid ─> CANCELLED
 *
 * The fences come first, so that a step that still runs elsewhere finds them when it writes; then the provider is asked,
 * because a charge may have succeeded of which the ledger never heard.
 *
 * @throws CompensationRefusedError when the order is fulfilled or unknown, TransientDependencyError
 */
export async function rollbackOrder(order: OrderRef, reason: Reason, services: PaymentServices): Promise<Rollback> {
  const { ledger } = services;
  const fenced = await ledger.fenceOrder(order, reason);
  switch (fenced?.status) {
    case undefined:
      throw new CompensationRefusedError(`the ledger knows no order ${order.orderId}, attempt ${order.attempt}`);
    case 'FULFILLED':
    case 'RECEIVED':
      throw new CompensationRefusedError(
        `order ${order.orderId} is ${fenced?.status} and cannot be cancelled any more`,
      );
    case 'REJECTED':
      return { ...order, payment: 'NONE', reason };
    case 'CANCELLED':
    case 'CANCELLING':
      break;
  }
  const payment = await ledger.fencePayment(order);
  const reservation = await ledger.releaseStock(order);
  if (reservation.status !== 'RELEASED') {
    throw new InvariantViolationError(`order ${order.orderId} is cancelled, but its stock is ${reservation.status}`);
  }
  const settled = payment.status === 'VOIDING' ? await undoPayment(order, payment, services) : payment;
  if (payment.status === 'REFUNDED' && payment.paymentIntentId !== undefined) {
    // A refund can fail at the bank long after it was accepted; one that stands is not made a second time.
    await refund(order, payment.paymentIntentId, services.payments);
  }
  await ledger.closeCancelled(order);
  return { ...order, payment: outcome(settled), reason };
}

async function undoPayment(
  order: OrderRef,
  row: PaymentRow,
  { ledger, payments }: PaymentServices,
): Promise<PaymentRow> {
  const paymentId = row.paymentIntentId;
  // A payment that was made but never stored is unconfirmed and moves no money; its run finds the tombstone and cancels it.
  if (paymentId === undefined) return ledger.settlePayment(order, 'VOIDED');
  for (let round = 0; round < ROUNDS; round += 1) {
    const { state } = await payments.look(paymentId);
    switch (undoing(state)) {
      case 'nothing':
        return ledger.settlePayment(order, 'VOIDED');
      case 'refund':
        return ledger.settlePayment(order, 'REFUNDED', await refund(order, paymentId, payments));
      case 'cancel':
        await payments.cancel(order, paymentId);
        break;
      case 'wait':
        throw new TransientDependencyError(`the bank has not answered yet about the payment of order ${order.orderId}`);
    }
  }
  throw new TransientDependencyError(`the payment of order ${order.orderId} could not be undone in ${ROUNDS} rounds`);
}

async function refund(order: OrderRef, paymentId: string, payments: Payments): Promise<string> {
  const status = await payments.refund(order, paymentId);
  if (status === 'failed' || status === 'canceled') {
    throw new CompensationRefusedError(`the refund of order ${order.orderId} is ${status} at the bank`);
  }
  return status;
}

function outcome(row: PaymentRow): Rollback['payment'] {
  if (row.status === 'REFUNDED') return 'REFUNDED';
  return row.paymentIntentId === undefined ? 'NONE' : 'VOIDED';
}
