import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { violations } from '../../workflows/order-processing/domain/invariants.js';
import type { Payments } from '../../workflows/order-processing/ports/payments.js';
import { authorizePayment } from '../../workflows/order-processing/steps/authorize-payment.js';
import { capturePayment } from '../../workflows/order-processing/steps/capture-payment.js';
import { freezeTotal } from '../../workflows/order-processing/steps/freeze-total.js';
import { fulfillOrder } from '../../workflows/order-processing/steps/fulfill-order.js';
import { reserveStock } from '../../workflows/order-processing/steps/reserve-stock.js';
import { rollbackOrder } from '../../workflows/order-processing/steps/rollback-order.js';
import { sendConfirmation } from '../../workflows/order-processing/steps/send-confirmation.js';
import { localServices, type LocalServices } from './local-services.js';
import { ORDER, runOrder, USD, validated } from './order-run.js';

const REF = { orderId: 'order-1', attempt: 1 };
const TOTAL = USD(2000);
const LINES = [
  { sku: 'mug', quantity: 3 },
  { sku: 'bowl', quantity: 1 },
];
const CHANGE_OF_MIND = { error: 'OperatorCancelled', cause: 'the customer rang' };

let services: LocalServices;
beforeEach(async () => {
  services = await localServices({ mug: 10, bowl: 5, lamp: 1 });
});
afterEach(() => services.close());

const withPayments = () => ({ ledger: services.ledger, payments: services.payments() });
/** Something happens in the middle of a call to the payment provider. */
const interrupting = (payments: Payments, calls: Partial<Payments>) => ({
  ledger: services.ledger,
  payments: {
    prepare: (request) => payments.prepare(request),
    look: (id) => payments.look(id),
    authorize: (order, id) => payments.authorize(order, id),
    capture: (order, id) => payments.capture(order, id),
    cancel: (order, id) => payments.cancel(order, id),
    refund: (order, id) => payments.refund(order, id),
    ...calls,
  } satisfies Payments,
});
const authorize = (method: string | null = null) => authorizePayment(REF, TOTAL, method, withPayments());
const rollback = () => rollbackOrder(REF, CHANGE_OF_MIND, withPayments());
const statuses = () => ({
  order: services.rows('orders')[0]?.['status'],
  payment: services.rows('payments')[0]?.['status'],
  stock: services.rows('reservations')[0]?.['status'],
  intents: services.intents().map((intent) => intent.status),
});
const stockOf = (sku: string) => services.rows('inventory').find((row) => row['sku'] === sku);
const named = (name: string) => expect.objectContaining({ name }) as Error;

