import {
  FulfillmentRejectedError,
  InvariantViolationError,
  OrderCancelledError,
  TransientDependencyError,
} from '../domain/errors.js';
import type { OrderRef } from '../domain/ledger-rows.js';
import { orderKey } from '../domain/order-key.js';
import type { Ledger } from '../ports/ledger.js';

const TRIES = 4;

/**
 * The order's point of no return: goods leave the stock and the shipment is requested, in one transaction.
 * The shipment's id follows from the order, so there can only be one.
 *
 * @throws FulfillmentRejectedError, OrderCancelledError
 */
export async function fulfillOrder(order: OrderRef, ledger: Ledger): Promise<{ shipmentId: string }> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const verdict = await ledger.fulfill(order, `shipment-${orderKey(order.orderId, order.attempt)}`);
    switch (verdict.kind) {
      case 'fulfilled':
        return { shipmentId: verdict.shipmentId };
      case 'cancelled':
        throw new OrderCancelledError(`order ${order.orderId} is being cancelled`);
      case 'gone':
        throw new FulfillmentRejectedError(`the reserved pieces of ${verdict.sku} are not in the warehouse any more`);
      case 'not-ready':
        throw new InvariantViolationError(`order ${order.orderId} is to be fulfilled, but ${verdict.why}`);
      case 'try-again':
        break;
    }
  }
  throw new TransientDependencyError(`the goods of order ${order.orderId} are in high demand`);
}
