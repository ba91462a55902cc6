import { LineItemRejectedError } from './errors.js';
import type { OrderLine, PricedLine } from './order.js';

/** Stripe charges at most eight digits of minor units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
export const LARGEST_AMOUNT = 99_999_999;

/** An amount in minor units (cents, pence, yen) of an ISO currency in lower case. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** What the stock row says about a product's price. */
export interface ListPrice {
  readonly sku: string;
  /** Minor units. */
  readonly price: number;
  readonly currency?: string;
}

/**
 * Prices one line. All numbers are integers, so nothing is ever rounded.
 *
 * @param listed what the stock says; undefined for an unknown product.
 * @throws LineItemRejectedError when the product cannot be sold like this.
 */
export function priceLine(line: OrderLine, listed: ListPrice | undefined, currency: string): PricedLine {
  const { sku, quantity } = line;
  if (listed === undefined) throw new LineItemRejectedError(`product ${sku} is not in the catalogue`);
  if (listed.currency !== undefined && listed.currency !== currency) {
    throw new LineItemRejectedError(`product ${sku} is sold in ${listed.currency}, the order is in ${currency}`);
  }
  const total = listed.price * quantity;
  if (total > LARGEST_AMOUNT) {
    throw new LineItemRejectedError(
      `${quantity} of ${sku} come to ${total}, the most that can be charged is ${LARGEST_AMOUNT}`,
    );
  }
  return { sku, quantity, unitPrice: listed.price, total };
}

/**
 * The order's total in minor units.
 *
 * @throws LineItemRejectedError when it is nothing at all or more than can be charged at once.
 */
export function orderTotal(lines: readonly PricedLine[]): number {
  const total = lines.reduce((sum, line) => sum + line.total, 0);
  if (total < 1 || total > LARGEST_AMOUNT) {
    throw new LineItemRejectedError(
      `the order comes to ${total}, what can be charged lies between 1 and ${LARGEST_AMOUNT}`,
    );
  }
  return total;
}
