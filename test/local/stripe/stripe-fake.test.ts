import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultOrder } from '../../../src/lib/local/stripe/ordered-faults.js';
import { createStripeFake } from '../../../src/lib/local/stripe/stripe-fake.js';
import { readPayments, stripeSchema } from '../../../src/lib/local/stripe/stripe-store.js';
import { serveServices, type ServedServices } from '../messaging/served-services.js';

/*
 * The contract a payment adapter relies on, checked with the real SDK. Pointed at Stripe's test mode the first five groups
 * would hold as well (magic payment methods are Stripe's own); clock and faults exist only here.
 */
let served: ServedServices;
let stripe: Stripe;
/** Ends the wait of an ordered delay. */
let letGo: () => void = () => undefined;
let delayed: () => void = () => undefined;

beforeAll(async () => {
  served = await serveServices([stripeSchema], (database, sources) => [
    createStripeFake(database, sources, {
      wait: (milliseconds) =>
        milliseconds === 0
          ? Promise.resolve()
          : new Promise<void>((resolve) => {
              letGo = resolve;
              delayed();
            }),
    }),
  ]);
  stripe = clientWith('sk_test_local');
});
afterAll(() => served.close());
beforeEach(() => fetch(`${served.url}/stripe/_faults`, { method: 'DELETE' }));

function clientWith(key: string, maxNetworkRetries = 0): Stripe {
  const http = Stripe.createNodeHttpClient();
  return new Stripe(key, {
    protocol: 'http',
    host: '127.0.0.1',
    port: served.port,
    maxNetworkRetries,
    telemetry: false,
    httpClient: {
      getClientName: () => 'under-path',
      makeRequest: (host, port, path, ...rest) => http.makeRequest(host, port, `/stripe${path}`, ...rest),
    },
  });
}

const order = (fault: FaultOrder): Promise<unknown> =>
  fetch(`${served.url}/stripe/_faults`, { method: 'POST', body: JSON.stringify(fault) }).then((response) =>
    response.json(),
  );

const create = (
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
  options: Stripe.RequestOptions = {},
): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create(
    {
      amount: 2500,
      currency: 'usd',
      capture_method: 'manual',
      allowed_payment_method_types: ['card'],
      payment_method: 'pm_card_visa',
      metadata: { orderId: 'o-1' },
      ...more,
    },
    options,
  );
const authorised = async (): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.confirm((await create()).id, { off_session: true });

async function refusal(work: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await work.then(
    () => new Error('no error'),
    (caught: unknown) => caught,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw error as Error;
}

describe('a payment', () => {
  it('is made, confirmed, captured', async () => {
    const made = await create({ description: 'an order' });
    expect(made).toMatchObject({
      object: 'payment_intent',
      status: 'requires_confirmation',
      amount: 2500,
      amount_capturable: 0,
      currency: 'usd',
      capture_method: 'manual',
      payment_method: 'pm_card_visa',
      payment_method_types: ['card'],
      metadata: { orderId: 'o-1' },
      description: 'an order',
      livemode: false,
    });
    expect(made.id).toMatch(/^pi_/);
    const held = await stripe.paymentIntents.confirm(made.id, { off_session: true });
    expect(held).toMatchObject({
      id: made.id,
      status: 'requires_capture',
      amount_capturable: 2500,
      amount_received: 0,
    });
    const taken = await stripe.paymentIntents.capture(made.id);
    expect(taken).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 2500 });
    const charge = await stripe.charges.retrieve(taken.latest_charge as string);
    expect(charge).toMatchObject({
      paid: true,
      captured: true,
      amount_captured: 2500,
      refunded: false,
      payment_intent: made.id,
    });
    expect(await stripe.paymentIntents.retrieve(made.id)).toEqual(expect.objectContaining({ status: 'succeeded' }));
  });

  it('is captured in part, the rest given back', async () => {
    const { id } = await authorised();
    const taken = await stripe.paymentIntents.capture(id, { amount_to_capture: 1000 });
    expect(taken).toMatchObject({ status: 'succeeded', amount_received: 1000 });
    expect(await stripe.charges.retrieve(taken.latest_charge as string)).toMatchObject({
      amount_captured: 1000,
      amount_refunded: 1500,
      refunded: false,
    });
    expect((await refusal(stripe.refunds.create({ payment_intent: id, amount: 1001 }))).message).toContain(
      'greater than unrefunded amount',
    );
    expect((await stripe.refunds.create({ payment_intent: id })).amount).toBe(1000);
  });

  it('goes through at once when captured automatically and confirmed', async () => {
    expect(await create({ capture_method: 'automatic', confirm: true })).toMatchObject({
      status: 'succeeded',
      amount_received: 2500,
    });
  });

  it('is cancelled: what was held is free', async () => {
    const { id, latest_charge: charge } = await authorised();
    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'requested_by_customer' });
    expect(canceled).toMatchObject({
      status: 'canceled',
      amount_capturable: 0,
      cancellation_reason: 'requested_by_customer',
    });
    expect(await stripe.charges.retrieve(charge as string)).toMatchObject({
      captured: false,
      refunded: true,
      amount_refunded: 2500,
    });
  });

  it('can be given another payment method after a decline', async () => {
    const { id } = await create({ payment_method: 'pm_card_chargeDeclined' });
    await refusal(stripe.paymentIntents.confirm(id));
    expect(await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_mastercard' })).toMatchObject({
      status: 'requires_capture',
      last_payment_error: null,
    });
    expect((await stripe.charges.list({ payment_intent: id })).data.map((charge) => charge.status)).toEqual([
      'succeeded',
      'failed',
    ]);
  });

  it('is updated while it is open', async () => {
    const { id } = await create({ metadata: { a: '1', b: '2' } });
    expect(await stripe.paymentIntents.update(id, { amount: 3000, metadata: { b: '', c: '3' } })).toMatchObject({
      amount: 3000,
      metadata: { a: '1', c: '3' },
    });
    await stripe.paymentIntents.confirm(id);
    expect(await refusal(stripe.paymentIntents.update(id, { amount: 1000 }))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });
});

