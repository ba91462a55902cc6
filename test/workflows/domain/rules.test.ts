import { describe, expect, it } from 'vitest';
import type {
  OrderRow,
  PaymentRow,
  ReservationRow,
  StockRow,
} from '../../../workflows/order-processing/domain/ledger-rows.js';
import { explainRefusedFulfillment } from '../../../workflows/order-processing/domain/fulfillment-rules.js';
import { explainRefusedOpening } from '../../../workflows/order-processing/domain/order-rules.js';
import { judgeClaim, undoing } from '../../../workflows/order-processing/domain/payment-rules.js';
import {
  explainRefusedReservation,
  mergeLines,
  shortages,
} from '../../../workflows/order-processing/domain/stock-rules.js';
import { declinedNotice } from '../../../workflows/order-processing/domain/notices.js';

const time = '2026-01-01T00:00:00.000Z';
const order = (status: OrderRow['status'], more: Partial<OrderRow> = {}): OrderRow => ({
  orderId: 'o',
  attempt: 1,
  status,
  createdAt: time,
  updatedAt: time,
  fingerprint: 'f',
  executionArn: 'arn',
  currency: 'usd',
  ...more,
});
const payment = (status: PaymentRow['status'], more: Partial<PaymentRow> = {}): PaymentRow => ({
  orderId: 'o',
  attempt: 1,
  status,
  updatedAt: time,
  amount: 500,
  currency: 'usd',
  ...more,
});
const reservation = (status: ReservationRow['status']): ReservationRow => ({
  orderId: 'o',
  attempt: 1,
  status,
  updatedAt: time,
  lines: [{ sku: 'mug', quantity: 2 }],
});
const stock = (onHand: number, reserved = 0) =>
  new Map<string, StockRow>([['mug', { sku: 'mug', onHand, reserved, price: 1 }]]);

describe('opening an order', () => {
  it.each([
    ['the same document again', order('CANCELLED'), undefined, { kind: 'admitted' }],
    ['another document', order('RECEIVED', { fingerprint: 'other' }), undefined, { kind: 'taken' }],
    ['an attempt too early', undefined, order('FULFILLED'), { kind: 'too-early', previous: 'FULFILLED' }],
    ['an attempt out of nothing', undefined, undefined, { kind: 'too-early', previous: 'absent' }],
  ])('%s', (_, standing, previous, admission) => {
    expect(explainRefusedOpening('f', standing, previous)).toEqual(admission);
  });
});

describe('claiming a payment', () => {
  const money = { amount: 500, currency: 'usd' };
  it.each([
    ['STARTED', {}, 'go-on'],
    ['INTENT', {}, 'go-on'],
    ['AUTHORIZED', {}, 'authorized'],
    ['CAPTURED', {}, 'authorized'],
    ['DECLINED', { declineCode: 'expired_card' }, 'declined'],
    ['VOIDING', { amount: undefined }, 'cancelled'],
    ['VOIDED', {}, 'cancelled'],
    ['REFUNDED', {}, 'cancelled'],
    ['STARTED', { amount: 501 }, 'mismatch'],
    ['AUTHORIZED', { currency: 'eur' }, 'mismatch'],
  ] as [PaymentRow['status'], Partial<PaymentRow>, string][])('that is %s %j: %s', (status, more, kind) => {
    expect(judgeClaim(payment(status, more), money).kind).toBe(kind);
  });

  it.each([
    ['UNCONFIRMED', 'cancel'],
    ['AUTHORIZED', 'cancel'],
    ['DECLINED', 'cancel'],
    ['CAPTURED', 'refund'],
    ['CANCELED', 'nothing'],
    ['PROCESSING', 'wait'],
  ] as const)('%s is undone by: %s', (state, how) => {
    expect(undoing(state)).toBe(how);
  });
});

describe('stock', () => {
  it('is asked for once a SKU, in a fixed order', () => {
    const lines = [
      { sku: 'b', quantity: 1 },
      { sku: 'a', quantity: 2 },
      { sku: 'b', quantity: 3 },
    ];
    expect(mergeLines(lines)).toEqual([
      { sku: 'a', quantity: 2 },
      { sku: 'b', quantity: 4 },
    ]);
  });

  it('is short where pieces are reserved already, and where nobody knows the SKU', () => {
    expect(
      shortages(
        [
          { sku: 'mug', quantity: 2 },
          { sku: 'cup', quantity: 1 },
        ],
        stock(5, 4),
      ),
    ).toEqual([
      { sku: 'mug', wanted: 2, available: 1 },
      { sku: 'cup', wanted: 1, available: 0 },
    ]);
  });

  const short = [{ sku: 'mug', wanted: 2, available: 1 }];
  it.each([
    ['the order is fenced', order('CANCELLING'), reservation('HELD'), short, 'cancelled'],
    ['a tombstone stands', order('RECEIVED'), reservation('RELEASED'), [], 'cancelled'],
    ['it is held already', order('RECEIVED'), reservation('HELD'), short, 'reserved'],
    ['it was consumed', order('FULFILLED'), reservation('CONSUMED'), [], 'reserved'],
    ['there is too little', order('RECEIVED'), undefined, short, 'short'],
    ['somebody was faster', order('RECEIVED'), undefined, [], 'try-again'],
  ])('is not reserved when %s', (_, row, held, missing, kind) => {
    expect(explainRefusedReservation(row, held, missing).kind).toBe(kind);
  });
});

describe('fulfillment', () => {
  it.each([
    [
      'it is done',
      order('FULFILLED', { shipmentId: 's' }),
      payment('CAPTURED'),
      reservation('CONSUMED'),
      9,
      'fulfilled',
    ],
    ['the order is fenced', order('CANCELLING'), payment('CAPTURED'), reservation('HELD'), 9, 'cancelled'],
    ['the stock was released', order('RECEIVED'), payment('CAPTURED'), reservation('RELEASED'), 9, 'cancelled'],
    ['the payment is being undone', order('RECEIVED'), payment('VOIDING'), reservation('HELD'), 9, 'cancelled'],
    ['the money is not there', order('RECEIVED'), payment('AUTHORIZED'), reservation('HELD'), 9, 'not-ready'],
    ['nothing is held', order('RECEIVED'), payment('CAPTURED'), undefined, 9, 'not-ready'],
    ['the goods are gone', order('RECEIVED'), payment('CAPTURED'), reservation('HELD'), 1, 'gone'],
    ['somebody was faster', order('RECEIVED'), payment('CAPTURED'), reservation('HELD'), 9, 'try-again'],
  ])('is not written when %s', (_, row, paid, held, onHand, kind) => {
    expect(explainRefusedFulfillment(row, paid, held, stock(onHand)).kind).toBe(kind);
  });
});

describe('the notice of a decline', () => {
  it('says what helps', () => {
    expect(declinedNotice('o-1', 'expired_card').text).toContain('has expired');
  });

  it('tells a thief nothing', () => {
    const general = declinedNotice('o-1', undefined).text;
    for (const code of ['stolen_card', 'lost_card', 'fraudulent', 'pickup_card', 'merchant_blacklist']) {
      expect(declinedNotice('o-1', code).text).toBe(general);
    }
  });
});
