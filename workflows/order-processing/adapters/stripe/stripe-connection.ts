import type Stripe from 'stripe';
import type { Deadline } from '../deadline.js';

/** The Stripe SDK with a key, and what goes with it. */
export interface OpenedStripe {
  readonly stripe: Stripe;
  /** The payment method of customers who have none, where customers are not looked up: only at an address of our own. */
  readonly testPaymentMethod?: string;
}

/** A way to Stripe whose key may have to be fetched again. */
export interface StripeConnection {
  open(deadline: Deadline): Promise<OpenedStripe>;
  /** Fetches the key anew: the one we have was refused. */
  renew(deadline: Deadline): Promise<OpenedStripe>;
}

/** Where the secret key lies. */
export interface KeySource {
  /** Cached; `fresh` asks again. */
  apiKey(fresh: boolean, deadline: Deadline): Promise<string>;
}

/**
 * One SDK client a key, kept for the life of the process.
 *
 * @param apiBase another address than Stripe's, e.g. http://127.0.0.1:4000/stripe. Only followed with a test key: a live
 *   key must never be sent anywhere else.
 */
export function stripeConnection(
  keys: KeySource,
  apiBase: string | undefined,
  make: (apiKey: string, apiBase: URL | undefined) => Stripe,
): StripeConnection {
  let opened: { readonly key: string; readonly value: OpenedStripe } | undefined;
  const openWith = async (fresh: boolean, deadline: Deadline): Promise<OpenedStripe> => {
    const key = await keys.apiKey(fresh, deadline);
    if (opened?.key !== key) {
      const base = apiBase !== undefined && isTestKey(key) ? new URL(apiBase) : undefined;
      const stripe = make(key, base);
      opened = { key, value: base === undefined ? { stripe } : { stripe, testPaymentMethod: 'pm_card_visa' } };
    }
    return opened.value;
  };
  return { open: (deadline) => openWith(false, deadline), renew: (deadline) => openWith(true, deadline) };
}

function isTestKey(key: string): boolean {
  return /^(sk|rk)_test_/.test(key);
}