describe('a bank that says no', () => {
  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedFraudulent', 'card_declined', 'fraudulent'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
    ['pm_card_authenticationRequired', 'authentication_required', 'authentication_required'],
  ])('%s: %s %s', async (paymentMethod, code, declineCode) => {
    const { id } = await create({ payment_method: paymentMethod });
    const error = await refusal(stripe.paymentIntents.confirm(id, { off_session: true }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({ statusCode: 402, code, payment_intent: { id, status: 'requires_payment_method' } });
    // The SDK makes '' of a code that is not there.
    expect(error.decline_code).toBe(declineCode ?? '');
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      amount_capturable: 0,
      last_payment_error: { type: 'card_error', code },
    });
  });

  it('asks for 3-D Secure on session', async () => {
    const { id } = await create({ payment_method: 'pm_card_authenticationRequired' });
    expect(await stripe.paymentIntents.confirm(id)).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'use_stripe_sdk' },
    });
    expect(await stripe.paymentIntents.cancel(id)).toMatchObject({ status: 'canceled' });
  });

  it('declines a create that confirms, and the intent is there', async () => {
    const error = await refusal(create({ payment_method: 'pm_card_chargeDeclined', confirm: true, off_session: true }));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect((await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '')).status).toBe(
      'requires_payment_method',
    );
  });
});

describe('the wrong state', () => {
  it('cannot confirm without a method, or after the end', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 100, currency: 'eur' });
    expect(await refusal(stripe.paymentIntents.confirm(id))).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
    });
    await stripe.paymentIntents.cancel(id);
    expect((await refusal(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }))).message).toContain(
      'status of canceled',
    );
  });

  it('captures and cancels only what can be', async () => {
    const { id } = await create();
    expect((await refusal(stripe.paymentIntents.capture(id))).message).toContain('status of requires_confirmation');
    await stripe.paymentIntents.confirm(id);
    expect(await refusal(stripe.paymentIntents.capture(id, { amount_to_capture: 2501 }))).toMatchObject({
      code: 'amount_too_large',
    });
    await stripe.paymentIntents.capture(id);
    const again = await refusal(stripe.paymentIntents.capture(id));
    expect(again).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(again).toMatchObject({
      code: 'payment_intent_unexpected_state',
      payment_intent: { id, status: 'succeeded' },
    });
    expect((await refusal(stripe.paymentIntents.cancel(id))).message).toContain('status of succeeded');
  });
});