describe('an order', () => {
  it('that is fine ends with one capture, consumed stock and one confirmation', async () => {
    expect(await runOrder(services)).toEqual({ status: 'SUCCEEDED' });
    expect(statuses()).toEqual({ order: 'FULFILLED', payment: 'CAPTURED', stock: 'CONSUMED', intents: ['succeeded'] });
    expect(stockOf('mug')).toMatchObject({ onHand: 7, reserved: 0 });
    expect(services.published('confirmations')).toMatchObject([
      { orderId: 'order-1', attempt: 1, dedupeId: 'confirmation:order-1' },
    ]);
    expect(violations(services.books())).toEqual([]);
  });

  it('keeps the customer document in the orders table and nowhere else', async () => {
    const intake = await validated(services);
    await runOrder(services);
    const elsewhere = JSON.stringify([
      intake,
      services.rows('payments'),
      services.rows('reservations'),
      services.published('confirmations'),
      services.intents(),
    ]);
    expect(elsewhere).not.toContain('Harbour');
    expect(services.rows('orders')[0]?.['document']).toContain('Harbour');
  });

  it.each([
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_authenticationRequired', 'authentication_required'],
    ['pm_card_nobody_knows', 'unknown_payment_method'],
  ])('paid with %s is undone, and its customer told', async (paymentMethod, code) => {
    const end = await runOrder(services, { ...ORDER, paymentMethod });
    expect(end).toEqual({
      status: 'FAILED',
      reason: { error: 'PaymentDeclinedError', cause: `the payment was declined: ${code}` },
    });
    expect(statuses()).toMatchObject({ order: 'CANCELLED', payment: 'VOIDED', stock: 'RELEASED' });
    expect(services.published('customer-notices')).toHaveLength(1);
    expect(services.published('confirmations')).toEqual([]);
    expect(violations(services.books())).toEqual([]);
  });

  it('that is out of stock leaves no authorisation behind', async () => {
    const end = await runOrder(services, { ...ORDER, items: [{ productId: 'lamp', quantity: 2 }] });
    expect(end).toEqual({ status: 'FAILED', reason: { error: 'OutOfStockError', cause: 'lamp: 2 ordered, 1 there' } });
    expect(statuses()).toEqual({ order: 'CANCELLED', payment: 'VOIDED', stock: 'RELEASED', intents: ['canceled'] });
    expect(violations(services.books())).toEqual([]);
  });

  it('for an unknown product touches nothing', async () => {
    const end = await runOrder(services, { ...ORDER, items: [{ productId: 'hat', quantity: 1 }] });
    expect(end).toMatchObject({ status: 'FAILED', reason: { error: 'LineItemRejectedError' } });
    expect(services.intents()).toEqual([]);
    expect(violations(services.books())).toEqual([]);
  });

  it('that is none is REJECTED under its id, without its personal data', async () => {
    const end = await runOrder(services, { ...ORDER, items: [] });
    expect(end).toMatchObject({ status: 'FAILED', reason: { error: 'ValidationError' } });
    expect(services.rows('orders')).toMatchObject([{ orderId: 'order-1', status: 'REJECTED' }]);
    expect(JSON.stringify(services.rows('orders'))).not.toContain('Harbour');
    await runOrder(services, { items: [] });
    expect(services.rows('orders')).toHaveLength(1);
  });

  it('of forty lines goes through in one transaction', async () => {
    const items = Array.from({ length: 40 }, (_, index) => ({ productId: `sku-${index}`, quantity: 1 }));
    const many = await localServices(Object.fromEntries(items.map(({ productId }) => [productId, 1])));
    try {
      expect(await runOrder(many, { ...ORDER, items })).toEqual({ status: 'SUCCEEDED' });
      expect(violations(many.books())).toEqual([]);
    } finally {
      await many.close();
    }
  });
});

describe('the same order again', () => {
  it('changes nothing once it is fulfilled', async () => {
    await runOrder(services);
    const before = JSON.stringify(services.books());
    expect(await runOrder(services)).toEqual({ status: 'SUCCEEDED' });
    expect(JSON.stringify({ ...services.books(), orders: [] })).toBe(
      JSON.stringify({ ...(JSON.parse(before) as object), orders: [] }),
    );
    expect(services.published('confirmations')).toHaveLength(1);
  });

  it('run five times at once is charged and sent once', async () => {
    const ends = await Promise.allSettled(Array.from({ length: 5 }, () => runOrder(services)));
    // Runs that got in each other's way may be told to try again; a fault-free run then finishes.
    expect(ends.some((end) => end.status === 'fulfilled')).toBe(true);
    expect(await runOrder(services)).toEqual({ status: 'SUCCEEDED' });
    expect(violations(services.books())).toEqual([]);
  });

  it('with another content is refused', async () => {
    await validated(services);
    await expect(validated(services, { ...ORDER, userId: 'user-2' })).rejects.toEqual(named('ValidationError'));
  });

  it('may be tried a second time when it was declined, with another payment method', async () => {
    await runOrder(services, { ...ORDER, paymentMethod: 'pm_card_chargeDeclined' });
    const end = await runOrder(services, { ...ORDER, paymentMethod: 'pm_card_visa', attempt: 2 });
    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(services.rows('orders').map((row) => [row['orderId'], row['status']])).toEqual([
      ['order-1', 'CANCELLED'],
      ['order-1#2', 'FULFILLED'],
    ]);
    expect(violations(services.books())).toEqual([]);
  });

  it('may not be tried a second time while the first is under way, or after it was fulfilled', async () => {
    await validated(services);
    await expect(validated(services, { ...ORDER, attempt: 2 })).rejects.toThrow('it is RECEIVED');
    await runOrder(services);
    await expect(validated(services, { ...ORDER, attempt: 2 })).rejects.toThrow('it is FULFILLED');
    await expect(validated(services, { ...ORDER, attempt: 4 })).rejects.toThrow('it is absent');
  });
});

