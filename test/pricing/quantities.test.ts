import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCount, parseMoney, parseQuantity, parseShare, parseSize } from '../../src/lib/pricing/quantities.js';
import { ratio } from '../../src/lib/pricing/ratio.js';

describe('counts', () => {
  test.each([
    ['10000', 10_000n],
    ['10K', 10_000n],
    ['1.5M', 1_500_000n],
    ['1M', 1_000_000n],
    ['2.5b', 2_500_000_000n],
    ['1_000_000', 1_000_000n],
    ['1,000,000', 1_000_000n],
    ['0', 0n],
    ['1.000', 1n],
    ['1,000K', 1_000_000n],
  ])('%j', (text, count) => expect(parseCount(text, 'executions')).toBe(count));

  test.each([
    '-1',
    '1T',
    '1.0005K',
    '1e6',
    '',
    'M',
    '10 K',
    '1.5',
    ' 10',
    '1,0',
    '10,00',
    '1,000_000',
    '1__000',
    '0x10',
    '１０',
    '1M5',
    '1.M',
    '.5M',
    '1000001B',
    'Infinity',
  ])('%j is refused, with the flag and the value', (text) => {
    expect(() => parseCount(text, 'executions')).toThrow(
      expect.objectContaining({
        exit: 'usage',
        message: expect.stringContaining(`--executions ${JSON.stringify(text)}`) as string,
      }),
    );
  });

  test('every way of writing a count means the same', () => {
    fc.assert(
      fc.property(fc.nat(), (count) => {
        const digits = String(count);
        const groups = digits.replace(/\B(?=(\d{3})+$)/gu, ',');
        for (const text of [digits, groups, groups.replaceAll(',', '_'), `${digits}.0`]) {
          expect(parseCount(text, 'executions')).toBe(BigInt(count));
        }
        expect(parseCount(`${digits}K`, 'executions')).toBe(BigInt(count) * 1_000n);
      }),
    );
  });

  test('anything else is a refusal or a count, never a crash', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseCount(text, 'executions')).toBeGreaterThanOrEqual(0n);
        } catch (error) {
          expect(error).toMatchObject({ exit: 'usage' });
        }
      }),
    );
  });
});

test('amounts, money, shares and sizes', () => {
  expect(parseQuantity('6250.5', 'already-used')).toEqual(ratio(12_501, 2));
  expect(parseQuantity('3.6M', 'already-used')).toEqual(ratio(3_600_000));
  expect(parseMoney('$299.50', 'budget')).toEqual(ratio(599, 2));
  expect(parseShare('2.5%', 'retry-rate')).toEqual(ratio(1, 40));
  expect(parseShare('0.02', 'retry-rate')).toEqual(ratio(1, 50));
  expect(parseSize('5KB', 'logs')).toEqual(ratio(5_000));
  expect(parseSize('1.5mb', 'logs')).toEqual(ratio(1_500_000));
});

test.each([
  [() => parseQuantity('-1', 'already-used'), '--already-used "-1" is not an amount'],
  [() => parseMoney('three', 'budget'), '--budget "three" is not an amount of US dollars'],
  [() => parseShare('101%', 'retry-rate'), '--retry-rate "101%" is not a share'],
  [() => parseShare('-1%', 'retry-rate'), '--retry-rate "-1%" is not a share'],
  [() => parseSize('5', 'logs'), '--logs "5" is not a size'],
])('%# is refused', (parse, message) => {
  expect(parse).toThrow(expect.objectContaining({ exit: 'usage', message }));
});
