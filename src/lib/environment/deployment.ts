import type { SSM } from '@aws-sdk/client-ssm';
import { Failure } from '../cli/failure.js';

/**
 * What a deployment publishes about itself, as JSON in the parameter `/orders/<environment>/deployment`, so that whoever
 * knows the environment's name can operate it. Terraform writes it on AWS, the local environment serves its own. At most
 * 4 KB, the size of a standard parameter. A reader takes what it knows and refuses another `schemaVersion`.
 */
export interface Deployment {
  readonly schemaVersion: 1;
  readonly environment: string;
  readonly region: string;
  readonly accountId: string;
  readonly stateMachine: {
    readonly name: string;
    readonly arn: string;
    /** The alias that executions are started by; null where they are started by the machine's own ARN. */
    readonly aliasArn: string | null;
    readonly type: 'STANDARD' | 'EXPRESS';
    /** Name of the log group of the machine's executions. */
    readonly logGroup: string;
  };
  /** Function of workflow.json -> where it is. */
  readonly functions: Readonly<Record<string, DeployedFunction>>;
  /** Table of workflow.json -> its deployed name. */
  readonly tables: Readonly<Record<string, string>>;
  /** Topic -> its ARN: `confirmations`, `customer-notices`. */
  readonly topics: Readonly<Record<string, string>>;
  /** Queue -> its URL: `confirmation-retries`. */
  readonly queues: Readonly<Record<string, string>>;
  /** The secret with Stripe's key: {"apiKey": "..."}. */
  readonly stripeSecretArn: string;
}

export interface DeployedFunction {
  readonly name: string;
  readonly alias: string;
  readonly logGroup: string;
}

/** Where an environment publishes. */
export function deploymentParameter(environment: string): string {
  return `/orders/${environment}/deployment`;
}

/** @returns undefined when nothing is published under that name. @throws Failure (bug) for a document that is none. */
export async function readDeployment(
  ssm: Pick<SSM, 'getParameter'>,
  environment: string,
): Promise<Deployment | undefined> {
  const name = deploymentParameter(environment);
  try {
    const { Parameter } = await ssm.getParameter({ Name: name });
    return parseDeployment(Parameter?.Value ?? '', name);
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
    throw error;
  }
}

/** @param source for the message, e.g. the parameter's name. */
export function parseDeployment(text: string, source: string): Deployment {
  let document: Partial<Deployment>;
  try {
    document = JSON.parse(text) as Partial<Deployment>;
  } catch (error) {
    throw new Failure('bug', `${source} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (document.schemaVersion !== 1) {
    throw new Failure('bug', `${source} has schemaVersion ${String(document.schemaVersion)}, only 1 is known`, {
      suggestions: ['a newer orders reads it', 'orders deploy publishes it again'],
    });
  }
  return document as Deployment;
}
