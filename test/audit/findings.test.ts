import { describe, expect, it } from 'vitest';
import { command, type Finding } from '../../src/lib/audit/finding.js';
import { findings } from '../../src/lib/audit/findings.js';
import { inSamePlace } from '../../src/lib/environment/same-place.js';
import type { AuditedExecution, Charge, OrderFacts } from '../../src/lib/audit/order-facts.js';
import type { OrderRow, PaymentRow, ReservationRow } from '../../workflows/order-processing/domain/ledger-rows.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (span: number): string => new Date(NOW - span).toISOString();

const order = (status: OrderRow['status'], more: Partial<OrderRow> = {}): OrderRow => ({
  orderId: '1001',
  attempt: 1,
  status,
  createdAt: ago(2 * HOUR),
  updatedAt: ago(HOUR),
  fingerprint: 'f',
  executionArn: 'arn',
  currency: 'usd',
  amount: 4200,
  ...more,
});
const payment = (status: PaymentRow['status'], more: Partial<PaymentRow> = {}): PaymentRow => ({
  orderId: '1001',
  attempt: 1,
  status,
  updatedAt: ago(HOUR),
  amount: 4200,
  currency: 'usd',
  paymentIntentId: 'pi_1',
  ...more,
});
const reservation = (status: ReservationRow['status']): ReservationRow => ({
  orderId: '1001',
  attempt: 1,
  status,
  updatedAt: ago(HOUR),
  lines: [{ sku: 'mug', quantity: 1 }],
});
const charge = (more: Partial<Charge> = {}): Charge => ({
  id: 'pi_1',
  orderId: '1001',
  currency: 'usd',
  authorized: false,
  open: false,
  captured: 0,
  refunded: 0,
  ...more,
});
const taken = charge({ authorized: true, captured: 4200 });
const held = charge({ authorized: true, open: true, capturableUntil: NOW + 6 * DAY });
const failed = (more: Partial<Extract<AuditedExecution, { kind: 'failed' }>> = {}): AuditedExecution => ({
  kind: 'failed',
  status: 'FAILED',
  stoppedAt: NOW - HOUR,
  inFailState: false,
  redrivableUntil: NOW + 13 * DAY,
  ...more,
});
const noRedrive: AuditedExecution = { kind: 'failed', status: 'FAILED', stoppedAt: NOW - HOUR, inFailState: false };

const fulfilled: OrderFacts = {
  key: '1001',
  order: order('FULFILLED'),
  payment: payment('CAPTURED'),
  reservation: reservation('CONSUMED'),
  execution: { kind: 'succeeded' },
  charges: [taken],
};
const cancelled: OrderFacts = {
  key: '1001',
  order: order('CANCELLED'),
  payment: payment('VOIDED'),
  reservation: reservation('RELEASED'),
  execution: failed({ inFailState: true }),
  charges: [charge()],
};
const open: OrderFacts = {
  key: '1001',
  order: order('RECEIVED'),
  payment: payment('AUTHORIZED'),
  reservation: reservation('HELD'),
  execution: failed(),
  charges: [held],
};

const paidOnly: OrderFacts = {
  key: '1001',
  order: undefined,
  payment: undefined,
  reservation: undefined,
  execution: { kind: 'gone' },
  charges: [],
};
const undriven: AuditedExecution = { kind: 'running', undriven: true };

const short = (found: readonly Finding[]): string[] =>
  found.map(({ severity, rule, mend }) => `${severity} ${rule}: ${mend.join(' | ')}`);

describe('an order that is well', () => {
  it.each<[string, OrderFacts]>([
    ['fulfilled', fulfilled],
    ['fulfilled, Stripe not asked', { ...fulfilled, charges: undefined }],
    ['cancelled', cancelled],
    ['cancelled, refunded', { ...cancelled, payment: payment('REFUNDED'), charges: [{ ...taken, refunded: 4200 }] }],
    ['rejected', { ...cancelled, order: order('REJECTED'), payment: undefined, reservation: undefined, charges: [] }],
    ['on its way', { ...open, execution: { kind: 'running' } }],
    ['captured on its way', { ...open, execution: { kind: 'running' }, charges: [taken] }],
    ['Express, an hour old', { ...open, execution: { kind: 'unknown' } }],
    ['no order, and no payment that counts', { ...paidOnly, charges: [charge()] }],
    ['on its way to its row', { ...paidOnly, execution: { kind: 'running' }, charges: [] }],
    ['refused before it had a row', { ...paidOnly, execution: failed({ inFailState: true }), charges: [] }],
  ])('%s: nothing is found', (_, facts) => {
    expect(findings(facts, NOW)).toEqual([]);
  });
});

