import { describe, expect, test } from 'vitest';
import { localDeployment } from '../../src/lib/local/states/local-deployment.js';
import { parseDeployment } from '../../src/lib/environment/parse-deployment.js';
import { deployment, machineArn, OTHER_ACCOUNT } from './deployments.js';

const parse = (value: unknown) => parseDeployment(JSON.stringify(value), '/orders/prod/deployment');

describe('a published document', () => {
  test('is taken with what later versions add', () => {
    const more = { ...deployment(), note: 'new', stateMachine: { ...deployment().stateMachine, tracing: true } };
    expect(parse(more)).toEqual(more);
  });

  test('the local environment publishes one that is taken', () => {
    const settings = { functions: { 'charge-payment': {} }, tables: { orders: {} }, alias: 'live' };
    const published = localDeployment(settings as unknown as Parameters<typeof localDeployment>[0]);
    expect(parse(published)).toEqual(published);
  });

  const machine = deployment().stateMachine;
  test.each([
    ['nothing', undefined, 'is not JSON'],
    ['a list', [], 'is not a JSON object'],
    ['another version', { ...deployment(), schemaVersion: 2 }, 'has schemaVersion 2, only 1 is known'],
    ['no version', { ...deployment(), schemaVersion: undefined }, 'has schemaVersion none, only 1 is known'],
    ['no machine', { ...deployment(), stateMachine: undefined }, 'stateMachine is not an object'],
    [
      'several faults, all named',
      { ...deployment(), accountId: 12, tables: { orders: 1 } },
      'accountId is not an account of 12 digits; tables.orders is not a text',
    ],
    [
      'another type',
      { ...deployment(), stateMachine: { ...machine, type: 'FAST' } },
      'is not one of STANDARD, EXPRESS',
    ],
    ['no ARN', { ...deployment(), stateMachine: { ...machine, arn: 'x' } }, 'arn is not the ARN of a state machine'],
    [
      'a machine elsewhere',
      { ...deployment(), stateMachine: { ...machine, arn: machineArn({ accountId: OTHER_ACCOUNT }), aliasArn: null } },
      'stateMachine.arn is not in account 123456789012, region eu-central-1',
    ],
    [
      'an alias of another machine',
      { ...deployment(), stateMachine: { ...machine, aliasArn: `${machineArn({ name: 'b' })}:live` } },
      'stateMachine.aliasArn is an alias of another machine',
    ],
    [
      'a function without a group',
      { ...deployment(), functions: { f: { name: 'f', alias: 'l' } } },
      'functions.f.logGroup',
    ],
  ])('with %s is refused', (_name, value, message) => {
    expect(() => parseDeployment(value === undefined ? '' : JSON.stringify(value), '/orders/prod/deployment')).toThrow(
      expect.objectContaining({ exit: 'bug', message: expect.stringContaining(message) as string }) as Error,
    );
  });

  test('one without an alias is taken', () => {
    expect(parse({ ...deployment(), stateMachine: { ...machine, aliasArn: null } }).stateMachine.aliasArn).toBeNull();
  });
});
