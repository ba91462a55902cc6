import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildFunctions } from '../../../build/functions.js';
import type { Handler } from '../../../workflows/order-processing/functions/boundary.js';
import { shippedWorkflow, type Subject } from '../run-plan.js';
import { TABLES, TOPICS } from '../world.js';
import { inScope, installScopes } from './call-scope.js';
import { AWS_ENDPOINT, Network, STRIPE_ENDPOINT } from './network.js';

/**
 * The workflow with its functions as they are deployed: the bundles that `orders deploy` zips, with all their SDKs, their
 * tries, waits and idempotency tokens. A run begins with functions that were never called: their clients are made anew,
 * and Stripe's key is fetched by the first that needs it.
 */
export async function bundledWorkflow(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'orders-faults-'));
  const handlers = new Map<string, Handler>();
  try {
    for (const name of await buildFunctions({ outFolder: folder })) {
      const bundle = (await import(pathToFileURL(join(folder, name, 'index.mjs')).href)) as { handler: Handler };
      handlers.set(name, bundle.handler);
    }
  } finally {
    // Parts of the SDK are loaded when they are needed first.
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  installScopes();
  const network = new Network();
  let runs = 0;
  return {
    ...shippedWorkflow(),
    functions: (world, { now, write }, callOf, arm) => {
      runs += 1;
      Object.assign(process.env, ENVIRONMENT, {
        STRIPE_SECRET_ARN: world.secretArn,
        // Clients are kept as long as this stays.
        AWS_ACCESS_KEY_ID: `RUN${runs}`,
      });
      network.lead((call, request) => world.carry(call, request));
      return Object.fromEntries(
        [...handlers].map(([name, handler]): [string, Handler] => [
          name,
          (event, context) => {
            const call = callOf(context.awsRequestId);
            const scope = { call, now, write, arm: (ms: number, ring: () => void) => arm(call, ms, ring) };
            return inScope(scope, () => handler(event, context));
          },
        ]),
      );
    },
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL: AWS_ENDPOINT,
  ORDERS_TABLE: TABLES.orders,
  PAYMENTS_TABLE: TABLES.payments,
  INVENTORY_TABLE: TABLES.inventory,
  RESERVATIONS_TABLE: TABLES.reservations,
  IDEMPOTENCY_TABLE: TABLES.idempotency,
  CONFIRMATION_TOPIC_ARN: TOPICS.confirmations,
  CUSTOMER_NOTICE_TOPIC_ARN: TOPICS.customerNotices,
  STRIPE_API_BASE: STRIPE_ENDPOINT,
  DEFAULT_CURRENCY: 'usd',
};
