import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ceiling,
  compare,
  exactText,
  fixedText,
  minus,
  over,
  parseDecimal,
  plus,
  ratio,
  rounded,
  shortText,
  times,
  toNumber,
} from '../../src/lib/pricing/ratio.js';

const ratios = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
  .map(([n, d]) => ratio(n, d));

describe('exact numbers', () => {
  test('round half away from 0, once', () => {
    expect(fixedText(times(ratio(3_000), ratio(25, 1_000_000)), 2)).toBe('0.08');
    expect(
      ['0.005', '0.0049', '-0.005', '2.675', '1.005', '0'].map((text) => fixedText(parseDecimal(text) ?? ratio(9), 2)),
    ).toEqual(['0.01', '0.00', '-0.01', '2.68', '1.01', '0.00']);
    expect(fixedText(ratio(7, 2), 0)).toBe('4');
  });

  test('are written without zeros at their end', () => {
    expect([ratio(5, 2), ratio(250), ratio(0), ratio(1, 160)].map(exactText)).toEqual(['2.5', '250', '0', '0.00625']);
    expect(shortText(ratio(1, 3), 4)).toBe('0.3333');
    expect(shortText(ratio(100), 0)).toBe('100');
    expect(() => exactText(ratio(1, 3))).toThrow(RangeError);
  });

  test.each(['', '1e6', ' 1', '1.', '.5', '+1', '0x1', '1_0', 'NaN'])('%j is no decimal', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  test('obey arithmetic', () => {
    fc.assert(
      fc.property(ratios, ratios, ratios, (a, b, c) => {
        expect(times(a, plus(b, c))).toEqual(plus(times(a, b), times(a, c)));
        expect(minus(plus(a, b), b)).toEqual(a);
        if (b.n !== 0n) expect(times(over(a, b), b)).toEqual(a);
        expect(Math.sign(compare(a, b))).toBe(Number(minus(a, b).n > 0n) - Number(minus(a, b).n < 0n));
      }),
    );
  });

  test('read back what they write', () => {
    fc.assert(
      fc.property(ratios, fc.integer({ min: 0, max: 20 }), (value, decimals) => {
        const cut = rounded(value, decimals);
        expect(parseDecimal(exactText(cut))).toEqual(cut);
        expect(parseDecimal(fixedText(value, decimals))).toEqual(cut);
        expect(
          compare(minus(times(cut, ratio(2)), times(value, ratio(2))), ratio(1, 10n ** BigInt(decimals))),
        ).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('become the nearest float, and the whole number above', () => {
    expect(toNumber(ratio(1, 160))).toBe(0.00625);
    expect(toNumber(ratio(10n ** 40n, 10n ** 38n))).toBe(100);
    expect([ratio(7, 2), ratio(4), ratio(1, 9), ratio(0)].map(ceiling)).toEqual([4n, 4n, 1n, 0n]);
  });
});
