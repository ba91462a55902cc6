import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireRequest, WireResponse } from '../../../src/lib/local/ports.js';
import type { StripePayments } from '../../../workflows/order-processing/adapters/stripe/stripe-payments.js';
import type { PaymentRequest } from '../../../workflows/order-processing/ports/payments.js';
import { AMPLE } from '../local-services.js';
import { stripeServer, type StripeServer } from './stripe-server.js';

/* The adapter with the real SDK over HTTP, while Stripe, the bank or the line is in trouble. */

const REF = { orderId: 'o-1', attempt: 1 };
const REQUEST: PaymentRequest = {
  ...REF,
  money: { amount: 1500, currency: 'usd' },
  userId: 'u-1',
  paymentMethod: 'pm_card_visa',
};
const DAY = 24 * 3_600_000;
const transient = { name: 'TransientDependencyError' };

let server: StripeServer;
/** How delays pass that are ordered of the fake. */
let wait: () => Promise<unknown>;
beforeEach(async () => {
  wait = () => Promise.resolve();
  server = await stripeServer(() => wait());
});
afterEach(() => server.close());

async function prepared(request: Partial<PaymentRequest> = {}): Promise<string> {
  const preparation = await server.payments().prepare({ ...REQUEST, ...request });
  if (preparation.kind !== 'prepared') throw new Error(preparation.declineCode);
  return preparation.payment.id;
}
async function authorized(request: Partial<PaymentRequest> = {}): Promise<string> {
  const id = await prepared(request);
  await server.payments().authorize(REF, id);
  return id;
}
async function captured(request: Partial<PaymentRequest> = {}): Promise<string> {
  const id = await authorized(request);
  await server.payments().capture(REF, id);
  return id;
}

/** What there is at Stripe: payments, charges that the bank allowed, refunds. */
async function tally() {
  const { stripe } = server;
  const [intents, charges, refunds] = await Promise.all([
    stripe.paymentIntents.list(),
    stripe.charges.list(),
    stripe.refunds.list(),
  ]);
  const allowed = charges.data.filter((charge) => charge.status === 'succeeded');
  return { intents: intents.data.length, charges: allowed.length, refunds: refunds.data.length };
}

interface Call {
  readonly name: string;
  readonly operation: string;
  readonly from: () => Promise<string>;
  readonly act: (payments: StripePayments, id: string) => Promise<unknown>;
  /** What it answers with, now or when it is done again. */
  readonly answer: unknown;
  readonly leaves: Awaited<ReturnType<typeof tally>>;
}

const CALLS: readonly Call[] = [
  {
    name: 'prepare',
    operation: 'payment_intents.create',
    from: () => Promise.resolve(''),
    act: (payments) => payments.prepare(REQUEST),
    answer: { kind: 'prepared', payment: { state: 'UNCONFIRMED' } },
    leaves: { intents: 1, charges: 0, refunds: 0 },
  },
  {
    name: 'look',
    operation: 'payment_intents.retrieve',
    from: prepared,
    act: (payments, id) => payments.look(id),
    answer: { state: 'UNCONFIRMED' },
    leaves: { intents: 1, charges: 0, refunds: 0 },
  },
  {
    name: 'authorize',
    operation: 'payment_intents.confirm',
    from: prepared,
    act: (payments, id) => payments.authorize(REF, id),
    answer: { state: 'AUTHORIZED' },
    leaves: { intents: 1, charges: 1, refunds: 0 },
  },
  {
    name: 'capture',
    operation: 'payment_intents.capture',
    from: authorized,
    act: (payments, id) => payments.capture(REF, id),
    answer: { state: 'CAPTURED' },
    leaves: { intents: 1, charges: 1, refunds: 0 },
  },
  {
    name: 'cancel',
    operation: 'payment_intents.cancel',
    from: authorized,
    act: (payments, id) => payments.cancel(REF, id),
    answer: { state: 'CANCELED' },
    leaves: { intents: 1, charges: 1, refunds: 0 },
  },
  {
    name: 'refund',
    operation: 'refunds.create',
    from: captured,
    act: (payments, id) => payments.refund(REF, id),
    answer: 'succeeded',
    leaves: { intents: 1, charges: 1, refunds: 1 },
  },
];

const expectAnswer = ({ answer }: Call, given: unknown) => {
  if (typeof answer === 'string') expect(given).toBe(answer);
  else expect(given).toMatchObject(answer as object);
};

