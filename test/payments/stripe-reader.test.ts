import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStripe, STRIPE_API_VERSION, type StripeReader } from '../../src/lib/payments/stripe-reader.js';
import { createStripeFake } from '../../src/lib/local/stripe/stripe-fake.js';
import { stripeSchema } from '../../src/lib/local/stripe/stripe-store.js';
import { serveServices, type ServedServices } from '../local/messaging/served-services.js';
import { ROOT } from '../support/run-orders.js';

let served: ServedServices;
let stripe: Stripe;
let reader: StripeReader;

beforeAll(async () => {
  served = await serveServices([stripeSchema], (database, sources) => [createStripeFake(database, sources)]);
  const http = Stripe.createNodeHttpClient();
  stripe = new Stripe('sk_test_local', {
    protocol: 'http',
    host: '127.0.0.1',
    port: served.port,
    telemetry: false,
    httpClient: {
      getClientName: () => 'under-path',
      makeRequest: (host, port, path, ...rest) => http.makeRequest(host, port, `/stripe${path}`, ...rest),
    },
  });
  reader = await openStripe('sk_test_local', { apiBase: `${served.url}/stripe` });
});
afterAll(() => served.close());

async function authorized(orderId: string, attempt = '1'): Promise<Stripe.PaymentIntent> {
  const { id } = await stripe.paymentIntents.create({
    amount: 4200,
    currency: 'usd',
    capture_method: 'manual',
    payment_method: 'pm_card_visa',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { orderId, attempt },
  });
  return stripe.paymentIntents.confirm(id);
}

it('speaks the version of the API that the functions speak', () => {
  const adapter = readFileSync(join(ROOT, 'workflows/order-processing/adapters/stripe/stripe-client.ts'), 'utf8');
  expect(adapter).toContain(`API_VERSION = '${STRIPE_API_VERSION}'`);
});

it('tells what is set aside, taken and given back', async () => {
  const { id, created } = await authorized('1');
  const known = { id, orderId: '1', currency: 'usd', authorized: true };
  expect(await reader.payment(id)).toEqual({
    ...known,
    open: true,
    captured: 0,
    refunded: 0,
    capturableUntil: (created + 7 * 86_400) * 1000,
  });
  await stripe.paymentIntents.capture(id);
  expect(await reader.payment(id)).toEqual({ ...known, open: false, captured: 4200, refunded: 0 });
  await stripe.refunds.create({ payment_intent: id });
  expect(await reader.payment(id)).toEqual({ ...known, open: false, captured: 4200, refunded: 4200 });
  expect(await reader.payment('pi_nobody')).toBeUndefined();
});

it('finds the payments of an order, of all attempts, whatever is in its id', async () => {
  const id = `it's "7"`;
  const first = await authorized(id);
  const second = await authorized(id, '2');
  const found = await reader.paymentsOf(id);
  expect(found.map((payment) => [payment.id, payment.orderId]).sort()).toEqual(
    [
      [first.id, id],
      [second.id, `${id}#2`],
    ].sort(),
  );
});

it('pages through what was made since', async () => {
  const made = await Promise.all(Array.from({ length: 120 }, (_, index) => authorized(`many-${index}`)));
  const listed = new Set<string>();
  for await (const { id } of reader.madeSince((made[0]?.created ?? 0) * 1000 - 1000)) listed.add(id);
  expect(made.every(({ id }) => listed.has(id))).toBe(true);
  for await (const { id } of reader.madeSince(Date.parse('2999-01-01'))) expect.unreachable(id);
});
