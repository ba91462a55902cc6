import { parseMachineArn } from '../aws/arn.js';
import { Failure } from '../cli/failure.js';
import type { Deployment } from './deployment-document.js';

type Check = (value: unknown, path: string) => string[];

const text: Check = (value, path) => (typeof value === 'string' && value !== '' ? [] : [`${path} is not a text`]);
const orNull =
  (check: Check): Check =>
  (value, path) =>
    value === null ? [] : check(value, path);
const oneOf =
  (...words: string[]): Check =>
  (value, path) =>
    words.includes(value as string) ? [] : [`${path} is not one of ${words.join(', ')}`];
const matching =
  (pattern: RegExp, what: string): Check =>
  (value, path) =>
    typeof value === 'string' && pattern.test(value) ? [] : [`${path} is not ${what}`];
const machineArn: Check = (value, path) =>
  typeof value === 'string' && parseMachineArn(value) !== undefined
    ? []
    : [`${path} is not the ARN of a state machine`];
/** What is not named may be there: later versions add fields without a new schemaVersion. */
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, path) =>
    isRecord(value)
      ? Object.entries(checks).flatMap(([name, check]) => check(value[name], path === '' ? name : `${path}.${name}`))
      : [`${path} is not an object`];
const each =
  (check: Check): Check =>
  (value, path) =>
    isRecord(value)
      ? Object.entries(value).flatMap(([name, inner]) => check(inner, `${path}.${name}`))
      : [`${path} is not an object`];

const DOCUMENT = fields({
  environment: text,
  region: matching(/^[a-z]{2,}(-[a-z0-9]+)+$/u, 'a region'),
  accountId: matching(/^\d{12}$/u, 'an account of 12 digits'),
  stateMachine: fields({
    name: text,
    arn: machineArn,
    aliasArn: orNull(machineArn),
    type: oneOf('STANDARD', 'EXPRESS'),
    logGroup: text,
  }),
  functions: each(fields({ name: text, alias: text, logGroup: text })),
  tables: each(text),
  topics: each(text),
  queues: each(text),
  stripeSecretArn: text,
});

/**
 * @param source for messages, e.g. the parameter's name
 * @throws Failure (bug, "an unexpected answer") that names every field that is not as it should be
 */
export function parseDeployment(document: string, source: string): Deployment {
  let value: unknown;
  try {
    value = JSON.parse(document);
  } catch (error) {
    throw fault(`${source} is not JSON: ${(error as Error).message}`, error);
  }
  if (!isRecord(value)) throw fault(`${source} is not a JSON object`);
  if (value['schemaVersion'] !== 1) {
    const version = JSON.stringify(value['schemaVersion']) ?? 'none';
    throw new Failure('bug', `${source} has schemaVersion ${version}, only 1 is known`, {
      suggestions: ['a newer orders reads it', 'orders deploy publishes it again'],
    });
  }
  const faults = [...DOCUMENT(value, ''), ...contradictions(value)];
  if (faults.length > 0) throw fault(`${source} does not describe a deployment: ${faults.join('; ')}`);
  return value as unknown as Deployment;
}

/** The machine is where the document says, and the alias is the machine's. */
function contradictions(value: Record<string, unknown>): string[] {
  const { region, accountId, stateMachine } = value;
  if (!isRecord(stateMachine)) return [];
  const machine = parseMachineArn(String(stateMachine['arn']));
  if (machine === undefined) return [];
  const alias = typeof stateMachine['aliasArn'] === 'string' ? parseMachineArn(stateMachine['aliasArn']) : undefined;
  const isElsewhere = machine.region !== region || machine.accountId !== accountId;
  return [
    ...(isElsewhere ? [`stateMachine.arn is not in account ${String(accountId)}, region ${String(region)}`] : []),
    ...(alias !== undefined && JSON.stringify(alias) !== JSON.stringify(machine)
      ? ['stateMachine.aliasArn is an alias of another machine']
      : []),
  ];
}

function fault(message: string, cause?: unknown): Failure {
  return new Failure('bug', message, { suggestions: ['orders deploy publishes it again'], cause });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
