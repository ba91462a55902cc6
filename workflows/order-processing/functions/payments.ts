import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerKey } from '../adapters/secrets-manager-key.js';
import { stripeClient } from '../adapters/stripe/stripe-client.js';
import { stripeConnection } from '../adapters/stripe/stripe-connection.js';
import { StripePayments } from '../adapters/stripe/stripe-payments.js';
import type { Payments } from '../ports/payments.js';
import { CLIENT_OPTIONS, keptWhile } from './aws-clients.js';
import type { Invocation } from './boundary.js';
import { awsPlace, stripeApiBase, stripeSecretArn } from './environment.js';

const stripeKey = keptWhile(
  () => [awsPlace(), stripeSecretArn()].join(' '),
  () => new SecretsManagerKey(new SecretsManagerClient({ ...CLIENT_OPTIONS }), stripeSecretArn()),
);

const connection = keptWhile(
  () => [awsPlace(), stripeSecretArn(), stripeApiBase()].join(' '),
  () => stripeConnection(stripeKey(), stripeApiBase(), stripeClient),
);

export function paymentsOf({ deadline, requestId }: Invocation): Payments {
  return new StripePayments(connection(), deadline, requestId);
}