describe.each(CALLS)('$name', (call) => {
  const { operation, from, act, leaves } = call;

  it.each([429, 409, 500, 502, 503, 504, 'reset'] as const)('that meets %s may be tried again', async (answer) => {
    const id = await from();
    // A broken connection is tried once more by the SDK, a stored 500 once more by the adapter.
    await server.order({ operation, when: 'before', answer, times: 2 });
    await expect(act(server.payments(), id)).rejects.toMatchObject(transient);
    await server.noMoreFaults();
    expectAnswer(call, await act(server.payments(), id));
    expect(await tally()).toEqual(leaves);
  });

  it.each([429, 502, 503, 504, 200])("that meets a gateway's page under %s may be tried again", async (status) => {
    const id = await from();
    const page = { status, headers: { 'content-type': 'text/html' }, body: '<html>Bad Gateway</html>' };
    server.interpose(() => Promise.resolve(page));
    await expect(act(server.payments(), id)).rejects.toMatchObject(transient);
    server.interpose(undefined);
    expectAnswer(call, await act(server.payments(), id));
    expect(await tally()).toEqual(leaves);
  });

  it.each([500, 503, 'reset'] as const)('whose answer is lost (%s) has happened once', async (answer) => {
    const id = await from();
    await server.order({ operation, when: 'after', answer, times: 2 });
    const outcome = await act(server.payments(), id).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toMatchObject(transient);
    else expectAnswer(call, outcome);
    await server.noMoreFaults();
    expectAnswer(call, await act(server.payments(), id));
    const { intents, ...moved } = await tally();
    expect(moved).toEqual({ charges: leaves.charges, refunds: leaves.refunds });
    // A payment that was made under a key with a stored 500 stays behind, unconfirmed.
    const orphans = call.name === 'prepare' && answer !== 'reset' ? 2 : 0;
    expect(intents).toBe(1 + orphans);
  });

  it.each(['before', 'after'] as const)('that gets no answer in time happens once, late or not (%s)', async (when) => {
    const id = await from();
    let goOn = (): void => undefined;
    wait = () => new Promise<void>((resolve) => (goOn = resolve));
    await server.order({ operation, when, delayMs: 1 });
    const times = [100];
    const deadline = { ...AMPLE, left: () => times.shift() ?? AMPLE.left() };
    const outcome = await act(server.payments({ deadline }), id).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toMatchObject(transient);
    else expectAnswer(call, outcome);
    // Stripe gets to it after the adapter has gone.
    wait = () => Promise.resolve();
    goOn();
    await server.noMoreFaults();
    expectAnswer(call, await act(server.payments(), id));
    expect(await tally()).toEqual(leaves);
  });

  it('under a day-old key does nothing a second time', async () => {
    const id = await from();
    await act(server.payments(), id);
    server.pass(DAY + 60_000);
    expectAnswer(call, await act(server.payments(), id));
    expect(await tally()).toEqual({ ...leaves, intents: call.name === 'prepare' ? 2 : 1 });
  });

  it('works on with a key that was rotated meanwhile', async () => {
    const id = await from();
    const payments = server.payments();
    await payments.look(id).catch(() => undefined);
    const before = server.fetchedKeys();
    server.rotate('sk_test_second');
    await server.writeSecret(JSON.stringify({ apiKey: 'sk_test_second' }));
    expectAnswer(call, await act(payments, id));
    expect(server.fetchedKeys()).toBe(before + 1);
  });

  it('renews a refused key once, and then says so without telling it', async () => {
    const id = await from();
    server.rotate('sk_test_second');
    const [fetched, sent] = [server.fetchedKeys(), server.requests.length];
    const error: unknown = await act(server.payments(), id).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'StripeAuthenticationError' });
    expect((error as Error).message).not.toContain('sk_test');
    expect(server.fetchedKeys() - fetched).toBe(2);
    expect(server.requests.length - sent).toBe(2);
  });

  it('does not ask for another key when the key may not do this', async () => {
    const id = await from();
    const fetched = server.fetchedKeys();
    server.interpose(() => Promise.resolve(stripeError(403, { type: 'invalid_request_error' })));
    await expect(act(server.payments(), id)).rejects.toMatchObject({ name: 'StripePermissionError' });
    expect(server.fetchedKeys() - fetched).toBe(1);
  });
});

function stripeError(status: number, error: object): WireResponse {
  const body = JSON.stringify({ error: { message: 'of the test', ...error } });
  return { status, headers: { 'content-type': 'application/json' }, body };
}

const isConfirm = ({ path }: WireRequest) => path.endsWith('/confirm');
const isRefund = ({ path, method }: WireRequest) => path.endsWith('/refunds') && method === 'POST';

