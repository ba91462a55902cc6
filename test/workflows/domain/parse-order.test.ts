import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExecutionInput, parseOrder } from '../../../workflows/order-processing/domain/parse-order.js';

const EXAMPLES = join(import.meta.dirname, '../../../workflows/order-processing/examples');
const ORDER = {
  orderId: 'order-1',
  userId: 'user-1',
  items: [{ productId: 'mug-white', quantity: 2 }],
  shippingAddress: { country: 'US' },
};

function faultsOf(value: unknown): string[] {
  const parsed = parseOrder(value);
  return parsed.ok ? [] : parsed.faults.map((fault) => `${fault.path} ${fault.message}`);
}

function example(path: string): unknown {
  return JSON.parse(readFileSync(join(EXAMPLES, path), 'utf8'));
}

describe('an order', () => {
  it.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.json')))('examples/%s is one', (name) => {
    expect(faultsOf(example(name))).toEqual([]);
  });

  it.each(readdirSync(join(EXAMPLES, 'invalid')))('examples/invalid/%s is none', (name) => {
    expect(faultsOf(example(join('invalid', name)))).not.toEqual([]);
  });

  it('has all its faults named at once', () => {
    expect(faultsOf(example('invalid/many-faults.json'))).toEqual([
      '$.orderId is empty: the id of the order',
      '$.userId is missing: the id of the customer',
      '$.items[0].quantity must be a whole number from 1 to 10000, got 0',
      '$.items[1].productId must be text (the product to order), got a number',
      '$.items[1].quantity must be a whole number from 1 to 10000, got 1.5',
      '$.items[2].productId is missing: the product to order',
      '$.items[2].quantity must be a whole number from 1 to 10000, got "two"',
      '$.shippingAddress.country is missing: the country the goods go to',
      '$.currency must be an ISO currency of three letters such as "usd", got "dollars"',
    ]);
  });

  it.each([
    ['null', null, '$ must be a JSON object, got null'],
    ['text', 'order', '$ must be a JSON object, got text'],
    ['a list', [ORDER], '$ must be a JSON object, got a list'],
    ['no items', { ...ORDER, items: [] }, '$.items is empty: an order has at least one item'],
    ['items that are no list', { ...ORDER, items: {} }, '$.items must be a list of items, got an object'],
    [
      'an item that is no object',
      { ...ORDER, items: [3] },
      '$.items[0] must be an object with productId and quantity, got a number',
    ],
    [
      'an order id with a control character',
      { ...ORDER, orderId: 'a\u001b[2J' },
      '$.orderId must not hold control characters, got "a\\u001b[2J"',
    ],
    [
      'an order id that is too long',
      { ...ORDER, orderId: 'x'.repeat(501) },
      '$.orderId must have at most 500 characters, got 501',
    ],
    ['an order id of blanks', { ...ORDER, orderId: '   ' }, '$.orderId is empty: the id of the order'],
    [
      'a strange payment method',
      { ...ORDER, paymentMethod: 'visa 4242' },
      '$.paymentMethod must be the id of a Stripe payment method such as "pm_card_visa", got "visa 4242"',
    ],
    [
      'an attempt in the document',
      { ...ORDER, attempt: 2 },
      '$.attempt is not part of the order; name the attempt when you start it',
    ],
    [
      'a misspelt field',
      { ...ORDER, payment_method: 'pm_card_visa' },
      '$ has an unknown field "payment_method"; did you mean "paymentMethod"?',
    ],
    [
      'an infinite quantity',
      { ...ORDER, items: [{ productId: 'a', quantity: Infinity }] },
      '$.items[0].quantity must be a whole number from 1 to 10000, got null',
    ],
  ])('refuses %s', (_, value, fault) => {
    expect(faultsOf(value)).toEqual([fault]);
  });

  it('may have an id of any printable characters', () => {
    for (const orderId of ['a b', 'a/b', '注文-1', '🛒', 'x'.repeat(500), 'a#2'])
      expect(faultsOf({ ...ORDER, orderId })).toEqual([]);
  });

  it('keeps fields that nobody knows, and takes a currency in any case', () => {
    const parsed = parseOrder({ ...ORDER, giftWrap: true, currency: 'USD' });
    expect(parsed).toEqual({ ok: true, order: { ...ORDER, giftWrap: true, currency: 'usd' } });
  });

  it('never quotes what may be personal', () => {
    const address = { country: 7, street: 'Elm Street 9' };
    const faults = faultsOf({ ...ORDER, userId: 'jo\u0007@example.com', shippingAddress: address }).join('\n');
    expect(faults).not.toMatch(/jo|Elm/);
  });

  it('is judged without an exception, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = parseOrder(value);
        return parsed.ok || parsed.faults.length > 0;
      }),
    );
    fc.assert(
      fc.property(
        fc.record({ orderId: fc.jsonValue(), items: fc.jsonValue(), shippingAddress: fc.jsonValue() }),
        (value) => faultsOf(value).every((fault) => !/\p{Cc}/u.test(fault)),
      ),
    );
  });
});

describe("an execution's input", () => {
  it('is the document, and the attempt beside its fields', () => {
    expect(parseExecutionInput(ORDER)).toEqual({ ok: true, order: ORDER, attempt: 1 });
    expect(parseExecutionInput({ ...ORDER, attempt: 3 })).toEqual({ ok: true, order: ORDER, attempt: 3 });
  });

  it.each([0, -1, 1.5, '2', null, 1000])('refuses attempt %j', (attempt) => {
    const parsed = parseExecutionInput({ ...ORDER, attempt });
    expect(parsed.ok ? [] : parsed.faults.map((fault) => fault.path)).toEqual(['$.attempt']);
  });
});