describe('an order that is not', () => {
  const CANCEL = "cancel or refund pi_1 in Stripe's dashboard";
  it.each<[string, OrderFacts, string[]]>([
    ['waits for a redrive', open, ['warning unfinished: orders redrive 1001 | orders compensate 1001']],
    [
      'waits in CANCELLING',
      { ...open, order: order('CANCELLING'), payment: payment('VOIDING') },
      ['warning unfinished: orders redrive 1001 | orders compensate 1001'],
    ],
    ['cannot be redriven', { ...open, execution: noRedrive }, ['warning unfinished: orders compensate 1001']],
    [
      'ended in a Fail state',
      { ...open, execution: failed({ inFailState: true }) },
      ['warning unfinished: orders compensate 1001'],
    ],
    ['is forgotten', { ...open, execution: { kind: 'gone' } }, ['warning unfinished: orders compensate 1001']],
    [
      'is Express and old',
      { ...open, order: order('RECEIVED', { updatedAt: ago(25 * HOUR) }), execution: { kind: 'unknown' } },
      ['warning unfinished: orders compensate 1001'],
    ],
    [
      'has its redrive window running out',
      { ...open, execution: failed({ redrivableUntil: NOW + 2 * DAY }) },
      [
        'warning unfinished: orders redrive 1001 | orders compensate 1001',
        'warning redrive-window: orders redrive 1001 | orders compensate 1001',
      ],
    ],
    [
      'has its authorisation running out',
      { ...open, charges: [{ ...held, capturableUntil: NOW + DAY }] },
      [
        'warning unfinished: orders redrive 1001 | orders compensate 1001',
        'warning authorization: orders redrive 1001 | orders compensate 1001',
      ],
    ],
    [
      'is captured and not fulfilled',
      { ...open, charges: [taken] },
      ['violation I1: orders redrive 1001 | orders compensate 1001'],
    ],
    [
      'is captured by the word of the ledger',
      { ...open, payment: payment('CAPTURED'), charges: undefined },
      ['violation I1: orders redrive 1001 | orders compensate 1001'],
    ],
    [
      'succeeded without a shipment',
      { ...open, execution: { kind: 'succeeded' } },
      ['violation I6: orders compensate 1001'],
    ],
    [
      'is cancelled with money kept',
      { ...cancelled, charges: [taken] },
      [`violation I1: ${CANCEL} | orders explain 1001`],
    ],
    [
      'is cancelled with money set aside',
      { ...cancelled, charges: [held] },
      [`violation I4: ${CANCEL} | orders explain 1001`],
    ],
    ['is fulfilled and unpaid', { ...fulfilled, charges: [] }, ['violation I2: orders explain 1001']],
    [
      'is fulfilled for another amount',
      { ...fulfilled, charges: [{ ...taken, captured: 100 }] },
      ["violation I2: look at pi_1 in Stripe's dashboard | orders explain 1001"],
    ],
    ['is fulfilled from no stock', { ...fulfilled, reservation: undefined }, ['violation I5: orders explain 1001']],
    [
      'was cancelled with stock held',
      { ...cancelled, reservation: reservation('HELD') },
      ['violation I5: orders compensate 1001 | orders explain 1001'],
    ],
    [
      'is fulfilled, and its execution failed later',
      { ...fulfilled, execution: failed() },
      ['warning unfinished: orders redrive 1001'],
    ],
    [
      'is charged twice while it runs',
      { ...open, execution: { kind: 'running' }, charges: [taken, { ...taken, id: 'pi_2' }] },
      ["violation I3: look at pi_1 and pi_2 in Stripe's dashboard, and give back what is too much"],
    ],
    ['is only a payment', { ...paidOnly, charges: [held] }, [`violation I4: ${CANCEL}`]],
    ['is only a payment that was taken', { ...paidOnly, charges: [taken] }, [`violation I1: ${CANCEL}`]],
    ['never had a row', { ...paidOnly, execution: failed() }, ['warning unfinished: orders redrive 1001']],
    [
      'never had a row, and its window runs out',
      { ...paidOnly, execution: failed({ redrivableUntil: NOW + DAY }) },
      ['warning unfinished: orders redrive 1001', 'warning redrive-window: orders redrive 1001'],
    ],
    [
      'never had a row, and cannot be redriven',
      { ...paidOnly, execution: noRedrive },
      ['warning unfinished: start the order under another id | orders explain 1001'],
    ],
    [
      'had a redrive window',
      { ...open, execution: failed({ redrivableUntil: NOW - HOUR }) },
      ['warning unfinished: orders compensate 1001'],
    ],
    [
      'had an authorisation',
      { ...open, charges: [{ ...held, capturableUntil: NOW - HOUR }] },
      [
        'warning unfinished: orders redrive 1001 | orders compensate 1001',
        'warning authorization: orders redrive 1001 | orders compensate 1001',
      ],
    ],
    [
      'has an old authorisation by the word of the ledger',
      { ...open, payment: payment('AUTHORIZED', { updatedAt: ago(6 * DAY) }), charges: undefined },
      [
        'warning unfinished: orders redrive 1001 | orders compensate 1001',
        'warning authorization: orders redrive 1001 | orders compensate 1001',
      ],
    ],
    [
      'stands still',
      { ...open, execution: undriven },
      ['warning unfinished: orders local serve | orders compensate 1001'],
    ],
    [
      'is cancelled and stands still',
      { ...cancelled, execution: undriven },
      ['warning unfinished: orders local serve'],
    ],
    [
      'has a refund that failed later',
      { ...cancelled, payment: payment('REFUNDED'), charges: [taken] },
      ['violation I1: orders compensate 1001 | orders explain 1001'],
    ],
    [
      'is cancelled with a payment that was never settled',
      { ...cancelled, payment: payment('VOIDING'), charges: [held] },
      [
        'violation I4: orders compensate 1001 | orders explain 1001',
        'violation I8: orders compensate 1001 | orders explain 1001',
      ],
    ],
    [
      'was given back by hand',
      { ...fulfilled, charges: [{ ...taken, refunded: 4200 }] },
      ['warning I2: orders explain 1001'],
    ],
    ['is fulfilled a second time', { ...fulfilled, fulfilledBefore: [1] }, ['violation I3: orders explain 1001']],
    [
      'is fulfilled, and nobody can go on with its execution',
      { ...fulfilled, execution: noRedrive },
      ['warning unfinished: orders explain 1001'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(short(findings(facts, NOW))).toEqual(expected);
  });

  it('names the attempt, and quotes an id for the shell', () => {
    const key = "it's #7#2";
    const [found] = findings(
      { ...open, key, order: order('RECEIVED', { orderId: key, attempt: 2 }), charges: [] },
      NOW,
    );
    expect(found).toMatchObject({ orderId: "it's #7", attempt: 2 });
    expect(found?.mend[0]).toBe("orders redrive 'it'\\''s #7' --attempt 2");
  });

  it('says money as money', () => {
    const [kept] = findings({ ...cancelled, charges: [taken] }, NOW);
    expect(kept?.message).toBe('42.00 USD was taken, but the order is CANCELLED');
    const [unpaid] = findings({ ...fulfilled, charges: [] }, NOW);
    expect(unpaid?.message).toBe('the order is fulfilled for 42.00 USD, but 0.00 USD was taken');
  });

  it('puts flags before an id that begins with a dash', () => {
    const here = inSamePlace({ env: 'prod' });
    expect(here(command('redrive', '-7#2'))).toBe('orders redrive --attempt 2 --env prod -- -7');
    expect(here(command('redrive', 'a -- b'))).toBe("orders redrive 'a -- b' --env prod");
    expect(here(command('redrive', '7'))).toBe('orders redrive 7 --env prod');
    expect(here('start the order under another id')).toBe('start the order under another id');
    expect(inSamePlace({})(command('redrive', '-7'))).toBe('orders redrive -- -7');
  });
});
