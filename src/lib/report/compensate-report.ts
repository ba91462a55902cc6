import type { OrderFacts } from '../audit/order-facts.js';
import { moneyText } from '../ledger/money-text.js';

/** What became of it, in one line. @param who the order, as it is named to people */
export function compensateLine(
  {
    compensated,
    status,
    paymentStatus,
  }: { readonly compensated: boolean; readonly status: string; readonly paymentStatus?: string },
  who: string,
): string {
  if (status === 'REJECTED') return `${who} was rejected, nothing of it was ever begun`;
  const payment = paymentStatus === undefined ? '' : `, payment ${paymentStatus}`;
  return `${who} ${compensated ? 'is cancelled' : 'was cancelled before'}: ${status}${payment}`;
}

/** What a cancellation gives back, as far as it is known before; undefined for nothing. */
export function moneyAtStake({ order, charges = [] }: Pick<OrderFacts, 'order' | 'charges'>): string | undefined {
  if (order === undefined) return undefined;
  const taken = charges.reduce((sum, charge) => sum + charge.captured - charge.refunded, 0);
  if (taken > 0) return `${moneyText(taken, order.currency)} goes back to the customer`;
  return charges.some((charge) => charge.open) ? 'the money that is set aside is freed' : undefined;
}
