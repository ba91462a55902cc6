import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionName, orderOfName } from '../../src/lib/execution/execution-name.js';

const plain = fc.stringMatching(/^[0-9A-Za-z_-]{1,64}$/);
const attempt = fc.integer({ min: 1, max: 999 });
const anyId = fc.oneof(
  plain,
  fc.tuple(plain, fc.integer({ min: 1, max: 12 })).map(([id, number]) => `${id.slice(0, 60)}-a${number}`),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }).filter((id) => !/[\p{Cc}\u2028\u2029\p{Cs}]/u.test(id)),
);

describe('executionName', () => {
  it.each([
    ['7', 1, 'order-7'],
    ['7', 2, 'order-7-a2'],
    ['A_b-9', 1, 'order-A_b-9'],
    ['7-a1', 1, 'order-7-a1'],
    ['7-a02', 1, 'order-7-a02'],
  ])('puts the plain id %j, attempt %d in as it is', (id, number, name) => {
    expect(executionName(id, number)).toBe(name);
  });

  it.each(['7-a2', 'with space', 'a/b', 'x'.repeat(65), 'ünï', '🛒', 'a'.repeat(500)])('hashes %j', (id) => {
    expect(executionName(id)).toMatch(/^order_[0-9a-f]{64}$/);
    expect(executionName(id, 3)).toMatch(/^order_[0-9a-f]{64}-a3$/);
  });

  it.each([
    ['', 'empty'],
    ['a\nb', 'control characters'],
    ['a\u0000', 'control characters'],
    ['\u009b31m', 'control characters'],
    ['half \ud800', 'control characters'],
    ['x'.repeat(501), '501 characters'],
  ])('refuses %j', (id, reason) => {
    expect(() => executionName(id)).toThrow(
      expect.objectContaining({ exit: 'usage', message: expect.stringContaining(reason) as string }),
    );
  });

  it.each([0, 1.5, -1, 1000, Number.NaN])('refuses attempt %d', (number) => {
    expect(() => executionName('7', number)).toThrow(/whole number from 1 to 999/);
  });

  it('gives no two pairs of id and attempt one name', () => {
    fc.assert(
      fc.property(anyId, attempt, anyId, attempt, (leftId, leftAttempt, rightId, rightAttempt) => {
        fc.pre(leftId !== rightId || leftAttempt !== rightAttempt);
        expect(executionName(leftId, leftAttempt)).not.toBe(executionName(rightId, rightAttempt));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps to what Step Functions and its logs take', () => {
    fc.assert(
      fc.property(anyId, attempt, (id, number) => {
        expect(executionName(id, number)).toMatch(/^[0-9A-Za-z_-]{1,80}$/);
      }),
    );
  });

  it('can be read back where the id is plain', () => {
    fc.assert(
      fc.property(plain, attempt, (id, number) => {
        const order = orderOfName(executionName(id, number));
        expect(order?.attempt).toBe(number);
        expect([id, undefined]).toContain(order?.orderId);
      }),
    );
  });

  it('leaves names alone that are not its own', () => {
    expect(orderOfName('nightly-report')).toBeUndefined();
    expect(orderOfName('order_123')).toBeUndefined();
  });
});
