import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStripe, STRIPE_API_VERSION, StripeReader } from '../../src/lib/payments/stripe-reader.js';
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
    maxNetworkRetries: 0,
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

async function strike(operation: string, answer: number | 'reset', times: number): Promise<void> {
  const body = JSON.stringify({ operation, when: 'before', answer, times });
  const ordered = await fetch(`${served.url}/stripe/_faults`, { method: 'POST', body });
  expect(ordered.ok).toBe(true);
}

it('waits until Stripe takes requests again', async () => {
  const { id } = await authorized('busy');
  const waits: number[] = [];
  const patient = new StripeReader(stripe, async (wait) => void waits.push(wait));
  await strike('payment_intents.retrieve', 429, 2);
  await strike('charges.list', 429, 1);
  expect(await patient.payment(id)).toMatchObject({ open: true });
  await strike('payment_intents.list', 429, 1);
  for await (const made of patient.madeSince(0)) expect(made.id).toBeDefined();
  await strike('payment_intents.search', 429, 1);
  expect(await patient.paymentsOf('busy')).toHaveLength(1);
  expect(waits).toEqual([1_000, 2_000, 1_000, 1_000, 1_000]);
  waits.length = 0;
  await strike('payment_intents.retrieve', 429, 6);
  await expect(patient.payment(id)).rejects.toMatchObject({
    exit: 'unreachable',
    message: expect.stringMatching(/^Stripe takes no more requests: /) as string,
  });
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
});

it.each([200, 429, 502, 504])("a gateway's page under %s is told in words, and is no bug", async (status) => {
  const gateway = createServer((_, response) => response.writeHead(status).end('<html>Bad Gateway</html>'));
  await new Promise<void>((listening) => gateway.listen(0, '127.0.0.1', listening));
  const { port } = gateway.address() as AddressInfo;
  try {
    const away = await openStripe('sk_test_local', { apiBase: `http://127.0.0.1:${port}/stripe` });
    const failure = away.payment('pi_1');
    await expect(failure).rejects.toMatchObject({ name: 'Failure', exit: 'unreachable' });
    await expect(failure).rejects.toThrow("cannot read what answered in Stripe's place: ");
  } finally {
    gateway.closeAllConnections();
    gateway.close();
  }
});

it.each([
  [401, 'denied', 'Stripe refuses the key that the environment keeps: '],
  [403, 'denied', 'Stripe refuses the key that the environment keeps: '],
  [500, 'unreachable', 'Stripe answered 500: '],
  ['reset', 'unreachable', 'cannot reach Stripe: '],
  [400, 'bug', 'Stripe answered what orders did not expect (StripeInvalidRequestError): '],
] as const)('%s is told in words, as %s', async (answer, exit, said) => {
  // The SDK asks once more by itself where the connection breaks.
  await strike('payment_intents.retrieve', answer, answer === 'reset' ? 2 : 1);
  const impatient = new StripeReader(stripe, () => Promise.reject(new Error('no wait was due')));
  const failure = impatient.payment('pi_1');
  await expect(failure).rejects.toMatchObject({ name: 'Failure', exit });
  await expect(failure).rejects.toThrow(said);
});
