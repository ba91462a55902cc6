import type { LedgerTables } from '../adapters/dynamodb/book.js';
import type { Topics } from '../adapters/sns-messages.js';

/*
 * The functions' settings, read when they are asked for: on one's own machine a single process serves all nine functions,
 * each with variables of its own.
 */

/** Each name is read when it is used: a function is told only of the tables it may touch. */
export const ledgerTables: LedgerTables = {
  get orders() {
    return variable('ORDERS_TABLE');
  },
  get payments() {
    return variable('PAYMENTS_TABLE');
  },
  get inventory() {
    return variable('INVENTORY_TABLE');
  },
  get reservations() {
    return variable('RESERVATIONS_TABLE');
  },
  get idempotency() {
    return variable('IDEMPOTENCY_TABLE');
  },
};

export const topics: Topics = {
  get confirmations() {
    return variable('CONFIRMATION_TOPIC_ARN');
  },
  get customerNotices() {
    return variable('CUSTOMER_NOTICE_TOPIC_ARN');
  },
};

export function stripeSecretArn(): string {
  return variable('STRIPE_SECRET_ARN');
}

/** An address of our own instead of Stripe's, followed with a test key only. An empty one is how Terraform says "none". */
export function stripeApiBase(): string | undefined {
  return process.env['STRIPE_API_BASE'] || undefined;
}

/** ISO 4217, lower case. */
export function defaultCurrency(): string {
  return variable('DEFAULT_CURRENCY').toLowerCase();
}

/** What SDK clients depend on: they are kept until it changes. */
export function awsPlace(): string {
  return [process.env['AWS_REGION'], process.env['AWS_ENDPOINT_URL'], process.env['AWS_ACCESS_KEY_ID']].join(' ');
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}
