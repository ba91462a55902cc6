import {
  OrderCancelledError,
  PaymentAmountMismatchError,
  PaymentDeclinedError,
  TransientDependencyError,
} from '../domain/errors.js';
import type { OrderRef, PaymentRow } from '../domain/ledger-rows.js';
import type { Money } from '../domain/money.js';
import { isVoided, judgeClaim } from '../domain/payment-rules.js';
import type { Ledger } from '../ports/ledger.js';
import type { Payment, Payments } from '../ports/payments.js';

export interface Authorization {
  readonly outcome: 'AUTHORIZED';
  readonly paymentIntentId: string;
}

export interface PaymentServices {
  readonly ledger: Ledger;
  readonly payments: Payments;
}

/**
 * Sets the order's money aside, once, however often it is asked and wherever it was cut off before.
 *
 *   claim the row ─> prepare (moves no money) ─> store the id ─> look ─> ask the bank ─> AUTHORIZED
 *
 * Only the payment whose id is stored is ever confirmed, so a second run cannot authorise a second time, with or without
 * the provider's idempotency keys. Whoever loses a condition gives up the payment that nobody knows of.
 *
 * @throws PaymentDeclinedError (sticky), OrderCancelledError, PaymentAmountMismatchError, TransientDependencyError
 */
export async function authorizePayment(
  order: OrderRef,
  money: Money,
  paymentMethod: string | null,
  services: PaymentServices,
): Promise<Authorization> {
  const { ledger } = services;
  const row = await ledger.claimPayment(order, money);
  const claim = row === undefined ? ({ kind: 'cancelled' } as const) : judgeClaim(row, money);
  switch (claim.kind) {
    case 'cancelled':
      // A run before this one may have authorised without getting to write it down.
      if (row?.paymentIntentId !== undefined) await giveUp(order, row.paymentIntentId, services);
      throw cancelled(order);
    case 'mismatch':
      throw new PaymentAmountMismatchError(
        `order ${order.orderId} is to be charged ${money.amount} ${money.currency}, its payment was begun with ${row?.amount} ${row?.currency}`,
      );
    case 'declined':
      throw declined(claim.code);
    case 'authorized':
      return { outcome: 'AUTHORIZED', paymentIntentId: row?.paymentIntentId ?? '' };
    case 'go-on':
      break;
  }
  const paymentId = row?.paymentIntentId ?? (await prepare(order, money, paymentMethod, services));
  const payment = await confirm(order, paymentId, services);
  switch (payment.state) {
    case 'AUTHORIZED':
    case 'CAPTURED': {
      const standing = await ledger.recordAuthorized(order, paymentId);
      if (isVoided(standing)) {
        await giveUp(order, paymentId, services);
        throw cancelled(order);
      }
      return { outcome: 'AUTHORIZED', paymentIntentId: paymentId };
    }
    case 'DECLINED':
      return decline(order, payment.declineCode ?? 'declined', services);
    case 'CANCELED':
      throw cancelled(order);
    case 'PROCESSING':
    case 'UNCONFIRMED':
      throw new TransientDependencyError(`the bank has not answered yet about the payment of order ${order.orderId}`);
  }
}

/** Makes the payment and stores its id; the id that is stored wins over the one just made. */
async function prepare(
  order: OrderRef,
  money: Money,
  paymentMethod: string | null,
  services: PaymentServices,
): Promise<string> {
  const { ledger, payments } = services;
  const userId = (await ledger.readOrder(order))?.userId;
  const preparation = await payments.prepare({ ...order, money, paymentMethod, userId });
  if (preparation.kind === 'refused') return decline(order, preparation.declineCode, services);
  const made = preparation.payment.id;
  const standing = await ledger.recordIntent(order, made);
  if (standing.paymentIntentId !== made) await giveUp(order, made, services);
  if (isVoided(standing)) throw cancelled(order);
  return standing.paymentIntentId ?? made;
}

async function confirm(order: OrderRef, paymentId: string, { payments }: PaymentServices): Promise<Payment> {
  const seen = await payments.look(paymentId);
  return seen.state === 'UNCONFIRMED' ? payments.authorize(order, paymentId) : seen;
}

async function decline(order: OrderRef, code: string, { ledger }: PaymentServices): Promise<never> {
  const standing: PaymentRow = await ledger.recordDeclined(order, code);
  throw isVoided(standing) ? cancelled(order) : declined(standing.declineCode ?? code);
}

/** Cancels a payment that no run will use. Captured money is left to the rollback, which refunds it. */
async function giveUp(order: OrderRef, paymentId: string, { payments }: PaymentServices): Promise<void> {
  const seen = await payments.look(paymentId);
  if (seen.state !== 'CANCELED' && seen.state !== 'CAPTURED') await payments.cancel(order, paymentId);
}

function cancelled(order: OrderRef): OrderCancelledError {
  return new OrderCancelledError(`order ${order.orderId} is being cancelled`);
}

function declined(code: string): PaymentDeclinedError {
  return new PaymentDeclinedError(`the payment was declined: ${code}`);
}