describe('money', () => {
  beforeEach(async () => {
    await validated(services);
    await freezeTotal(REF, [{ sku: 'mug', quantity: 4, unitPrice: 500, total: 2000 }], services.ledger);
  });

  it('is frozen: a later price changes nothing', async () => {
    const lines = [{ sku: 'mug', quantity: 4, unitPrice: 900, total: 3600 }];
    expect(await freezeTotal(REF, lines, services.ledger)).toEqual(TOTAL);
  });

  it.each([
    ['payment_intents.create', 'before', 500],
    ['payment_intents.create', 'after', 500],
    ['payment_intents.create', 'after', 'reset'],
    ['payment_intents.confirm', 'before', 429],
    ['payment_intents.confirm', 'before', 500],
    ['payment_intents.confirm', 'after', 500],
    ['payment_intents.confirm', 'after', 'reset'],
    ['payment_intents.retrieve', 'before', 503],
  ] as const)('is set aside once although %s fails %s it is done with %s', async (operation, when, answer) => {
    await services.fail({ operation, when, answer, times: 2 });
    let tries = 0;
    for (; tries < 4; tries += 1) {
      try {
        await authorize();
        break;
      } catch (error) {
        expect(error).toEqual(named('TransientDependencyError'));
      }
    }
    expect(tries).toBeLessThan(4);
    expect(statuses()).toMatchObject({ payment: 'AUTHORIZED' });
    expect(services.intents().filter((intent) => intent.status === 'requires_capture')).toHaveLength(1);
  });

  it.each([
    ['before', 500],
    ['after', 500],
    ['after', 'reset'],
  ] as const)('is captured once although the capture fails %s it is done with %s', async (when, answer) => {
    await authorize();
    await services.fail({ operation: 'payment_intents.capture', when, answer });
    const capture = () => capturePayment(REF, TOTAL, withPayments());
    const first = await capture().catch((error: unknown) => error);
    if (when === 'before') expect(first).toEqual(named('TransientDependencyError'));
    expect(await capture()).toEqual({ outcome: 'CAPTURED', amount: 2000 });
    expect(statuses()).toMatchObject({ payment: 'CAPTURED', intents: ['succeeded'] });
  });

  it('stays declined, however often it is asked', async () => {
    await expect(authorize('pm_card_chargeDeclinedStolenCard')).rejects.toEqual(named('PaymentDeclinedError'));
    await expect(authorize('pm_card_visa')).rejects.toEqual(named('PaymentDeclinedError'));
    expect(services.intents()).toHaveLength(1);
  });

  it('is not charged in another amount', async () => {
    await authorize();
    await expect(authorizePayment(REF, USD(2001), null, withPayments())).rejects.toEqual(
      named('PaymentAmountMismatchError'),
    );
  });

  it('that the bank took back in the meantime is a business outcome', async () => {
    await authorize();
    services.pass(8 * 24 * 3600 * 1000);
    await expect(capturePayment(REF, TOTAL, withPayments())).rejects.toEqual(named('AuthorizationExpiredError'));
    expect((await rollback()).payment).toBe('VOIDED');
  });

  it('waits for a bank that has not answered', async () => {
    await expect(authorize('pm_fake_processing')).rejects.toEqual(named('TransientDependencyError'));
    services.pass(60_000);
    expect(await authorize('pm_fake_processing')).toMatchObject({ outcome: 'AUTHORIZED' });
    expect(services.intents()).toHaveLength(1);
  });
});

