import fc from 'fast-check';
import { expect, it } from 'vitest';
import { orderKey, parseOrderKey } from '../../../workflows/order-processing/domain/order-key.js';

it('is the order id itself for a first attempt, and id#N from the second on', () => {
  expect(orderKey('order-1', 1)).toBe('order-1');
  expect(orderKey('order-1', 2)).toBe('order-1#2');
});

it('tells an id that looks like an attempt from an attempt', () => {
  expect(orderKey('a#2', 1)).toBe('a#2#1');
  expect(parseOrderKey('a#2#1')).toEqual({ orderId: 'a#2', attempt: 1 });
});

it('can be read back, so no two attempts share a key', () => {
  const id = fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^a(#[0-9]{1,2}){0,3}$/));
  fc.assert(
    fc.property(id, fc.integer({ min: 1, max: 999 }), (orderId, attempt) => {
      expect(parseOrderKey(orderKey(orderId, attempt))).toEqual({ orderId, attempt });
    }),
  );
});
