import { describe, expect, it } from 'vitest';
import { LineItemRejectedError } from '../../../workflows/order-processing/domain/errors.js';
import { orderTotal, priceLine } from '../../../workflows/order-processing/domain/money.js';

const LISTED = { sku: 'mug', price: 1290, currency: 'usd' };

describe('a line', () => {
  it('costs its pieces times the unit price, in minor units', () => {
    expect(priceLine({ sku: 'mug', quantity: 3 }, LISTED, 'usd')).toEqual({
      sku: 'mug',
      quantity: 3,
      unitPrice: 1290,
      total: 3870,
    });
  });

  it.each([
    ['an unknown product', undefined, 'usd', 1],
    ['another currency', LISTED, 'eur', 1],
    ['more than can be charged', { ...LISTED, price: 90_000 }, 'usd', 10_000],
  ])('is refused for %s', (_, listed, currency, quantity) => {
    expect(() => priceLine({ sku: 'mug', quantity }, listed, currency)).toThrow(LineItemRejectedError);
  });
});

describe('a total', () => {
  const line = (total: number) => ({ sku: 'mug', quantity: 1, unitPrice: total, total });

  it('is the sum of the lines', () => {
    expect(orderTotal([line(1290), line(3490)])).toBe(4780);
  });

  it.each([0, 100_000_000])('of %d cannot be charged', (total) => {
    expect(() => orderTotal([line(total)])).toThrow(LineItemRejectedError);
  });
});
