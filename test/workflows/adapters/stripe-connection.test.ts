import type Stripe from 'stripe';
import { expect, it } from 'vitest';
import { stripeConnection } from '../../../workflows/order-processing/adapters/stripe/stripe-connection.js';
import { StripePayments } from '../../../workflows/order-processing/adapters/stripe/stripe-payments.js';
import { AMPLE } from '../local-services.js';

const BASE = 'http://127.0.0.1:4000/stripe';

function connectionWith(keys: string[], made: [string, string | undefined][], stripe: unknown = {}) {
  return stripeConnection(
    { apiKey: (fresh) => Promise.resolve((fresh && keys.length > 1 ? keys.splice(0, 1) : [], keys[0] ?? '')) },
    BASE,
    (key, base) => {
      made.push([key, base?.href]);
      return stripe as Stripe;
    },
  );
}

it('goes to an address of our own with a test key only', async () => {
  const made: [string, string | undefined][] = [];
  expect((await connectionWith(['sk_test_1'], made).open(AMPLE)).testPaymentMethod).toBe('pm_card_visa');
  expect((await connectionWith(['sk_live_1'], made).open(AMPLE)).testPaymentMethod).toBeUndefined();
  expect(made).toEqual([
    ['sk_test_1', BASE],
    ['sk_live_1', undefined],
  ]);
});

it('keeps one client a key', async () => {
  const made: [string, string | undefined][] = [];
  const connection = connectionWith(['sk_test_1', 'sk_test_2'], made);
  await connection.open(AMPLE);
  await connection.open(AMPLE);
  await connection.renew(AMPLE);
  expect(made.map(([key]) => key)).toEqual(['sk_test_1', 'sk_test_2']);
});

it('fetches the key again once when it is refused', async () => {
  const refused = Object.assign(new Error('no'), { type: 'StripeAuthenticationError', statusCode: 401 });
  const made: [string, string | undefined][] = [];
  const intent = { id: 'pi_1', status: 'succeeded', amount: 5, currency: 'usd' };
  let asked = 0;
  const retrieve = () => ((asked += 1) === 1 ? Promise.reject(refused) : Promise.resolve(intent));
  const connection = connectionWith(['sk_test_1', 'sk_test_2'], made, { paymentIntents: { retrieve } });
  expect(await new StripePayments(connection, AMPLE, 'call').look('pi_1')).toMatchObject({ state: 'CAPTURED' });

  const never = { paymentIntents: { retrieve: () => Promise.reject(refused) } };
  const look = new StripePayments(connectionWith(['sk_test_1'], made, never), AMPLE, 'call').look('pi_1');
  await expect(look).rejects.toMatchObject({ name: 'StripeAuthenticationError' });
});

it('leaves time to write down what happened', async () => {
  const seen: Stripe.RequestOptions[] = [];
  const stripe = {
    paymentIntents: {
      retrieve: (_: string, __: object, options: Stripe.RequestOptions) => {
        seen.push(options);
        return Promise.resolve({ id: 'pi_1', status: 'canceled', amount: 5, currency: 'usd' });
      },
    },
  };
  for (const left of [27_000, 5_000]) {
    const deadline = { ...AMPLE, left: () => left };
    await new StripePayments(connectionWith(['sk_test_1'], [], stripe), deadline, 'call').look('pi_1');
  }
  expect(seen).toEqual([
    { timeout: 8_000, maxNetworkRetries: 1 },
    { timeout: 5_000, maxNetworkRetries: 0 },
  ]);
});
