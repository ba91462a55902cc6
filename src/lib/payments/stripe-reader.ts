import type Stripe from 'stripe';
import { orderKey } from '../../../workflows/order-processing/domain/order-key.js';
import { pauseFor } from '../aws/pause.js';
import { Failure } from '../cli/failure.js';
import { CARD_HOLD } from './card-hold.js';
import { isMissing, isRateLimit, stripeFailure } from './stripe-failure.js';

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

const PAGE = 100;

/** Waits for Stripe's rate limit to pass, which counts requests a second; milliseconds. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 16_000];

/** Reads payments of orders at Stripe; never writes. What Stripe refuses is thrown as a Failure. */
export class StripeReader {
  /** @param pause resolves after so many milliseconds */
  constructor(
    private readonly stripe: Stripe,
    private readonly pause: (milliseconds: number) => Promise<void> = pauseFor,
  ) {}

  /** @returns undefined when Stripe knows no such payment. */
  async payment(paymentIntentId: string): Promise<StripePayment | undefined> {
    const intent = await this.asked(() =>
      this.stripe.paymentIntents.retrieve(paymentIntentId).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      }),
    );
    return intent === undefined ? undefined : this.read(intent);
  }

  /** Every payment that names this order, of all attempts. Stripe's search lags behind by up to a minute. */
  async paymentsOf(orderId: string): Promise<StripePayment[]> {
    const quoted = orderId.replace(/[\\'"]/gu, (character) => `\\${character}`);
    const query = `metadata['orderId']:'${quoted}'`;
    const found: StripePayment[] = [];
    let page: string | undefined;
    do {
      const answer = await this.asked(() =>
        this.stripe.paymentIntents.search({ query, limit: PAGE, ...(page !== undefined && { page }) }),
      );
      for (const intent of answer.data) found.push(await this.read(intent));
      page = answer.next_page ?? undefined;
    } while (page !== undefined);
    return found;
  }

  /** Which payments of which orders were made since then (epoch milliseconds), newest first, page by page. */
  async *madeSince(since: number): AsyncGenerator<Pick<StripePayment, 'id' | 'orderId'>> {
    const created = { gte: Math.floor(since / 1000) };
    let after: string | undefined;
    do {
      const { data, has_more } = await this.asked(() =>
        this.stripe.paymentIntents.list({
          created,
          limit: PAGE,
          ...(after !== undefined && { starting_after: after }),
        }),
      );
      for (const { id, metadata } of data)
        if (metadata['orderId'] !== undefined) yield { id, orderId: attemptKey(metadata) };
      after = has_more ? data.at(-1)?.id : undefined;
    } while (after !== undefined);
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
      ...(open && { capturableUntil: until === undefined ? intent.created * 1000 + CARD_HOLD : until * 1000 }),
    };
  }

  private async chargeOf(paymentIntentId: string): Promise<Stripe.Charge | undefined> {
    const { data } = await this.asked(() => this.stripe.charges.list({ payment_intent: paymentIntentId, limit: 10 }));
    return data.find((charge) => charge.status === 'succeeded');
  }

  /** The SDK repeats what broke, but not what was too much. @throws Failure */
  private async asked<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await ask();
      } catch (error) {
        const wait = PAUSES[tries];
        if (!isRateLimit(error) || wait === undefined) throw stripeFailure(error) ?? error;
        await this.pause(wait);
      }
    }
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