describe('refunds', () => {
  it('give back all, in parts, and never twice', async () => {
    const { id } = await authorised();
    expect((await refusal(stripe.refunds.create({ payment_intent: id }))).message).toContain(
      'does not have a successful charge',
    );
    const { latest_charge: charge } = await stripe.paymentIntents.capture(id);
    const part = await stripe.refunds.create({ payment_intent: id, amount: 500, metadata: { why: 'test' } });
    expect(part).toMatchObject({
      object: 'refund',
      status: 'succeeded',
      amount: 500,
      charge,
      metadata: { why: 'test' },
    });
    const rest = await stripe.refunds.create({ charge: charge as string, reason: 'requested_by_customer' });
    expect(rest.amount).toBe(2000);
    expect(await refusal(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      statusCode: 400,
      code: 'charge_already_refunded',
    });
    expect((await stripe.refunds.list({ payment_intent: id })).data.map((refund) => refund.id)).toEqual([
      rest.id,
      part.id,
    ]);
    expect(await stripe.refunds.retrieve(part.id)).toMatchObject({ amount: 500 });
    const record = readPayments(served.database).find(({ intent }) => intent.id === id);
    expect([record?.charges.length, record?.refunds.map((refund) => refund.amount)]).toEqual([1, [500, 2000]]);
  });
});

describe('refunds that take their time', () => {
  const refunded = async (payment_method: string): Promise<Stripe.Refund> => {
    const intent = await stripe.paymentIntents.confirm((await create({ payment_method })).id, { off_session: true });
    await stripe.paymentIntents.capture(intent.id);
    return stripe.refunds.create({ payment_intent: intent.id });
  };

  it('are pending at first', async () => {
    const { id, status, payment_intent: intent } = await refunded('pm_card_pendingRefund');
    expect(status).toBe('pending');
    expect(await refusal(stripe.refunds.create({ payment_intent: intent as string }))).toMatchObject({
      code: 'charge_already_refunded',
    });
    served.sources.advance(60_000);
    expect(await stripe.refunds.retrieve(id)).toMatchObject({ status: 'succeeded' });
  });

  it('fail later, and can be made again', async () => {
    const { id, status, charge, payment_intent: intent } = await refunded('pm_card_refundFail');
    expect(status).toBe('succeeded');
    served.sources.advance(60_000);
    expect(await stripe.charges.retrieve(charge as string)).toMatchObject({ refunded: false, amount_refunded: 0 });
    expect(await stripe.refunds.retrieve(id)).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
    });
    expect(await stripe.refunds.create({ payment_intent: intent as string })).toMatchObject({ status: 'succeeded' });
    const { data } = await stripe.refunds.list({ payment_intent: intent as string });
    expect(data.map((refund) => refund.status)).toEqual(['succeeded', 'failed']);
  });
});

describe('customers', () => {
  it('are found by what is noted of them, with their default payment method', async () => {
    const { id } = await stripe.customers.create({ metadata: { userId: "o'hara" }, email: 'kim@example.com' });
    expect(
      await stripe.customers.update(id, { invoice_settings: { default_payment_method: 'pm_card_visa' } }),
    ).toMatchObject({
      id,
      metadata: { userId: "o'hara" },
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    });
    const { data } = await stripe.customers.search({ query: "metadata['userId']:'o\\'hara'" });
    expect(data).toMatchObject([{ id, email: 'kim@example.com', object: 'customer' }]);
    expect((await stripe.customers.search({ query: "metadata['userId']:'nobody'" })).data).toEqual([]);
    expect(await create({ customer: id })).toMatchObject({ customer: id });
  });

  it('have to be known, and so does their payment method', async () => {
    expect(await refusal(create({ customer: 'cus_nobody' }))).toMatchObject({ statusCode: 400, param: 'customer' });
    expect(await refusal(stripe.customers.retrieve('cus_nobody'))).toMatchObject({ statusCode: 404 });
    const settings = { invoice_settings: { default_payment_method: 'pm_nobody' } };
    expect(await refusal(stripe.customers.create(settings))).toMatchObject({ code: 'resource_missing' });
    expect(await refusal(stripe.customers.create({ invoice_settings: { footer: 'x' } }))).toMatchObject({
      code: 'parameter_unknown',
    });
  });
});

