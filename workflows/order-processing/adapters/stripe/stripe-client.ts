import Stripe from 'stripe';

/** Pinned: a new version of Stripe's API must be a change here, not a surprise. */
const API_VERSION = '2026-10-28.endive';

/**
 * @param apiBase another address than Stripe's; its path is put before the API's own.
 * @param client what carries the requests there.
 */
export function stripeClient(
  apiKey: string,
  apiBase: URL | undefined,
  client: Stripe.HttpClient = Stripe.createNodeHttpClient(),
): Stripe {
  const fixed = { apiVersion: API_VERSION, timeout: 8_000, maxNetworkRetries: 1, telemetry: false } as const;
  if (apiBase === undefined) return new Stripe(apiKey, fixed);
  const secure = apiBase.protocol === 'https:';
  return new Stripe(apiKey, {
    ...fixed,
    protocol: secure ? 'https' : 'http',
    host: apiBase.hostname,
    port: apiBase.port === '' ? (secure ? 443 : 80) : Number(apiBase.port),
    httpClient: underPath(apiBase.pathname.replace(/\/$/, ''), client),
  });
}

/** The SDK knows host and port, not a path. */
function underPath(prefix: string, client: Stripe.HttpClient): Stripe.HttpClient {
  return {
    getClientName: () => client.getClientName(),
    makeRequest: (host, port, path, ...rest) => client.makeRequest(host, port, `${prefix}${path}`, ...rest),
  };
}
