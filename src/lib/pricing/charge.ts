import type { Tier } from './prices.js';
import { compare, larger, minus, plus, smaller, times, ZERO, type Ratio } from './ratio.js';

/** What is paid for. */
export type Item =
  | 'transitions'
  | 'childTransitions'
  | 'nestedTransitions'
  | 'requests'
  | 'duration'
  | 'childRequests'
  | 'childDuration'
  | 'executionLogs'
  | 'functionLogs'
  | 'logStorage'
  | 'lambdaRequests'
  | 'lambdaDuration'
  | 'dynamodbWrites'
  | 'dynamodbReads'
  | 'snsPublishes'
  | 'traces';

/** One line of a bill: `quantity` units at `price` dollars each are `amount` dollars. */
export interface Charge {
  readonly item: Item;
  /** What is paid for: usage less what is free. */
  readonly quantity: Ratio;
  readonly price: Ratio;
  readonly amount: Ratio;
  /** Of the usage, what the free tier covers; absent where none was applied. */
  readonly free?: Ratio;
  /** Of a price in tiers: the range of the month's usage that this line lies in. */
  readonly tier?: { readonly from: Ratio; readonly to?: Ratio };
}

/** @param free what the free tier still covers this month */
export function chargeAt(item: Item, usage: Ratio, price: Ratio, free?: Ratio): Charge {
  const covered = free === undefined ? ZERO : smaller(usage, free);
  const quantity = minus(usage, covered);
  return { item, quantity, price, amount: times(quantity, price), ...(free === undefined ? {} : { free: covered }) };
}

/**
 * A line for each tier that the usage reaches; at least one.
 *
 * @param used what of the month's tiers is used up already
 */
export function chargeByTiers(item: Item, usage: Ratio, tiers: readonly Tier[], used: Ratio = ZERO): Charge[] {
  const end = plus(used, usage);
  const charges = tiers.flatMap((tier): Charge[] => {
    const top = tier.to === undefined ? end : smaller(end, tier.to);
    const quantity = minus(top, larger(used, tier.from));
    if (compare(quantity, ZERO) <= 0) return [];
    const { price, from, to } = tier;
    return [
      { item, quantity, price, amount: times(quantity, price), tier: to === undefined ? { from } : { from, to } },
    ];
  });
  if (charges.length > 0) return charges;
  const tier = tiers.find(({ to }) => to === undefined || compare(used, to) < 0);
  const price = tier?.price ?? ZERO;
  const range =
    tier === undefined
      ? { from: ZERO }
      : tier.to === undefined
        ? { from: tier.from }
        : { from: tier.from, to: tier.to };
  return [{ item, quantity: ZERO, price, amount: ZERO, tier: range }];
}

export function sumOf(charges: readonly Charge[]): Ratio {
  return plus(...charges.map(({ amount }) => amount));
}
