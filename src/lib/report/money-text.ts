import { compare, exactText, fixedText, ratio, shortText, type Ratio } from '../pricing/ratio.js';

const HALF_A_CENT = ratio(1, 200);

/** "$1,234.50"; "<$0.01" for what is something and would round to nothing. */
export function moneyText(amount: Ratio): string {
  const positive = amount.n < 0n ? { n: -amount.n, d: amount.d } : amount;
  const sign = amount.n < 0n ? '-' : '';
  if (positive.n > 0n && compare(positive, HALF_A_CENT) < 0) return `${sign === '' ? '<' : '>-'}$0.01`;
  return `${sign}$${grouped(fixedText(positive, 2))}`;
}

/** What a single order costs: below a cent, the digits that matter. */
export function smallMoneyText(amount: Ratio): string {
  return compare(amount, ratio(1, 100)) >= 0 ? `$${grouped(fixedText(amount, 4))}` : `$${shortText(amount, 9)}`;
}

/** A unit's price, all of it: "$0.00001667". */
export function priceText(price: Ratio): string {
  return `$${exactText(price)}`;
}

/** "14,000,000", "1,875.5". */
export function quantityText(quantity: Ratio, decimals = 2): string {
  return grouped(shortText(quantity, decimals));
}

/** "3.6M", "18M", "4,000": short enough for a title. */
export function shortCount(count: Ratio): string {
  for (const [size, letter] of [
    [1_000_000_000, 'B'],
    [1_000_000, 'M'],
    [1_000, 'K'],
  ] as const) {
    if (compare(count, ratio(10 * size)) >= 0 || (compare(count, ratio(size)) >= 0 && size > 1_000)) {
      return `${quantityText(ratio(count.n, count.d * BigInt(size)), 2)}${letter}`;
    }
  }
  return quantityText(count);
}

function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const groups = whole.replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}
