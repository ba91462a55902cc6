import { AwsError } from '../wire/aws-error.js';

/** Where the local environment is: made up, but in the shape AWS's own have. */
export const LOCAL_REGION = 'us-east-1';
export const LOCAL_ACCOUNT = '000000000000';

const STATES = `arn:aws:states:${LOCAL_REGION}:${LOCAL_ACCOUNT}`;

export function stateMachineArn(name: string): string {
  return `${STATES}:stateMachine:${name}`;
}

export function executionArn(machine: string, name: string): string {
  return `${STATES}:execution:${machine}:${name}`;
}

/** Not computable from machine and name: the service adds an id of its own. */
export function expressExecutionArn(machine: string, name: string, id: string): string {
  return `${STATES}:express:${machine}:${name}:${id}`;
}

type ResourceType = 'stateMachine' | 'execution' | 'express';

/**
 * Checks that a text is an ARN of one of the wanted kinds; that the thing exists is another question.
 * @throws AwsError InvalidArn, in AWS's words (recorded for both).
 */
export function checkArn(arn: string, ...wanted: readonly ResourceType[]): void {
  if (!arn.startsWith('arn:')) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  const [, , service, , , type, ...names] = arn.split(':');
  if (service !== 'states' || type === undefined || names.length === 0 || names.includes('')) {
    throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  }
  if (!(wanted as readonly string[]).includes(type)) {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${type}'`);
  }
}