describe('a secret', () => {
  it.each(['{"apiKey":""}', '{"key":"sk_test_first"}', 'sk_test_first', '[]'])(
    'like %s is no key, and is not told',
    async (text) => {
      await server.writeSecret(text);
      const error: unknown = await server
        .payments()
        .look('pi_1')
        .catch((caught: unknown) => caught);
      expect(String(error)).toBe('Error: the secret of Stripe is not of the form {"apiKey": "..."}');
    },
  );
});

describe('a bank that refuses', () => {
  /** Declines at confirmation, and shows the payment as declined from then on. */
  function declining(error: { code: string; decline_code?: string }): void {
    const reason = { type: 'card_error', message: 'no', ...error };
    let declined = false;
    server.interpose(async (request, pass) => {
      if (isConfirm(request)) {
        declined = true;
        return stripeError(402, reason);
      }
      const answer = await pass();
      if (!declined) return answer;
      const intent = {
        ...(JSON.parse(answer.body) as object),
        status: 'requires_payment_method',
        last_payment_error: reason,
      };
      return { ...answer, headers: { 'content-type': 'application/json' }, body: JSON.stringify(intent) };
    });
  }

  // https://docs.stripe.com/declines/codes and https://docs.stripe.com/error-codes
  it.each([
    ...[
      'approve_with_id',
      'call_issuer',
      'card_not_supported',
      'card_velocity_exceeded',
      'currency_not_supported',
      'do_not_honor',
      'do_not_try_again',
      'duplicate_transaction',
      'generic_decline',
      'insufficient_funds',
      'invalid_account',
      'invalid_amount',
      'issuer_not_available',
      'lost_card',
      'merchant_blacklist',
      'new_account_information_available',
      'no_action_taken',
      'not_permitted',
      'offline_pin_required',
      'pickup_card',
      'pin_try_exceeded',
      'reenter_transaction',
      'restricted_card',
      'revocation_of_authorization',
      'security_violation',
      'service_not_allowed',
      'stolen_card',
      'stop_payment_order',
      'transaction_not_allowed',
      'try_again_later',
      'withdrawal_count_limit_exceeded',
    ].map((decline): [{ code: string; decline_code?: string }, string] => [
      { code: 'card_declined', decline_code: decline },
      decline,
    ]),
    [{ code: 'expired_card' }, 'expired_card'],
    [{ code: 'incorrect_cvc' }, 'incorrect_cvc'],
    [{ code: 'incorrect_number' }, 'incorrect_number'],
    [{ code: 'incorrect_zip' }, 'incorrect_zip'],
    [{ code: 'processing_error' }, 'processing_error'],
    [{ code: 'card_declined' }, 'card_declined'],
    [{ code: 'authentication_required', decline_code: 'authentication_required' }, 'authentication_required'],
    [{ code: 'payment_intent_authentication_failure' }, 'payment_intent_authentication_failure'],
  ])('with %j declines, now and whenever it is looked at', async (error, declineCode) => {
    const id = await prepared();
    declining(error);
    const declined = { id, state: 'DECLINED', money: REQUEST.money, declineCode };
    expect(await server.payments().authorize(REF, id)).toEqual(declined);
    expect(await server.payments().look(id)).toEqual(declined);
  });

  it('with a 402 that is not called a card error declines as well', async () => {
    const id = await prepared();
    server.interpose((request, pass) =>
      isConfirm(request) ? Promise.resolve(stripeError(402, { type: 'invalid_request_error' })) : pass(),
    );
    expect(await server.payments().authorize(REF, id)).toMatchObject({
      state: 'DECLINED',
      declineCode: 'card_declined',
    });
  });

  it('before there is a payment refuses it', async () => {
    server.interpose(() =>
      Promise.resolve(stripeError(402, { type: 'card_error', code: 'card_declined', decline_code: 'fraudulent' })),
    );
    expect(await server.payments().prepare(REQUEST)).toEqual({ kind: 'refused', declineCode: 'fraudulent' });
  });

  it('at the capture leaves the payment as Stripe says it is', async () => {
    const id = await authorized();
    server.interpose((request, pass) =>
      request.path.endsWith('/capture')
        ? Promise.resolve(stripeError(402, { type: 'card_error', code: 'card_declined', decline_code: 'do_not_honor' }))
        : pass(),
    );
    expect(await server.payments().capture(REF, id)).toMatchObject({ state: 'AUTHORIZED' });
  });

  it('because the authorisation has lapsed says so before Stripe has cancelled the payment', async () => {
    const id = await authorized();
    server.interpose((request, pass) =>
      request.path.endsWith('/capture')
        ? Promise.resolve(stripeError(400, { type: 'invalid_request_error', code: 'charge_expired_for_capture' }))
        : pass(),
    );
    expect(await server.payments().capture(REF, id)).toMatchObject({ state: 'CANCELED' });
  });
});

