import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type Stripe from 'stripe';
import type { WireRequest, WireService } from '../../../src/lib/local/ports.js';
import { createSecretsService } from '../../../src/lib/local/secrets/secrets-service.js';
import { ensureSecret, secretsSchema } from '../../../src/lib/local/secrets/secret-store.js';
import { createStripeFake } from '../../../src/lib/local/stripe/stripe-fake.js';
import { stripeSchema } from '../../../src/lib/local/stripe/stripe-store.js';
import type { Deadline } from '../../../workflows/order-processing/adapters/deadline.js';
import { SecretsManagerKey } from '../../../workflows/order-processing/adapters/secrets-manager-key.js';
import { stripeClient } from '../../../workflows/order-processing/adapters/stripe/stripe-client.js';
import { stripeConnection } from '../../../workflows/order-processing/adapters/stripe/stripe-connection.js';
import { StripePayments } from '../../../workflows/order-processing/adapters/stripe/stripe-payments.js';
import { serveServices } from '../../local/messaging/served-services.js';
import { AMPLE, type Interposer } from '../local-services.js';

/** What to order of the fake, see its SPECIFICATION.md. */
export interface FakeFault {
  readonly operation: string;
  readonly when: 'before' | 'after';
  readonly answer?: number | 'reset';
  readonly times?: number;
  readonly delayMs?: number;
}

/** The fake of Stripe and the local Secrets Manager on a loopback port, and the adapter as a function has it. */
export interface StripeServer {
  /** The SDK past the adapter, with a key that always works. */
  readonly stripe: Stripe;
  /** All requests to Stripe that the adapters sent. */
  readonly requests: readonly WireRequest[];
  /** How often the secret was fetched. */
  fetchedKeys(): number;
  /** As a new invocation has it; with `lookUp`, customers are looked for as they are at Stripe's own address. */
  payments(options?: { readonly lookUp?: boolean; readonly deadline?: Deadline }): StripePayments;
  pass(milliseconds: number): void;
  order(fault: FakeFault): Promise<void>;
  /** Takes back the faults that have not struck yet. */
  noMoreFaults(): Promise<void>;
  /** Between the adapters and Stripe. */
  interpose(interposer: Interposer | undefined): void;
  /** From now on Stripe knows this key only. */
  rotate(key: string): void;
  writeSecret(text: string): Promise<void>;
  close(): Promise<void>;
}

const FIRST_KEY = 'sk_test_first';
const OWN_KEY = 'sk_test_own';

/** @param wait how a delay that is ordered of the fake passes. */
export async function stripeServer(wait: () => Promise<unknown> = () => Promise.resolve()): Promise<StripeServer> {
  const apiKeys = [FIRST_KEY, OWN_KEY];
  const requests: WireRequest[] = [];
  let between: Interposer | undefined;
  let secretArn = '';
  let fetched = 0;
  const served = await serveServices([stripeSchema, secretsSchema], (database, sources) => {
    secretArn = ensureSecret(database, 'stripe', JSON.stringify({ apiKey: FIRST_KEY }), sources.now(), sources.uuid());
    const fake = createStripeFake(database, sources, { apiKeys, wait });
    const secrets = createSecretsService(database, sources);
    const counted: WireService = (request) => {
      if (request.headers['x-amz-target']?.endsWith('.GetSecretValue')) fetched += 1;
      return secrets(request);
    };
    const struck: WireService = (request) => {
      if (!request.path.startsWith('/stripe/v1/')) return fake(request);
      if (request.headers['authorization']?.includes(OWN_KEY)) return fake(request);
      requests.push(request);
      const pass = () => {
        const answer = fake(request);
        if (answer === undefined) throw new Error(`the fake does not take ${request.path}`);
        return answer;
      };
      return between === undefined ? pass() : between(request, pass);
    };
    return [struck, counted];
  });
  const base = new URL(`${served.url}/stripe`);
  const secretsClient = new SecretsManagerClient(served.client);
  const faults = (init: RequestInit) => fetch(`${served.url}/stripe/_faults`, init);
  let invocations = 0;
  return {
    stripe: stripeClient(OWN_KEY, base),
    requests,
    fetchedKeys: () => fetched,
    payments: ({ lookUp = false, deadline = AMPLE } = {}) => {
      const keys = new SecretsManagerKey(secretsClient, secretArn);
      const connection = stripeConnection(keys, lookUp ? undefined : base.href, (key) => stripeClient(key, base));
      return new StripePayments(connection, deadline, `call-${(invocations += 1)}`);
    },
    pass: (milliseconds) => {
      served.sources.advance(milliseconds);
    },
    order: async (fault) => {
      const answer = await faults({ method: 'POST', body: JSON.stringify(fault) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    noMoreFaults: async () => {
      await faults({ method: 'DELETE' });
    },
    interpose: (interposer) => {
      between = interposer;
    },
    rotate: (key) => {
      apiKeys.splice(0, 1, key);
    },
    writeSecret: async (SecretString) => {
      await secretsClient.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString }));
    },
    close: async () => {
      secretsClient.destroy();
      await served.close();
    },
  };
}
