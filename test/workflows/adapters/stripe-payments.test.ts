import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentRequest } from '../../../workflows/order-processing/ports/payments.js';
import { stripeServer, type StripeServer } from './stripe-server.js';

/* The adapter with the real SDK over HTTP, against the fake of Stripe. What goes wrong on the way: stripe-faults.test.ts. */

const REF = { orderId: 'o-1', attempt: 1 };
const REQUEST: PaymentRequest = {
  ...REF,
  money: { amount: 1500, currency: 'usd' },
  userId: 'u-1',
  paymentMethod: 'pm_card_visa',
};

let server: StripeServer;
beforeEach(async () => {
  server = await stripeServer();
});
afterEach(() => server.close());

async function prepared(request: Partial<PaymentRequest> = {}): Promise<string> {
  const preparation = await server.payments().prepare({ ...REQUEST, ...request });
  if (preparation.kind !== 'prepared') throw new Error(preparation.declineCode);
  return preparation.payment.id;
}

describe('a bank that refuses', () => {
  it.each([
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedLostCard', 'lost_card'],
    ['pm_card_chargeDeclinedStolenCard', 'stolen_card'],
    ['pm_card_chargeDeclinedFraudulent', 'fraudulent'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
    ['pm_card_authenticationRequired', 'authentication_required'],
    ['pm_card_threeDSecure2Required', 'authentication_required'],
  ])('%s is an answer, and the same one whenever it is looked at', async (paymentMethod, declineCode) => {
    const id = await prepared({ paymentMethod });
    const declined = { id, state: 'DECLINED', money: REQUEST.money, declineCode };
    expect(await server.payments().authorize(REF, id)).toEqual(declined);
    expect(await server.payments().look(id)).toEqual(declined);
  });

  it.each([
    [{ paymentMethod: 'pm_card_nobody' }, 'unknown_payment_method'],
    [{ money: { amount: 1, currency: 'usd' } }, 'amount_too_small'],
  ])('%j is refused before there is a payment', async (request, declineCode) => {
    expect(await server.payments().prepare({ ...REQUEST, ...request })).toEqual({ kind: 'refused', declineCode });
  });
});

describe('idempotency keys', () => {
  it('find the payment of a run that was cut off, for a day', async () => {
    const id = await prepared();
    expect(await prepared()).toBe(id);
    server.pass(25 * 3_600_000);
    expect(await prepared()).not.toBe(id);
  });

  it('that stand for other parameters, or for a stored 500, are left behind', async () => {
    await prepared();
    expect(await prepared({ money: { amount: 900, currency: 'usd' } })).toMatch(/^pi_/);
    await server.order({ operation: 'payment_intents.create', when: 'before', answer: 500 });
    expect(await prepared({ orderId: 'o-2' })).toMatch(/^pi_/);
  });
});

describe('what lapsed, was cancelled or given back', () => {
  it('an authorisation after a week is gone', async () => {
    const id = await prepared();
    await server.payments().authorize(REF, id);
    server.pass(8 * 24 * 3_600_000);
    expect(await server.payments().capture(REF, id)).toMatchObject({ state: 'CANCELED' });
  });

  it('captured money is refunded once', async () => {
    const id = await prepared();
    await server.payments().authorize(REF, id);
    await server.payments().capture(REF, id);
    expect(await server.payments().cancel(REF, id)).toMatchObject({ state: 'CAPTURED' });
    expect(await server.payments().refund(REF, id)).toBe('succeeded');
    expect(await server.payments().refund(REF, id)).toBe('succeeded');
  });
});

describe('who pays', () => {
  const customer = (params: Stripe.CustomerCreateParams) => server.stripe.customers.create(params);

  it('is the customer with the order’s user id, by the default payment method', async () => {
    const { id } = await customer({
      metadata: { userId: "o'hara" },
      invoice_settings: { default_payment_method: 'pm_card_mastercard' },
    });
    const preparation = await server
      .payments({ lookUp: true })
      .prepare({ ...REQUEST, userId: "o'hara", paymentMethod: null });
    const intent = await server.stripe.paymentIntents.retrieve((preparation as { payment: { id: string } }).payment.id);
    expect(intent).toMatchObject({ customer: id, payment_method: 'pm_card_mastercard' });
  });

  it('is nobody without a payment method: declined', async () => {
    const nothing = { kind: 'refused', declineCode: 'no_payment_method' };
    const request = { ...REQUEST, paymentMethod: null };
    expect(await server.payments({ lookUp: true }).prepare(request)).toEqual(nothing);
    await customer({ metadata: { userId: 'u-1' } });
    expect(await server.payments({ lookUp: true }).prepare(request)).toEqual(nothing);
  });

  it("may name another method than the customer's own", async () => {
    await customer({ metadata: { userId: 'u-1' }, invoice_settings: { default_payment_method: 'pm_card_amex' } });
    const preparation = await server.payments({ lookUp: true }).prepare(REQUEST);
    expect(preparation).toMatchObject({ kind: 'prepared' });
  });
});
