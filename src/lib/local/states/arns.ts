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

export function activityArn(name: string): string {
  return `${STATES}:activity:${name}`;
}

/** Not computable from machine and name: the service adds an id of its own. */
export function expressExecutionArn(machine: string, name: string, id: string): string {
  return `${STATES}:express:${machine}:${name}:${id}`;
}

/** From `...:mapRun:machine/label:uuid` to `...:stateMachine:machine/label`, the machine of the run's children. */
export function labelledMachineArn(mapRunArn: string): string {
  return mapRunArn.replace(':mapRun:', ':stateMachine:').split(':').slice(0, 7).join(':');
}

/** What stands behind the slash in a Map Run's ARN. */
export function labelOf(mapRunArn: string): string | undefined {
  return labelledMachineArn(mapRunArn).split('/').at(1);
}

type ResourceType = 'stateMachine' | 'execution' | 'express' | 'activity' | 'mapRun';

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
