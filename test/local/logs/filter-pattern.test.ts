import { describe, expect, test } from 'vitest';
import { compileFilterPattern } from '../../../src/lib/local/logs/filter-pattern.js';

const LINE = JSON.stringify({
  level: 'ERROR',
  orderId: 'A-1',
  retry: 2,
  flag: true,
  none: null,
  nested: { list: [{ name: 'x' }] },
  execution_arn: 'arn:aws:states:us-east-1:000000000000:express:m:order-A-1:uuid-1',
});

describe('JSON patterns', () => {
  test.each([
    ['{ $.level = "ERROR" }', true],
    ['{ $.level = ERROR }', true],
    ['{ $.level = "error" }', false],
    ['{ $.level != "INFO" }', true],
    ['{ $.missing != "INFO" }', false],
    ['{$.orderId="A-1"&&$.level="ERROR"}', true],
    ['{ $.orderId = "B" || $.level = "ERROR" }', true],
    ['{ $.orderId = "B" || $.level = "ERROR" && $.retry = 3 }', false],
    ['{ ($.orderId = "B" || $.level = "ERROR") && $.retry = 2 }', true],
    ['{ $.execution_arn = "arn:*:order-A-1:*" }', true],
    ['{ $.execution_arn = "*order-A*uuid-2" }', false],
    ['{ $.execution_arn = "arn:aws:states:us-east-1:000000000000:express:m:order-A-1:uuid-1" }', true],
    ['{ $.retry = 2 }', true],
    ['{ $.retry >= 3 }', false],
    ['{ $.retry < 2.5 }', true],
    ['{ $.flag IS TRUE }', true],
    ['{ $.none IS NULL }', true],
    ['{ $.none NOT EXISTS }', false],
    ['{ $.missing NOT EXISTS }', true],
    ['{ $.nested.list[0].name = "x" }', true],
    ['{ $["orderId"] = "A-1" }', true],
  ])('%s -> %s', (pattern, matches) => {
    expect(compileFilterPattern(pattern)(LINE)).toBe(matches);
    expect(compileFilterPattern(pattern)('no JSON')).toBe(false);
  });

  test.each(['{ $.a = ', '{ $.a }', '{ a = 1 }', '{ $.a = 1 } x', '{ ($.a = 1 }', '{ $.a > x }', '[a, b]', '%x%'])(
    'refuses %s',
    (pattern) => {
      expect(() => compileFilterPattern(pattern)).toThrow(/^Invalid filter pattern: /);
    },
  );
});

describe('terms', () => {
  const line = 'START order A-1 failed: card declined';
  test.each([
    ['', true],
    ['declined', true],
    ['Declined', false],
    ['order declined', true],
    ['order missing', false],
    ['"card declined"', true],
    ['"declined card"', false],
    ['order -failed', false],
    ['order -missing', true],
    ['?missing ?failed', true],
    ['?missing ?absent', false],
  ])('%s -> %s', (pattern, matches) => {
    expect(compileFilterPattern(pattern)(line)).toBe(matches);
  });
});