describe('requests', () => {
  it('are refused for what they lack or have too much', async () => {
    const raw = (params: object): Promise<unknown> =>
      stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams);
    expect(await refusal(raw({ currency: 'usd' }))).toMatchObject({
      statusCode: 400,
      code: 'parameter_missing',
      param: 'amount',
    });
    expect(await refusal(raw({ amount: 1.5, currency: 'usd' }))).toMatchObject({ code: 'parameter_invalid_integer' });
    expect(await refusal(raw({ amount: 100, currency: 'usd', idempotency_key: 'x' }))).toMatchObject({
      code: 'parameter_unknown',
      param: 'idempotency_key',
    });
    // Gone from Stripe's API with the version the SDK pins.
    expect(await refusal(raw({ amount: 100, currency: 'usd', payment_method_types: ['card'] }))).toMatchObject({
      code: 'parameter_unknown',
    });
    expect(await refusal(raw({ amount: 100, currency: 'xyz' }))).toMatchObject({ param: 'currency' });
    expect(await refusal(raw({ amount: 10, currency: 'usd' }))).toMatchObject({ code: 'amount_too_small' });
    expect(await refusal(raw({ amount: 100_000_000, currency: 'usd' }))).toMatchObject({ code: 'amount_too_large' });
    expect(await refusal(create({ payment_method: 'pm_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'payment_method',
    });
    expect(await refusal(stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    expect(await refusal(stripe.payouts.create({ amount: 1, currency: 'usd' }))).toMatchObject({
      statusCode: 404,
      message: expect.stringContaining('does not offer it') as unknown,
    });
  });

  it('need a test key', async () => {
    for (const key of ['sk_live_abc', 'rubbish']) {
      const error = await refusal(clientWith(key).paymentIntents.list());
      expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
      expect(error.message).not.toContain('sk_live_abc');
    }
    const basic = await fetch(`${served.url}/stripe/v1/payment_intents`, {
      headers: { authorization: `Basic ${btoa('sk_test_1:')}` },
    });
    expect([basic.status, basic.headers.get('request-id')?.slice(0, 4)]).toEqual([200, 'req_']);
    expect((await fetch(`${served.url}/stripe/v1/payment_intents`)).status).toBe(401);
  });

  it('list in pages and search', async () => {
    const orderId = "it's o-77";
    const ids = [(await create({ metadata: { orderId } })).id, (await create({ metadata: { orderId } })).id];
    await stripe.paymentIntents.cancel(ids[0] ?? '');
    const found = await stripe.paymentIntents.search({ query: `metadata['orderId']:'it\\'s o-77'` });
    expect(found.data.map(({ id }) => id)).toEqual(ids.toReversed());
    const canceled = await stripe.paymentIntents.search({
      query: `metadata["orderId"]:"it's o-77" AND status:"canceled"`,
    });
    expect(canceled.data.map(({ id }) => id)).toEqual([ids[0]]);
    const page = await stripe.paymentIntents.list({ limit: 1 });
    expect([page.has_more, page.data[0]?.id]).toEqual([true, ids[1]]);
    const next = await stripe.paymentIntents.list({ limit: 1, starting_after: ids[1] ?? '' });
    expect(next.data[0]?.id).toBe(ids[0]);
  });
});

describe('idempotency keys', () => {
  it('give the same answer for the same request, for a day', async () => {
    const first = await create({}, { idempotencyKey: 'k1' });
    expect((await create({}, { idempotencyKey: 'k1' })).id).toBe(first.id);
    const post = (): Promise<Response> =>
      fetch(`${served.url}/stripe/v1/payment_intents`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_1', 'idempotency-key': 'k6' },
        body: new URLSearchParams({ amount: '100', currency: 'usd' }),
      });
    const [one, two] = [await post(), await post()];
    expect(two.headers.get('idempotent-replayed')).toBe('true');
    expect(two.headers.get('original-request')).toBe(one.headers.get('request-id'));
    expect(await two.json()).toEqual(await one.json());
    served.sources.advance(24 * 3600 * 1000);
    expect((await create({}, { idempotencyKey: 'k1' })).id).not.toBe(first.id);
  });

  it('refuse other parameters', async () => {
    await create({}, { idempotencyKey: 'k2' });
    const error = await refusal(create({ amount: 2600 }, { idempotencyKey: 'k2' }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(error.statusCode).toBe(400);
  });

  it('remember declines and errors of state, not faulty parameters', async () => {
    const { id } = await create({ payment_method: 'pm_card_chargeDeclined' });
    const confirm = (): Promise<unknown> => stripe.paymentIntents.confirm(id, {}, { idempotencyKey: 'k3' });
    const [one, two] = [await refusal(confirm()), await refusal(confirm())];
    expect([two.code, two.charge]).toEqual([one.code, one.charge]);
    expect((await stripe.charges.list({ payment_intent: id })).data).toHaveLength(1);
    await refusal(create({ payment_method: 'pm_none' }, { idempotencyKey: 'k4' }));
    expect((await create({}, { idempotencyKey: 'k4' })).status).toBe('requires_confirmation');
  });

  it('conflict while the first request runs', async () => {
    await order({ operation: 'payment_intents.create', when: 'before', delayMs: 1000 });
    const begun = new Promise<void>((resolve) => (delayed = resolve));
    const slow = create({}, { idempotencyKey: 'k5' });
    await begun;
    expect(await refusal(create({}, { idempotencyKey: 'k5' }))).toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
    });
    letGo();
    const { id } = await slow;
    expect((await create({}, { idempotencyKey: 'k5' })).id).toBe(id);
  });
});

describe('time', () => {
  it('lets an authorisation lapse after seven days', async () => {
    const { id } = await authorised();
    served.sources.advance(7 * 24 * 3600 * 1000 - 1000);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
    served.sources.advance(1000);
    expect(await refusal(stripe.paymentIntents.capture(id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
      payment_intent: { status: 'canceled' },
    });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
      amount_capturable: 0,
    });
  });

  it('settles what is being processed', async () => {
    const { id } = await create({ payment_method: 'pm_fake_processing' });
    expect((await stripe.paymentIntents.confirm(id)).status).toBe('processing');
    expect((await refusal(stripe.paymentIntents.cancel(id))).code).toBe('payment_intent_unexpected_state');
    served.sources.advance(30_000);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 2500,
    });
  });
});