describe('a rollback', () => {
  beforeEach(async () => {
    await validated(services);
    await freezeTotal(REF, [{ sku: 'mug', quantity: 4, unitPrice: 500, total: 2000 }], services.ledger);
  });

  it('before anything was done keeps everything out that comes late', async () => {
    expect(await rollback()).toEqual({ ...REF, payment: 'NONE', reason: CHANGE_OF_MIND });
    await expect(authorize()).rejects.toEqual(named('OrderCancelledError'));
    await expect(reserveStock(REF, LINES, services.ledger)).rejects.toEqual(named('OrderCancelledError'));
    await expect(capturePayment(REF, TOTAL, withPayments())).rejects.toEqual(named('OrderCancelledError'));
    await expect(fulfillOrder(REF, services.ledger)).rejects.toEqual(named('OrderCancelledError'));
    expect(statuses()).toEqual({ order: 'CANCELLED', payment: 'VOIDED', stock: 'RELEASED', intents: [] });
    expect(violations(services.books())).toEqual([]);
  });

  it('while a payment is being made: the late charge gives up the payment that nobody knows', async () => {
    const payments = services.payments();
    const interrupted = interrupting(payments, {
      prepare: async (request) => {
        const prepared = await payments.prepare(request);
        await rollback();
        return prepared;
      },
    });
    await expect(authorizePayment(REF, TOTAL, null, interrupted)).rejects.toEqual(named('OrderCancelledError'));
    expect(statuses()).toEqual({ order: 'CANCELLED', payment: 'VOIDED', stock: 'RELEASED', intents: ['canceled'] });
  });

  it('between the bank and the ledger: the authorisation does not stay open', async () => {
    const payments = services.payments();
    const interrupted = interrupting(payments, {
      authorize: async (order, id) => {
        const authorized = await payments.authorize(order, id);
        await rollback();
        return authorized;
      },
    });
    await expect(authorizePayment(REF, TOTAL, null, interrupted)).rejects.toEqual(named('OrderCancelledError'));
    expect(statuses()).toEqual({ order: 'CANCELLED', payment: 'VOIDED', stock: 'RELEASED', intents: ['canceled'] });
    expect(violations(services.books())).toEqual([]);
  });

  it('gives captured money back, and frees the stock', async () => {
    await reserveStock(REF, LINES, services.ledger);
    await authorize();
    await capturePayment(REF, TOTAL, withPayments());
    expect((await rollback()).payment).toBe('REFUNDED');
    expect(services.rows('payments')[0]).toMatchObject({ status: 'REFUNDED', refundStatus: 'succeeded' });
    expect(stockOf('mug')).toMatchObject({ onHand: 10, reserved: 0 });
    expect(violations(services.books())).toEqual([]);
  });

  it('makes a refund again that failed at the bank later, and leaves one that stands alone', async () => {
    const taken = () => services.books().provider.map(({ captured, refunded }) => captured - refunded);
    await authorize('pm_card_refundFail');
    await capturePayment(REF, TOTAL, withPayments());
    await rollback();
    expect(taken()).toEqual([0]);
    services.pass(60_000);
    const again = withPayments();
    let refunds = 0;
    const counted = interrupting(again.payments, {
      refund: (order, id) => {
        refunds += 1;
        return again.payments.refund(order, id);
      },
    });
    expect(statuses()).toMatchObject({ order: 'CANCELLED', payment: 'REFUNDED' });
    expect((await rollbackOrder(REF, CHANGE_OF_MIND, counted)).payment).toBe('REFUNDED');
    expect([refunds, taken()]).toEqual([1, [0]]);
    // The second refund stands: asking once more moves no money.
    await rollback();
    expect(taken()).toEqual([0]);
    expect(statuses()).toMatchObject({ order: 'CANCELLED', payment: 'REFUNDED' });
  });

  it('overtaken by a capture refunds it', async () => {
    await authorize();
    const payments = services.payments();
    const overtaken = interrupting(payments, {
      cancel: async (order, id) => {
        await services.payments().capture(order, id);
        return payments.cancel(order, id);
      },
    });
    expect((await rollbackOrder(REF, CHANGE_OF_MIND, overtaken)).payment).toBe('REFUNDED');
  });

  it.each([
    ['payment_intents.cancel', 'before', 500],
    ['payment_intents.cancel', 'after', 'reset'],
    ['payment_intents.retrieve', 'before', 'reset'],
  ] as const)('goes on after %s failed %s it was done', async (operation, when, answer) => {
    await reserveStock(REF, LINES, services.ledger);
    await authorize();
    await services.fail({ operation, when, answer });
    await rollback().catch((error: unknown) => expect(error).toEqual(named('TransientDependencyError')));
    expect((await rollback()).payment).toBe('VOIDED');
    expect(violations(services.books())).toEqual([]);
  });

  it('does not refund twice', async () => {
    await authorize();
    await capturePayment(REF, TOTAL, withPayments());
    await services.fail({ operation: 'refunds.create', when: 'after', answer: 500 });
    await expect(rollback()).rejects.toEqual(named('TransientDependencyError'));
    expect((await rollback()).payment).toBe('REFUNDED');
    expect(violations({ ...services.books(), reservations: [] })).toEqual([]);
  });

  it('comes too late for a fulfilled order', async () => {
    await runOrder(services);
    await expect(rollback()).rejects.toEqual(named('CompensationRefusedError'));
    expect(statuses()).toMatchObject({ order: 'FULFILLED', payment: 'CAPTURED' });
  });

  it('of an order that nobody knows is refused', async () => {
    const unknown = rollbackOrder({ orderId: 'order-9', attempt: 1 }, CHANGE_OF_MIND, withPayments());
    await expect(unknown).rejects.toEqual(named('CompensationRefusedError'));
  });
});

