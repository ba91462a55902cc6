import { OrderCancelledError } from '../domain/errors.js';
import type { OrderRef } from '../domain/ledger-rows.js';
import { orderTotal, type Money } from '../domain/money.js';
import type { PricedLine } from '../domain/order.js';
import type { Ledger } from '../ports/ledger.js';

/**
 * The amount that this order will be charged, from now on and in every later run, even if prices change meanwhile.
 *
 * @throws LineItemRejectedError, OrderCancelledError
 */
export async function freezeTotal(order: OrderRef, lines: readonly PricedLine[], ledger: Ledger): Promise<Money> {
  const frozen = await ledger.freezeAmount(order, orderTotal(lines));
  if (frozen === undefined) throw new OrderCancelledError(`order ${order.orderId} is being cancelled`);
  return frozen;
}