describe('faults on order', () => {
  it('429 and 500 before anything is done', async () => {
    await order({ operation: 'payment_intents.create', when: 'before', answer: 429 });
    const limited = await refusal(create({}, { idempotencyKey: 'f1' }));
    expect(limited).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    await create({}, { idempotencyKey: 'f1' });
    const count = readPayments(served.database).length;
    await order({ operation: '*', when: 'before', answer: 500 });
    expect(await refusal(create({}, { idempotencyKey: 'f2' }))).toBeInstanceOf(Stripe.errors.StripeAPIError);
    expect(readPayments(served.database)).toHaveLength(count);
    expect((await refusal(create({}, { idempotencyKey: 'f2' }))).statusCode).toBe(500);
  });

  it('500 after it was done: the same key hears 500 again, another finds it done', async () => {
    const { id } = await authorised();
    await order({ operation: 'payment_intents.capture', when: 'after', answer: 500 });
    expect((await refusal(stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'f3' }))).statusCode).toBe(500);
    expect((await refusal(stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'f3' }))).statusCode).toBe(500);
    expect(await refusal(stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'f4' }))).toMatchObject({
      payment_intent: { status: 'succeeded' },
    });
  });

  it('a connection that breaks, before and after', async () => {
    const { id } = await create();
    await order({ operation: 'payment_intents.confirm', when: 'before', answer: 'reset', times: 2 });
    expect(await refusal(stripe.paymentIntents.confirm(id))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_confirmation');
    await fetch(`${served.url}/stripe/_faults`, { method: 'DELETE' });
    await order({ operation: 'payment_intents.confirm', when: 'after', answer: 'reset', times: 2 });
    expect(await refusal(stripe.paymentIntents.confirm(id, {}, { idempotencyKey: 'f5' }))).toBeInstanceOf(
      Stripe.errors.StripeConnectionError,
    );
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
    expect((await stripe.paymentIntents.confirm(id, {}, { idempotencyKey: 'f5' })).status).toBe('requires_capture');
    expect((await stripe.charges.list({ payment_intent: id })).data).toHaveLength(1);
  });

  it('strike the operation and the turn that were ordered', async () => {
    await order({ operation: 'payment_intents.retrieve', when: 'before', answer: 503, skip: 1, times: 1 });
    const { id } = await create();
    expect((await stripe.paymentIntents.retrieve(id)).id).toBe(id);
    expect((await refusal(stripe.paymentIntents.retrieve(id))).statusCode).toBe(503);
    expect((await stripe.paymentIntents.retrieve(id)).id).toBe(id);
    expect(await order({ operation: 'x', when: 'sometimes' as 'before' })).toMatchObject({
      error: { message: expect.stringContaining('when') as unknown },
    });
  });
});
