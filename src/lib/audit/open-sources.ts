import { Failure } from '../cli/failure.js';
import type { Deployment } from '../environment/deployment.js';
import type { Environment } from '../environment/environment.js';
import { isDriven } from '../execution/driver-state.js';
import { LedgerReader } from '../ledger/ledger-reader.js';
import { openStripe, type StripeReader } from '../payments/stripe-reader.js';
import type { AuditSources } from './audit.js';

export interface OpenedSources extends AuditSources {
  readonly deployment: Deployment;
  /** Why Stripe is not asked; the ledger's word is taken then. */
  readonly withoutStripe?: string;
}

/** @throws Failure (notFound) when nothing is published about the machine: its tables are not known. */
export async function openSources(environment: Environment): Promise<OpenedSources> {
  const deployment = await environment.deployment();
  if (deployment === undefined) throw notPublished(environment);
  const stripe = await stripeOf(environment, deployment);
  return {
    deployment,
    ledger: new LedgerReader(await environment.clients.dynamodb(), deployment.tables),
    stepFunctions: await environment.clients.sfn(),
    machineArn: deployment.stateMachine.type === 'STANDARD' ? deployment.stateMachine.arn : undefined,
    isDriven: (execution) => isDriven(environment, execution),
    ...(typeof stripe === 'string' ? { stripe: undefined, withoutStripe: stripe } : { stripe }),
  };
}

/** A machine was named by its ARN, and the environment's name says nothing about it; or it may not be read. */
function notPublished({ name, stateMachineArn = 'the state machine' }: Environment): Failure {
  return new Failure(
    'notFound',
    `nothing is published about ${stateMachineArn} in environment ${name}, so its ledger is not known`,
    {
      suggestions: [
        'name the environment that runs it with --env, in place of the ARN; that needs ssm:GetParameter',
        'orders deploy --env NAME publishes an environment',
      ],
    },
  );
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