describe('3-D Secure', () => {
  it('that waits for a customer counts as declined, and can be given up', async () => {
    const id = await prepared({ paymentMethod: 'pm_card_threeDSecure2Required' });
    const { status } = await server.stripe.paymentIntents.confirm(id);
    expect(status).toBe('requires_action');
    expect(await server.payments().look(id)).toMatchObject({
      state: 'DECLINED',
      declineCode: 'authentication_required',
    });
    expect(await server.payments().cancel(REF, id)).toMatchObject({ state: 'CANCELED' });
  });

  it('that is asked for off session declines and moves no money', async () => {
    const id = await prepared({ paymentMethod: 'pm_card_authenticationRequired' });
    expect(await server.payments().authorize(REF, id)).toMatchObject({
      state: 'DECLINED',
      declineCode: 'authentication_required',
    });
    expect(await tally()).toMatchObject({ charges: 0 });
    expect(await server.payments().cancel(REF, id)).toMatchObject({ state: 'CANCELED' });
  });
});

describe('a payment in process', () => {
  it('can be looked at, not captured, cancelled or refunded, until the bank has answered', async () => {
    const id = await authorized({ paymentMethod: 'pm_fake_processing' });
    for (const verb of ['authorize', 'capture', 'cancel'] as const) {
      expect(await server.payments()[verb](REF, id)).toMatchObject({ state: 'PROCESSING' });
    }
    await expect(server.payments().refund(REF, id)).rejects.toMatchObject({ name: 'StripeInvalidRequestError' });
    server.pass(30_000);
    expect(await server.payments().authorize(REF, id)).toMatchObject({ state: 'AUTHORIZED' });
    expect(await server.payments().capture(REF, id)).toMatchObject({ state: 'CAPTURED' });
    expect(await tally()).toMatchObject({ charges: 1 });
  });
});

describe('idempotency keys', () => {
  it('in use by another run are waited for elsewhere, and give the same payment in the end', async () => {
    let arrived = (): void => undefined;
    let goOn = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    wait = () => (arrived(), new Promise<void>((resolve) => (goOn = resolve)));
    await server.order({ operation: 'payment_intents.create', when: 'before', delayMs: 1 });
    const first = server.payments().prepare(REQUEST);
    await arrival;
    await expect(server.payments().prepare(REQUEST)).rejects.toMatchObject(transient);
    goOn();
    expect(await server.payments().prepare(REQUEST)).toEqual(await first);
    expect(await tally()).toMatchObject({ intents: 1 });
  });

  it('of creating belong to the attempt, all others to the call', async () => {
    const keysOf = async (attempt: number): Promise<string[]> => {
      const order = { orderId: 'o'.repeat(500), attempt };
      const sent = server.requests.length;
      const made = await server.payments().prepare({ ...REQUEST, ...order });
      const id = made.kind === 'prepared' ? made.payment.id : '';
      await server.payments().authorize(order, id);
      await server.payments().capture(order, id);
      await server.payments().refund(order, id);
      return server.requests.slice(sent).flatMap(({ headers }) => headers['idempotency-key'] ?? []);
    };
    const [create, ...others] = await keysOf(1);
    const [createAgain, ...othersAgain] = await keysOf(1);
    const [createSecond] = await keysOf(2);
    expect(createAgain).toBe(create);
    expect(createSecond).not.toBe(create);
    expect(new Set([...others, ...othersAgain]).size).toBe(others.length + othersAgain.length);
    for (const key of [create, ...others]) expect(key?.length).toBeLessThanOrEqual(255);
  });

  it.each([
    ['capture', 'payment_intents.capture', authorized, { state: 'CAPTURED' }],
    ['cancel', 'payment_intents.cancel', authorized, { state: 'CANCELED' }],
  ] as const)(
    'that stand for a stored 500 are heard again by this call (%s), not by the next',
    async (verb, operation, from, done) => {
      const id = await from();
      await server.order({ operation, when: 'before', answer: 500 });
      const payments = server.payments();
      await expect(payments[verb](REF, id)).rejects.toMatchObject(transient);
      await expect(payments[verb](REF, id)).rejects.toMatchObject(transient);
      expect(await server.payments()[verb](REF, id)).toMatchObject(done);
    },
  );

  it('that stand for a stored 500 of a refund are left behind by the next call', async () => {
    const id = await captured();
    await server.order({ operation: 'refunds.create', when: 'after', answer: 500 });
    const payments = server.payments();
    await expect(payments.refund(REF, id)).rejects.toMatchObject(transient);
    await expect(payments.refund(REF, id)).rejects.toMatchObject(transient);
    expect(await server.payments().refund(REF, id)).toBe('succeeded');
    expect(await tally()).toMatchObject({ refunds: 1 });
  });

  it('that stand for other parameters are left behind, without a second authorisation', async () => {
    const first = await prepared();
    const second = await prepared({ money: { amount: 900, currency: 'usd' } });
    expect(second).not.toBe(first);
    expect(await tally()).toEqual({ intents: 2, charges: 0, refunds: 0 });
  });
});

