import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStripeFake } from '../../../src/lib/local/stripe/stripe-fake.js';
import { stripeSchema } from '../../../src/lib/local/stripe/stripe-store.js';
import { stripeClient } from '../../../workflows/order-processing/adapters/stripe/stripe-client.js';
import { stripeConnection } from '../../../workflows/order-processing/adapters/stripe/stripe-connection.js';
import { StripePayments } from '../../../workflows/order-processing/adapters/stripe/stripe-payments.js';
import type { PaymentRequest } from '../../../workflows/order-processing/ports/payments.js';
import { serveServices, type ServedServices } from '../../local/messaging/served-services.js';
import { AMPLE } from '../local-services.js';

/* The adapter with the real SDK over HTTP, against the fake of Stripe. */

const REF = { orderId: 'o-1', attempt: 1 };
const REQUEST: PaymentRequest = {
  ...REF,
  money: { amount: 1500, currency: 'usd' },
  userId: 'u-1',
  paymentMethod: 'pm_card_visa',
};

let served: ServedServices;
/** The keys that the fake knows. */
const apiKeys = ['sk_test_old'];
/** What lies in Secrets Manager; fetched once unless asked anew. */
let secret: string;
let fetched: number;
let calls = 0;

beforeEach(async () => {
  apiKeys.splice(0, Infinity, 'sk_test_old');
  secret = 'sk_test_old';
  fetched = 0;
  served = await serveServices([stripeSchema], (database, sources) => [
    createStripeFake(database, sources, { apiKeys }),
  ]);
});
afterEach(() => served.close());

/** As a new invocation has it; with `lookUp`, customers are looked for as they are at Stripe's own address. */
function payments({ lookUp = false } = {}): StripePayments {
  let known: string | undefined;
  const keys = {
    apiKey: (fresh: boolean) => {
      if (known === undefined || fresh) fetched += 1;
      known = known === undefined || fresh ? secret : known;
      return Promise.resolve(known);
    },
  };
  const base = new URL(`${served.url}/stripe`);
  const connection = stripeConnection(keys, lookUp ? undefined : base.href, (key) => stripeClient(key, base));
  return new StripePayments(connection, AMPLE, `call-${(calls += 1)}`);
}

async function prepared(request: Partial<PaymentRequest> = {}): Promise<string> {
  const preparation = await payments().prepare({ ...REQUEST, ...request });
  if (preparation.kind !== 'prepared') throw new Error(preparation.declineCode);
  return preparation.payment.id;
}

const fault = (operation: string, when: 'before' | 'after', answer: number | 'reset', times = 1) =>
  fetch(`${served.url}/stripe/_faults`, { method: 'POST', body: JSON.stringify({ operation, when, answer, times }) });

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
    expect(await payments().authorize(REF, id)).toEqual(declined);
    expect(await payments().look(id)).toEqual(declined);
  });

  it.each([
    [{ paymentMethod: 'pm_card_nobody' }, 'unknown_payment_method'],
    [{ money: { amount: 1, currency: 'usd' } }, 'amount_too_small'],
  ])('%j is refused before there is a payment', async (request, declineCode) => {
    expect(await payments().prepare({ ...REQUEST, ...request })).toEqual({ kind: 'refused', declineCode });
  });

  it('may think for a while', async () => {
    const id = await prepared({ paymentMethod: 'pm_fake_processing' });
    expect(await payments().authorize(REF, id)).toMatchObject({ state: 'PROCESSING' });
    await expect(payments().cancel(REF, id)).resolves.toMatchObject({ state: 'PROCESSING' });
    served.sources.advance(30_000);
    expect(await payments().look(id)).toMatchObject({ state: 'AUTHORIZED' });
  });
});

describe('idempotency keys', () => {
  it('find the payment of a run that was cut off, for a day', async () => {
    const id = await prepared();
    expect(await prepared()).toBe(id);
    served.sources.advance(25 * 3_600_000);
    expect(await prepared()).not.toBe(id);
  });

  it('that stand for other parameters, or for a stored 500, are left behind', async () => {
    await prepared();
    expect(await prepared({ money: { amount: 900, currency: 'usd' } })).toMatch(/^pi_/);
    await fault('payment_intents.create', 'before', 500);
    expect(await prepared({ orderId: 'o-2' })).toMatch(/^pi_/);
  });
});

