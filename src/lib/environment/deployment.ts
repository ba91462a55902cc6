import type { SSM } from '@aws-sdk/client-ssm';
import type { Deployment } from './deployment-document.js';
import { parseDeployment } from './parse-deployment.js';

export type { DeployedFunction, Deployment } from './deployment-document.js';

/** Where an environment publishes. */
export function deploymentParameter(environment: string): string {
  return `/orders/${environment}/deployment`;
}

/** A document and where it was found. */
export interface Published {
  readonly deployment: Deployment;
  /** As it was published. */
  readonly document: string;
  /** The account whose parameter it is, and so that of the credentials it was read with. */
  readonly accountId: string | undefined;
}

/** @returns undefined when nothing is published under that name. @throws Failure (bug) for a document that is none. */
export async function readPublished(
  ssm: Pick<SSM, 'getParameter'>,
  environment: string,
): Promise<Published | undefined> {
  const name = deploymentParameter(environment);
  try {
    const { Parameter } = await ssm.getParameter({ Name: name });
    const document = Parameter?.Value ?? '';
    const accountId = /^arn:[^:]+:ssm:[^:]*:(\d{12}):/u.exec(Parameter?.ARN ?? '')?.[1];
    return { deployment: parseDeployment(document, name), document, accountId };
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
    throw error;
  }
}

/** Only the document. See readPublished. */
export async function readDeployment(
  ssm: Pick<SSM, 'getParameter'>,
  environment: string,
): Promise<Deployment | undefined> {
  return (await readPublished(ssm, environment))?.deployment;
}
