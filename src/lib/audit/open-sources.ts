import { Failure } from '../cli/failure.js';
import type { Deployment } from '../environment/deployment.js';
import type { Environment } from '../environment/environment.js';
import { LedgerReader } from '../ledger/ledger-reader.js';
import { openStripe, type StripeReader } from '../payments/stripe-reader.js';
import type { FactSources } from './facts-reader.js';

export interface OpenedSources extends FactSources {
  readonly deployment: Deployment;
  /** Why Stripe is not asked; the ledger's word is taken then. */
  readonly withoutStripe?: string;
}

/** @throws Failure (usage) when the environment has published nothing: its tables are not known. */
export async function openSources(environment: Environment): Promise<OpenedSources> {
  const deployment = await environment.deployment();
  if (deployment === undefined) {
    throw new Failure('usage', `environment ${environment.name} has not published where its ledger is`, {
      suggestions: ['orders deploy publishes it', 'choose another environment with --env'],
    });
  }
  const stripe = await stripeOf(environment, deployment);
  return {
    deployment,
    ledger: new LedgerReader(await environment.clients.dynamodb(), deployment.tables),
    stepFunctions: await environment.clients.sfn(),
    ...(typeof stripe === 'string' ? { stripe: undefined, withoutStripe: stripe } : { stripe }),
  };
}

/** A reader, or why there is none: an operator without the secret can still look at everything else. */
async function stripeOf(environment: Environment, { stripeSecretArn }: Deployment): Promise<StripeReader | string> {
  let secret: string | undefined;
  try {
    secret = (await (await environment.clients.secrets()).getSecretValue({ SecretId: stripeSecretArn })).SecretString;
  } catch (error) {
    if (!(error instanceof Error) || !['AccessDeniedException', 'ResourceNotFoundException'].includes(error.name))
      throw error;
    return `the secret with its key cannot be read (${error.name})`;
  }
  const key = keyIn(secret);
  return key === undefined ? 'the secret holds no {"apiKey"}' : openStripe(key, environment.stripe);
}

function keyIn(secret: string | undefined): string | undefined {
  try {
    const { apiKey } = JSON.parse(secret ?? '') as { apiKey?: unknown };
    return typeof apiKey === 'string' ? apiKey : undefined;
  } catch {
    return undefined;
  }
}