describe('refunds', () => {
  it.each([
    ['failed', 'failed'],
    ['canceled', 'canceled'],
    ['requires_action', 'requires_action'],
    ['pending', 'pending'],
    [null, 'pending'],
  ])('that Stripe calls %s are told as %s', async (status, told) => {
    const id = await captured();
    server.interpose(async (request, pass) => {
      const answer = await pass();
      if (!isRefund(request)) return answer;
      const body = JSON.stringify({ ...(JSON.parse(answer.body) as object), status });
      return { ...answer, headers: { 'content-type': 'application/json' }, body };
    });
    expect(await server.payments().refund(REF, id)).toBe(told);
  });

  it('that come through later are made once', async () => {
    const id = await captured({ paymentMethod: 'pm_card_pendingRefund' });
    expect(await server.payments().refund(REF, id)).toBe('pending');
    server.pass(60_000);
    expect(await server.payments().refund(REF, id)).toBe('succeeded');
    expect(await tally()).toMatchObject({ refunds: 1 });
  });

  it('that fail later, even after a week, are made again, and then once', async () => {
    const id = await captured({ paymentMethod: 'pm_card_refundFail' });
    expect(await server.payments().refund(REF, id)).toBe('succeeded');
    server.pass(7 * DAY);
    expect(await server.payments().refund(REF, id)).toBe('succeeded');
    expect(await server.payments().refund(REF, id)).toBe('succeeded');
    const { data } = await server.stripe.refunds.list({ payment_intent: id });
    expect(data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it('of money that was never taken are refused', async () => {
    const id = await authorized();
    await expect(server.payments().refund(REF, id)).rejects.toMatchObject({ name: 'StripeInvalidRequestError' });
  });
});

describe('what cannot be', () => {
  it('a payment that Stripe does not know is not bad luck', async () => {
    await expect(server.payments().look('pi_unknown')).rejects.toMatchObject({ name: 'StripeInvalidRequestError' });
  });

  it('a status that orders does not know is told', async () => {
    const id = await prepared();
    server.interpose(async (_request, pass) => {
      const answer = await pass();
      const body = JSON.stringify({ ...(JSON.parse(answer.body) as object), status: 'requires_coffee' });
      return { ...answer, headers: { 'content-type': 'application/json' }, body };
    });
    await expect(server.payments().look(id)).rejects.toThrow('requires_coffee');
  });

  it('an amount or a currency that Stripe does not take is a refusal or a bug, never a charge', async () => {
    const tooMuch = { money: { amount: 100_000_000, currency: 'usd' } };
    expect(await server.payments().prepare({ ...REQUEST, ...tooMuch })).toEqual({
      kind: 'refused',
      declineCode: 'amount_too_large',
    });
    const unknown = { money: { amount: 1500, currency: 'zzz' } };
    await expect(server.payments().prepare({ ...REQUEST, ...unknown })).rejects.toMatchObject({
      name: 'StripeInvalidRequestError',
    });
    expect(await tally()).toMatchObject({ intents: 0 });
  });
});

it('Stripe is told of the order, and of nothing personal', async () => {
  await captured();
  expect(server.requests.map(({ headers }) => headers['stripe-version'])).toEqual(
    server.requests.map(() => '2026-10-28.endive'),
  );
  const created = new URLSearchParams(server.requests[0]?.body);
  expect(Object.fromEntries([...created].filter(([name]) => name.startsWith('metadata')))).toEqual({
    'metadata[orderId]': 'o-1',
    'metadata[attempt]': '1',
  });
  for (const { body } of server.requests) expect(decodeURIComponent(body)).not.toContain('u-1');
});
