import type { HistoryEvent } from '../../../src/lib/engine/protocol.js';
import type { LocalEnvironment } from '../../../src/lib/local/index.js';

export type Answer = Record<string, unknown>;

/** Asks Step Functions inside the process, as the CLI does. */
export async function ask(local: LocalEnvironment, operation: string, input: object): Promise<Answer> {
  const headers = { 'x-amz-target': `AWSStepFunctions.${operation}` };
  const { body } = await local.handle({ method: 'POST', path: '/', query: {}, headers, body: JSON.stringify(input) });
  return JSON.parse(body) as Answer;
}

/** Starts an execution of a machine of that definition, which nobody drives yet. @returns its ARN. */
export async function started(local: LocalEnvironment, definition: object, name = 'one'): Promise<string> {
  const roleArn = 'arn:aws:iam::000000000000:role/test';
  const machine = { name: 'machine', definition: JSON.stringify(definition), roleArn };
  const { stateMachineArn } = await ask(local, 'CreateStateMachine', machine);
  const { executionArn } = await ask(local, 'StartExecution', { stateMachineArn, name, input: '{"n":1}' });
  return String(executionArn);
}

export async function typesOf(local: LocalEnvironment, executionArn: string): Promise<string[]> {
  const { events } = await ask(local, 'GetExecutionHistory', { executionArn, maxResults: 1000 });
  return (events as HistoryEvent[]).map(({ type }) => type);
}
