import {
  AuthorizationExpiredError,
  InvariantViolationError,
  OrderCancelledError,
  PaymentAmountMismatchError,
  TransientDependencyError,
} from '../domain/errors.js';
import type { OrderRef } from '../domain/ledger-rows.js';
import type { Money } from '../domain/money.js';
import { isFenced } from '../domain/order-rules.js';
import { isVoided } from '../domain/payment-rules.js';
import type { PaymentServices } from './authorize-payment.js';

export interface Capture {
  readonly outcome: 'CAPTURED';
  readonly amount: number;
}

/**
 * Takes the money that was set aside.
 *
 * @throws AuthorizationExpiredError when the bank took its promise back, OrderCancelledError, TransientDependencyError
 */
export async function capturePayment(order: OrderRef, money: Money, services: PaymentServices): Promise<Capture> {
  const { ledger, payments } = services;
  const [row, standing] = await Promise.all([ledger.readPayment(order), ledger.readOrder(order)]);
  if (row === undefined || standing === undefined) {
    throw new InvariantViolationError(
      `order ${order.orderId} is to be captured, but the ledger knows no payment of it`,
    );
  }
  if (isVoided(row) || isFenced(standing.status)) throw cancelled(order);
  if (row.amount !== money.amount || row.currency !== money.currency) {
    throw new PaymentAmountMismatchError(
      `order ${order.orderId} is to be captured with ${money.amount} ${money.currency}, authorised were ${row.amount} ${row.currency}`,
    );
  }
  if (row.status === 'CAPTURED') return { outcome: 'CAPTURED', amount: money.amount };
  if (row.status !== 'AUTHORIZED' || row.paymentIntentId === undefined) {
    throw new InvariantViolationError(`order ${order.orderId} is to be captured, but its payment is ${row.status}`);
  }
  const payment = await payments.capture(order, row.paymentIntentId);
  switch (payment.state) {
    case 'CAPTURED': {
      const after = await ledger.recordCaptured(order, row.paymentIntentId);
      // The rollback that came between finds the captured money at the provider and gives it back.
      if (isVoided(after)) throw cancelled(order);
      return { outcome: 'CAPTURED', amount: payment.money.amount };
    }
    case 'CANCELED': {
      const after = await ledger.readPayment(order);
      if (after !== undefined && isVoided(after)) throw cancelled(order);
      throw new AuthorizationExpiredError(`the bank no longer holds the money for order ${order.orderId}`);
    }
    case 'AUTHORIZED':
    case 'PROCESSING':
      throw new TransientDependencyError(`the payment of order ${order.orderId} was not captured yet`);
    case 'UNCONFIRMED':
    case 'DECLINED':
      throw new InvariantViolationError(
        `the payment of order ${order.orderId} was authorised and is now ${payment.state}`,
      );
  }
}

function cancelled(order: OrderRef): OrderCancelledError {
  return new OrderCancelledError(`order ${order.orderId} is being cancelled`);
}
