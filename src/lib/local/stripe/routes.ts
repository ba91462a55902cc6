interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
}

const route = (method: string, path: string, operation: string): Route => ({
  method,
  path: new RegExp(`^${path.replace(':id', '([^/]+)')}$`),
  operation,
});

/** In this order: `search` is no id. */
const ROUTES: readonly Route[] = [
  route('POST', '/v1/payment_intents', 'payment_intents.create'),
  route('GET', '/v1/payment_intents', 'payment_intents.list'),
  route('GET', '/v1/payment_intents/search', 'payment_intents.search'),
  route('GET', '/v1/payment_intents/:id', 'payment_intents.retrieve'),
  route('POST', '/v1/payment_intents/:id', 'payment_intents.update'),
  route('POST', '/v1/payment_intents/:id/confirm', 'payment_intents.confirm'),
  route('POST', '/v1/payment_intents/:id/capture', 'payment_intents.capture'),
  route('POST', '/v1/payment_intents/:id/cancel', 'payment_intents.cancel'),
  route('GET', '/v1/charges', 'charges.list'),
  route('GET', '/v1/charges/:id', 'charges.retrieve'),
  route('POST', '/v1/refunds', 'refunds.create'),
  route('GET', '/v1/refunds', 'refunds.list'),
  route('GET', '/v1/refunds/:id', 'refunds.retrieve'),
  route('POST', '/v1/customers', 'customers.create'),
  route('GET', '/v1/customers/search', 'customers.search'),
  route('GET', '/v1/customers/:id', 'customers.retrieve'),
  route('POST', '/v1/customers/:id', 'customers.update'),
  route('GET', '/v1/payment_methods/:id', 'payment_methods.retrieve'),
];

/** Which operation a request asks for, and of which object ('' for none). */
export function findRoute(
  method: string,
  path: string,
): { readonly operation: string; readonly id: string } | undefined {
  for (const { method: wanted, path: pattern, operation } of ROUTES) {
    const match = method === wanted ? pattern.exec(path) : null;
    if (match !== null) return { operation, id: match[1] ?? '' };
  }
  return undefined;
}