describe('goods', () => {
  it('are promised once, however many orders want the last one', async () => {
    const orders = Array.from({ length: 6 }, (_, index) => ({
      ...ORDER,
      orderId: `order-${index}`,
      items: [{ productId: 'lamp', quantity: 1 }],
    }));
    const ends = await Promise.all(orders.map((order) => runOrder(services, order)));
    expect(ends.filter((end) => end.status === 'SUCCEEDED')).toHaveLength(1);
    expect(stockOf('lamp')).toMatchObject({ onHand: 0, reserved: 0 });
    expect(violations(services.books())).toEqual([]);
  });

  it('that got lost in the warehouse are refunded', async () => {
    await validated(services);
    await freezeTotal(REF, [{ sku: 'mug', quantity: 4, unitPrice: 500, total: 2000 }], services.ledger);
    await reserveStock(REF, LINES, services.ledger);
    await authorize();
    await capturePayment(REF, TOTAL, withPayments());
    await services.setStock('mug', { onHand: 2, reserved: 3 });
    await expect(fulfillOrder(REF, services.ledger)).rejects.toEqual(named('FulfillmentRejectedError'));
    expect((await rollback()).payment).toBe('REFUNDED');
    expect(stockOf('mug')).toMatchObject({ onHand: 2, reserved: 0 });
  });

  it('are not sent before they are paid', async () => {
    await validated(services);
    await reserveStock(REF, LINES, services.ledger);
    await expect(fulfillOrder(REF, services.ledger)).rejects.toEqual(named('InvariantViolationError'));
    await expect(sendConfirmation(REF, services)).rejects.toEqual(named('InvariantViolationError'));
  });
});
