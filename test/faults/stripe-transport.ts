import type Stripe from 'stripe';
import type { WireRequest, WireResponse } from '../../src/lib/local/ports.js';
import { CONNECTION_RESET } from '../../src/lib/local/stripe/stripe-fake.js';

export type StripeHttpClient = Stripe.HttpClient;

/**
 * An HTTP client of the Stripe SDK that hands its requests over in the process. The Stripe-Account header is the mark of
 * whose request it is: the SDK lets each request name one, and the workflow uses none.
 */
export function stripeTransport(
  carry: (mark: string, request: WireRequest) => Promise<WireResponse>,
): Stripe.HttpClient {
  return {
    getClientName: () => 'in-process',
    makeRequest: async (_host, _port, address, method, headers, body) => {
      const url = new URL(address, 'http://stripe');
      const { 'stripe-account': mark = '', ...lowered } = Object.fromEntries(
        Object.entries(headers as Record<string, unknown>)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      const answer = await carry(mark, {
        method,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: lowered,
        body: body ?? '',
      });
      if (answer.status === CONNECTION_RESET) throw connectionReset();
      return {
        getStatusCode: () => answer.status,
        getHeaders: () => answer.headers,
        getRawResponse: () => answer,
        toStream: () => {
          throw new Error('nothing is streamed here');
        },
        toJSON: () => Promise.resolve(JSON.parse(answer.body) as unknown),
      };
    },
  };
}

/**
 * A connection that broke. Not ECONNRESET: for that the Stripe SDK sends the same request again at once, whatever its
 * retries are set to, and waits for it in real time.
 */
export function connectionReset(): Error {
  return Object.assign(new Error('the connection broke'), { code: 'ETIMEDOUT' });
}