describe('an answer that is lost', () => {
  it.each([500, 'reset'] as const)('after the bank said yes (%s) is looked up', async (answer) => {
    const id = await prepared();
    // The SDK sends a request again after a reset, so both answers are lost.
    await fault('payment_intents.confirm', 'after', answer, 2);
    const outcome = await payments()
      .authorize(REF, id)
      .catch((error: Error) => error.name);
    expect(outcome).toBe('TransientDependencyError');
    expect(await payments().look(id)).toMatchObject({ state: 'AUTHORIZED' });
    await fault('payment_intents.capture', 'after', answer, 2);
    expect(await payments().capture(REF, id)).toMatchObject({ state: 'CAPTURED' });
  });

  it.each([429, 409, 500, 503] as const)('%s before anything happened is told as passing', async (answer) => {
    const id = await prepared();
    await fault('payment_intents.confirm', 'before', answer, 2);
    await expect(payments().authorize(REF, id)).rejects.toMatchObject({ name: 'TransientDependencyError' });
    expect(await payments().look(id)).toMatchObject({ state: 'UNCONFIRMED' });
  });
});

describe('what lapsed, was cancelled or given back', () => {
  it('an authorisation after a week is gone', async () => {
    const id = await prepared();
    await payments().authorize(REF, id);
    served.sources.advance(8 * 24 * 3_600_000);
    expect(await payments().capture(REF, id)).toMatchObject({ state: 'CANCELED' });
  });

  it('captured money is refunded once', async () => {
    const id = await prepared();
    await payments().authorize(REF, id);
    await payments().capture(REF, id);
    expect(await payments().cancel(REF, id)).toMatchObject({ state: 'CAPTURED' });
    expect(await payments().refund(REF, id)).toBe('succeeded');
    expect(await payments().refund(REF, id)).toBe('succeeded');
  });

  it('a refund may be pending, and one that failed later is made again', async () => {
    const pending = await prepared({ paymentMethod: 'pm_card_pendingRefund' });
    await payments().authorize(REF, pending);
    await payments().capture(REF, pending);
    expect(await payments().refund(REF, pending)).toBe('pending');

    const failing = await prepared({ orderId: 'o-2', paymentMethod: 'pm_card_refundFail' });
    await payments().authorize(REF, failing);
    await payments().capture(REF, failing);
    expect(await payments().refund(REF, failing)).toBe('succeeded');
    served.sources.advance(60_000);
    expect(await payments().refund(REF, failing)).toBe('succeeded');
    const stripe = stripeClient('sk_test_old', new URL(`${served.url}/stripe`));
    const { data } = await stripe.refunds.list({ payment_intent: failing });
    expect(data.map((refund) => refund.status)).toEqual(['succeeded', 'failed']);
  });
});

describe('the key', () => {
  it('is fetched again once when it was rotated', async () => {
    const adapter = payments();
    const { payment } = (await adapter.prepare(REQUEST)) as { payment: { id: string } };
    apiKeys.splice(0, 1, 'sk_test_new');
    secret = 'sk_test_new';
    expect(await adapter.look(payment.id)).toMatchObject({ state: 'UNCONFIRMED' });
    expect(fetched).toBe(2);
  });

  it('that is refused all the same is a bug to mend, and is not in the error', async () => {
    apiKeys.splice(0, 1, 'sk_test_other');
    const error: unknown = await payments()
      .look('pi_1')
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'StripeAuthenticationError' });
    expect(String(error)).not.toContain('sk_test_old');
    expect(fetched).toBe(2);
  });
});

describe('who pays', () => {
  const customer = (params: Stripe.CustomerCreateParams) =>
    stripeClient('sk_test_old', new URL(`${served.url}/stripe`)).customers.create(params);

  it('is the customer with the order’s user id, by the default payment method', async () => {
    const { id } = await customer({
      metadata: { userId: "o'hara" },
      invoice_settings: { default_payment_method: 'pm_card_mastercard' },
    });
    const preparation = await payments({ lookUp: true }).prepare({ ...REQUEST, userId: "o'hara", paymentMethod: null });
    const intent = await stripeClient('sk_test_old', new URL(`${served.url}/stripe`)).paymentIntents.retrieve(
      (preparation as { payment: { id: string } }).payment.id,
    );
    expect(intent).toMatchObject({ customer: id, payment_method: 'pm_card_mastercard' });
  });

  it('is nobody without a payment method: declined', async () => {
    const nothing = { kind: 'refused', declineCode: 'no_payment_method' };
    const request = { ...REQUEST, paymentMethod: null };
    expect(await payments({ lookUp: true }).prepare(request)).toEqual(nothing);
    await customer({ metadata: { userId: 'u-1' } });
    expect(await payments({ lookUp: true }).prepare(request)).toEqual(nothing);
  });

  it("may name another method than the customer's own", async () => {
    await customer({ metadata: { userId: 'u-1' }, invoice_settings: { default_payment_method: 'pm_card_amex' } });
    const preparation = await payments({ lookUp: true }).prepare(REQUEST);
    expect(preparation).toMatchObject({ kind: 'prepared' });
  });
});
