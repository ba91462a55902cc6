import { describe, expect, it } from 'vitest';
import type { ChoiceRule, ChoiceTest } from '../../../src/lib/definition/types.js';
import { choose } from '../../../src/lib/engine/choice/choose.js';
import type { Json } from '../../../src/lib/engine/protocol.js';
import { scopeOf } from '../scope.js';

const input: Json = {
  status: 'PAID',
  total: 10,
  limit: 10,
  vip: true,
  at: '2026-11-22T10:00:00.5+01:00',
  empty: null,
  list: [],
};

function holds(test: ChoiceTest): boolean {
  return choose([{ ...test, Next: 'Yes' }], scopeOf(input, { variables: { limit: 11 } })) !== undefined;
}

describe('choice rules', () => {
  it.each<[ChoiceTest, boolean]>([
    [{ Variable: '$.status', StringMatches: 'P*D' }, true],
    [{ Variable: '$.status', StringMatches: 'P*X*' }, false],
    [{ Variable: '$.total', StringMatches: '*' }, false],
    [{ Variable: '$.at', TimestampEquals: '2026-11-22T09:00:00.500Z' }, true],
    [{ Variable: '$.at', TimestampGreaterThan: '2026-11-22T09:00:00Z' }, true],
    [{ Variable: '$.at', IsTimestamp: true }, true],
    [{ Variable: '$.status', IsTimestamp: true }, false],
    [{ Variable: '$.empty', IsNull: true }, true],
    [{ Variable: '$.nothing', IsPresent: false }, true],
    [{ Variable: '$.nothing.more', IsPresent: true }, false],
    [{ Variable: '$.total', NumericEqualsPath: '$.limit' }, true],
    [{ Variable: '$.total', NumericLessThanPath: '$limit' }, true],
    [{ Variable: '$.vip', BooleanEquals: true }, true],
    [
      {
        And: [
          { Variable: '$.vip', BooleanEquals: true },
          { Variable: '$.total', NumericLessThanEquals: 10 },
        ],
      },
      true,
    ],
    [
      {
        Or: [
          { Variable: '$.vip', BooleanEquals: false },
          { Variable: '$.total', NumericGreaterThan: 10 },
        ],
      },
      false,
    ],
    [{ Not: { Variable: '$.status', StringEquals: 'PAID' } }, false],
    [
      {
        And: [
          { Variable: '$.x', IsPresent: true },
          { Variable: '$.x', NumericEquals: 1 },
        ],
      },
      false,
    ],
  ])('%j is %s', (test, expected) => {
    expect(holds(test)).toBe(expected);
  });

  it.each([
    ['a*c', 'abbbc', true],
    ['a*c', 'abbbcd', false],
    ['*', '', true],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['a\\\\*', 'a\\b', true],
    ['log-*.txt', 'log-1.txt.txt', true],
    ['', 'a', false],
  ])('the pattern %s on %s: %s', (pattern, text, expected) => {
    const rule: ChoiceRule = { Variable: '$', StringMatches: pattern, Next: 'Yes' };
    expect(choose([rule], scopeOf(text)) !== undefined).toBe(expected);
  });

  it('gives the first rule that holds', () => {
    const rules: ChoiceRule[] = [
      { Variable: '$.total', NumericGreaterThan: 100, Next: 'Much' },
      { Variable: '$.total', NumericGreaterThan: 1, Next: 'Some' },
      { Variable: '$.total', NumericGreaterThan: 0, Next: 'Little' },
    ];
    expect(choose(rules, scopeOf(input))).toBe(rules[1]);
  });

  it.each<ChoiceTest>([
    { Variable: '$.nothing', StringEquals: 'x' },
    { Variable: '$.status', StringEqualsPath: '$.nothing' },
  ])('fails where %j compares what is not there', (test) => {
    expect(() => holds(test)).toThrow(
      expect.objectContaining({
        errorName: 'States.Runtime',
        message: "Invalid path '$.nothing': The choice state's condition path references an invalid value.",
      }),
    );
  });
});
