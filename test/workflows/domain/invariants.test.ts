import { describe, expect, it } from 'vitest';
import type { Books, ProviderPayment } from '../../../workflows/order-processing/domain/invariants.js';
import { personalDataViolations, violations } from '../../../workflows/order-processing/domain/invariants.js';
import type { OrderRow, PaymentRow, ReservationRow } from '../../../workflows/order-processing/domain/ledger-rows.js';

const time = '2026-01-01T00:00:00.000Z';
const order: OrderRow = {
  orderId: 'o',
  attempt: 1,
  status: 'FULFILLED',
  createdAt: time,
  updatedAt: time,
  fingerprint: 'f',
  executionArn: 'arn',
  currency: 'usd',
  amount: 500,
  shipmentId: 's',
};
const payment: PaymentRow = {
  orderId: 'o',
  attempt: 1,
  status: 'CAPTURED',
  updatedAt: time,
  amount: 500,
  currency: 'usd',
  paymentIntentId: 'pi_1',
};
const reservation: ReservationRow = {
  orderId: 'o',
  attempt: 1,
  status: 'CONSUMED',
  updatedAt: time,
  lines: [{ sku: 'mug', quantity: 2 }],
};
const charge: ProviderPayment = { id: 'pi_1', orderId: 'o', authorized: true, open: false, captured: 500, refunded: 0 };
const FINE: Books = {
  orders: [order],
  payments: [payment],
  reservations: [reservation],
  stock: [{ sku: 'mug', onHand: 8, reserved: 0, price: 250 }],
  initialStock: { mug: 10 },
  provider: [charge],
  executions: [{ orderId: 'o', end: 'succeeded' }],
  confirmed: new Set(['o']),
  notified: new Set(),
};
const UNDONE: Books = {
  ...FINE,
  orders: [{ ...order, status: 'CANCELLED' }],
  payments: [{ ...payment, status: 'VOIDED' }],
  reservations: [{ ...reservation, status: 'RELEASED' }],
  stock: [{ sku: 'mug', onHand: 10, reserved: 0, price: 250 }],
  provider: [{ ...charge, captured: 0 }],
  executions: [{ orderId: 'o', end: 'fail-state' }],
};
const broken = (books: Books): string[] =>
  [...new Set(violations(books).map((violation) => violation.invariant))].sort();

describe('the invariants', () => {
  it('hold for a fulfilled and for an undone order', () => {
    expect(violations(FINE)).toEqual([]);
    expect(violations(UNDONE)).toEqual([]);
  });

  it.each<[string, Books, string[]]>([
    ['money kept of a cancelled order', { ...UNDONE, provider: [charge] }, ['I1']],
    ['goods sent for less than their price', { ...FINE, provider: [{ ...charge, captured: 400 }] }, ['I2']],
    ['goods sent and refunded', { ...FINE, provider: [{ ...charge, refunded: 500 }] }, ['I2']],
    ['two authorisations', { ...FINE, provider: [charge, { ...charge, id: 'pi_2', captured: 0 }] }, ['I3']],
    ['two captures', { ...FINE, provider: [charge, { ...charge, id: 'pi_2' }] }, ['I2', 'I3']],
    [
      'an open authorisation of a cancelled order',
      { ...UNDONE, provider: [{ ...charge, captured: 0, open: true }] },
      ['I4'],
    ],
    ['stock that nobody holds', { ...FINE, stock: [{ sku: 'mug', onHand: 8, reserved: 1, price: 250 }] }, ['I5']],
    ['pieces that are lost', { ...FINE, stock: [{ sku: 'mug', onHand: 7, reserved: 0, price: 250 }] }, ['I5']],
    [
      'fulfilled without consuming',
      { ...FINE, reservations: [], stock: [{ sku: 'mug', onHand: 10, reserved: 0, price: 1 }] },
      ['I5'],
    ],
    ['succeeded without a confirmation', { ...FINE, confirmed: new Set<string>() }, ['I6']],
    ['failed although fulfilled', { ...FINE, executions: [{ orderId: 'o', end: 'fail-state' }] }, ['I6']],
    [
      'stock held for a cancelled order',
      {
        ...UNDONE,
        reservations: [{ ...reservation, status: 'HELD' }],
        stock: [{ sku: 'mug', onHand: 10, reserved: 2, price: 250 }],
      },
      ['I5'],
    ],
    ['a payment that was not undone', { ...UNDONE, payments: [{ ...payment, status: 'AUTHORIZED' }] }, ['I8']],
    ['an order stuck half-way', { ...UNDONE, orders: [{ ...order, status: 'CANCELLING' }], executions: [] }, ['I8']],
    [
      'a decline nobody was told of',
      { ...UNDONE, payments: [{ ...payment, status: 'VOIDED', declineCode: 'x' }] },
      ['I9'],
    ],
  ])('see %s', (_, books, invariants) => {
    expect(broken(books)).toEqual(invariants);
  });

  it('count shipments over all attempts', () => {
    const second = { orderId: 'o#2', attempt: 2 };
    const books: Books = {
      ...FINE,
      orders: [order, { ...order, ...second }],
      reservations: [reservation, { ...reservation, ...second }],
      provider: [charge, { ...charge, id: 'pi_2', orderId: 'o#2' }],
      stock: [{ sku: 'mug', onHand: 6, reserved: 0, price: 250 }],
    };
    expect(violations(books)).toEqual([{ invariant: 'I3', subject: 'o', message: '2 shipments were requested' }]);
  });

  it('keep personal data out of logs and causes', () => {
    const document = { orderId: 'o', shippingAddress: { street: '12 Harbour Lane', country: 'US' } };
    expect(personalDataViolations('o', document, ['order o in US failed'])).toEqual([]);
    expect(personalDataViolations('o', document, ['no route to 12 Harbour Lane'])).toHaveLength(1);
  });
});
