import type { OrderRow, PaymentRow, ReservationRow, StockRow } from './ledger-rows.js';
import { isFenced } from './order-rules.js';
import { isVoided } from './payment-rules.js';

export type FulfillmentVerdict =
  | { readonly kind: 'fulfilled'; readonly shipmentId: string }
  | { readonly kind: 'cancelled' }
  /** The reserved goods are not in the warehouse any more. */
  | { readonly kind: 'gone'; readonly sku: string }
  /** The money is not captured, or the stock not held: a step was skipped. */
  | { readonly kind: 'not-ready'; readonly why: string }
  | { readonly kind: 'try-again' };

/** Why the fulfillment did not go through, from what the ledger says now. */
export function explainRefusedFulfillment(
  order: OrderRow | undefined,
  payment: PaymentRow | undefined,
  reservation: ReservationRow | undefined,
  stock: ReadonlyMap<string, StockRow>,
): FulfillmentVerdict {
  if (order === undefined) return { kind: 'not-ready', why: 'the ledger does not know it' };
  if (order.status === 'FULFILLED') return { kind: 'fulfilled', shipmentId: order.shipmentId ?? '' };
  if (isFenced(order.status) || reservation?.status === 'RELEASED') return { kind: 'cancelled' };
  if (payment !== undefined && isVoided(payment)) return { kind: 'cancelled' };
  if (payment?.status !== 'CAPTURED')
    return { kind: 'not-ready', why: `its payment is ${payment?.status ?? 'absent'}` };
  if (reservation?.status !== 'HELD')
    return { kind: 'not-ready', why: `its stock is ${reservation?.status ?? 'absent'}` };
  const short = reservation.lines.find((line) => (stock.get(line.sku)?.onHand ?? 0) < line.quantity);
  return short === undefined ? { kind: 'try-again' } : { kind: 'gone', sku: short.sku };
}
