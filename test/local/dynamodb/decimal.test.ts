import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  formatDecimal,
  negate,
  parseDecimal,
  sortableDecimal,
} from '../../../src/lib/local/dynamodb/decimal.js';

/** Any number DynamoDB holds: up to 38 digits, magnitude within its range. */
const decimalTexts = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }), fc.integer({ min: -125, max: 80 }))
  .map(([negative, digits, exponent]) => `${negative ? '-' : ''}${digits}E${exponent}`);
/** Small enough for sums of them to stay within 38 digits. */
const amounts = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: -8, max: 8 }))
  .map(([digits, exponent]) => `${digits}E${exponent}`);

describe('decimals', () => {
  it('are written so that they read as the same number', () => {
    fc.assert(
      fc.property(decimalTexts, (text) => {
        const decimal = parseDecimal(text);
        const written = formatDecimal(decimal);
        expect(written).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
        expect(parseDecimal(written)).toEqual(decimal);
      }),
    );
  });

  it('sort as texts the way they compare as numbers', () => {
    fc.assert(
      fc.property(decimalTexts, decimalTexts, (left, right) => {
        const [one, other] = [parseDecimal(left), parseDecimal(right)];
        const order = Buffer.compare(Buffer.from(sortableDecimal(one)), Buffer.from(sortableDecimal(other)));
        expect(order).toBe(compareDecimals(one, other));
      }),
    );
  });

  it('add without rounding', () => {
    fc.assert(
      fc.property(amounts, amounts, (left, right) => {
        const [one, other] = [parseDecimal(left), parseDecimal(right)];
        expect(addDecimals(addDecimals(one, other), negate(other))).toEqual(one);
        expect(addDecimals(one, other)).toEqual(addDecimals(other, one));
      }),
    );
    expect(formatDecimal(addDecimals(parseDecimal('0.1'), parseDecimal('0.2')))).toBe('0.3');
  });
});
