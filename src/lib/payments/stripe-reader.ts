import type Stripe from 'stripe';
import { orderKey } from '../../../workflows/order-processing/domain/order-key.js';
import { Failure } from '../cli/failure.js';

/** Where a fake answers in Stripe's place; only ever followed with a test key. */
export interface StripePlace {
  /** Put before the API's paths, e.g. http://127.0.0.1:4599/stripe. */
  readonly apiBase: string;
  /** In place of the network. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A payment as Stripe has it, in the words of the audit. */
export interface StripePayment {
  readonly id: string;
  /** The attempt's key, from the intent's metadata. */
  readonly orderId: string;
  readonly currency: string;
  readonly authorized: boolean;
  readonly open: boolean;
  /** Minor units. */
  readonly captured: number;
  readonly refunded: number;
  /** Epoch milliseconds. */
  readonly capturableUntil?: number;
}

/**
 * The version of Stripe's API that the workflow's functions speak; a test holds the two together.
 * https://docs.stripe.com/api/versioning
 */
export const STRIPE_API_VERSION = '2026-10-28.endive';

const DAY = 86_400_000;
/** Card payments online stay authorised for about this long. https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
const HOLD = 7 * DAY;
const PAGE = 100;

/** Reads payments of orders at Stripe; never writes. */
export class StripeReader {
  constructor(private readonly stripe: Stripe) {}

  /** @returns undefined when Stripe knows no such payment. */
  async payment(paymentIntentId: string): Promise<StripePayment | undefined> {
    try {
      return await this.read(await this.stripe.paymentIntents.retrieve(paymentIntentId));
    } catch (error) {
      if (error instanceof Error && (error as { code?: string }).code === 'resource_missing') return undefined;
      throw error;
    }
  }

  /** Every payment that names this order, of all attempts. Stripe's search lags behind by up to a minute. */
  async paymentsOf(orderId: string): Promise<StripePayment[]> {
    const quoted = orderId.replace(/[\\'"]/gu, (character) => `\\${character}`);
    const query = `metadata['orderId']:'${quoted}'`;
    const found: StripePayment[] = [];
    for await (const intent of this.stripe.paymentIntents.search({ query, limit: PAGE })) {
      found.push(await this.read(intent));
    }
    return found;
  }

  /** Which payments of which orders were made since then (epoch milliseconds), newest first, page by page. */
  async *madeSince(since: number): AsyncGenerator<Pick<StripePayment, 'id' | 'orderId'>> {
    const created = { gte: Math.floor(since / 1000) };
    for await (const { id, metadata } of this.stripe.paymentIntents.list({ created, limit: PAGE })) {
      if (metadata['orderId'] !== undefined) yield { id, orderId: attemptKey(metadata) };
    }
  }

  private async read(intent: Stripe.PaymentIntent): Promise<StripePayment> {
    const open = intent.status === 'requires_capture';
    const taken = intent.status === 'succeeded';
    // Only a charge tells what was given back, and how long the bank waits.
    const charge = open || taken ? await this.chargeOf(intent.id) : undefined;
    const until = charge?.payment_method_details?.card?.capture_before;
    return {
      id: intent.id,
      orderId: attemptKey(intent.metadata),
      currency: intent.currency,
      authorized: open || taken,
      open,
      captured: taken ? intent.amount_received : 0,
      refunded: charge?.amount_refunded ?? 0,
      ...(open && { capturableUntil: until === undefined ? intent.created * 1000 + HOLD : until * 1000 }),
    };
  }

  private async chargeOf(paymentIntentId: string): Promise<Stripe.Charge | undefined> {
    const { data } = await this.stripe.charges.list({ payment_intent: paymentIntentId, limit: 10 });
    return data.find((charge) => charge.status === 'succeeded');
  }
}

function attemptKey(metadata: Stripe.Metadata): string {
  return orderKey(metadata['orderId'] ?? '', Number(metadata['attempt'] ?? 1));
}

/**
 * @param place where a fake answers in Stripe's place.
 * @throws Failure (denied) for a live key that would go there: it goes to Stripe and nowhere else.
 */
export async function openStripe(apiKey: string, place: StripePlace | undefined): Promise<StripeReader> {
  if (place !== undefined && !/^(sk|rk)_test_/u.test(apiKey)) {
    throw new Failure('denied', `the key of Stripe is not one for tests, and ${place.apiBase} is not Stripe`);
  }
  const { Stripe } = await import('./stripe-client.js');
  const fixed = { apiVersion: STRIPE_API_VERSION, timeout: 20_000, maxNetworkRetries: 2, telemetry: false } as const;
  if (place === undefined) return new StripeReader(new Stripe(apiKey, fixed));
  const base = new URL(place.apiBase);
  const client = Stripe.createFetchHttpClient(place.fetch);
  return new StripeReader(
    new Stripe(apiKey, {
      ...fixed,
      protocol: base.protocol === 'https:' ? 'https' : 'http',
      host: base.hostname,
      ...(base.port !== '' && { port: Number(base.port) }),
      httpClient: {
        getClientName: () => client.getClientName(),
        // The SDK knows host and port, not a path.
        makeRequest: (host, port, path, ...rest) =>
          client.makeRequest(host, port, `${base.pathname.replace(/\/$/u, '')}${path}`, ...rest),
      },
    }),
  );
}
