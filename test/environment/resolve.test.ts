import { describe, expect, test } from 'vitest';
import { parseConfiguration, type Configuration } from '../../src/lib/environment/configuration.js';
import { resolveEnvironment } from '../../src/lib/environment/resolve.js';

const ARN = 'arn:aws:states:eu-central-1:123456789012:stateMachine:orders';
const LOCAL_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:order-processing';
const nothing: Configuration = { environments: {} };
const staging: Configuration = {
  environment: 'staging',
  environments: {
    staging: { region: 'eu-central-1', stateMachineArn: ARN, profile: 'ship' },
    served: { endpointUrl: 'http://localhost:1' },
  },
};

describe('which environment is meant', () => {
  test('local, when nobody says anything', () => {
    expect(resolveEnvironment({}, {}, nothing)).toEqual({ kind: 'local', name: 'local' });
    expect(resolveEnvironment({}, { AWS_ENDPOINT_URL: 'http://localhost:1', AWS_PROFILE: 'x' }, nothing).kind).toBe(
      'local',
    );
  });

  test('the flag before ORDERS_ENV before the file', () => {
    expect(resolveEnvironment({}, {}, staging)).toMatchObject({
      name: 'staging',
      stateMachineArn: ARN,
      profile: 'ship',
    });
    expect(resolveEnvironment({}, { ORDERS_ENV: 'served' }, staging).name).toBe('served');
    expect(resolveEnvironment({ env: 'local' }, { ORDERS_ENV: 'served' }, staging).name).toBe('local');
  });

  test('a machine of another account leads away from local', () => {
    const expected = { kind: 'aws', name: 'aws', stateMachineArn: ARN, region: 'eu-central-1' };
    expect(resolveEnvironment({ stateMachineArn: ARN }, {}, nothing)).toMatchObject(expected);
    expect(resolveEnvironment({}, { ORDER_STATE_MACHINE_ARN: ARN }, nothing)).toMatchObject(expected);
    expect(resolveEnvironment({ stateMachineArn: LOCAL_ARN }, {}, nothing).kind).toBe('local');
  });

  test('a name is looked up by what it has published, an entry or not', () => {
    const looked = { kind: 'aws', name: 'prod', published: 'prod', stateMachineArn: undefined };
    expect(resolveEnvironment({ env: 'prod' }, {}, staging)).toMatchObject({ ...looked, configured: false });
    const entry = { environments: { prod: { region: 'eu-west-1', accountId: '123456789012' } } };
    expect(resolveEnvironment({ env: 'prod' }, {}, entry)).toMatchObject({
      ...looked,
      configured: true,
      region: 'eu-west-1',
      accountId: '123456789012',
    });
    expect(resolveEnvironment({ env: 'prod', stateMachineArn: ARN }, {}, nothing)).toMatchObject({
      ...looked,
      stateMachineArn: ARN,
    });
    expect(resolveEnvironment({ stateMachineArn: ARN }, {}, nothing)).toMatchObject({ published: undefined });
  });

  test('a named environment at a loopback endpoint is asked what it is; an unnamed one is the local one', () => {
    expect(resolveEnvironment({ env: 'served' }, {}, staging)).toMatchObject({
      published: 'served',
      stateMachineArn: undefined,
    });
    expect(resolveEnvironment({ endpointUrl: 'http://127.0.0.1:1' }, {}, nothing)).toMatchObject({
      published: 'local',
      stateMachineArn: LOCAL_ARN,
    });
  });

  test('a loopback endpoint is taken for a served local environment', () => {
    expect(resolveEnvironment({ endpointUrl: 'http://127.0.0.1:4599' }, {}, nothing)).toMatchObject({
      kind: 'aws',
      name: 'http://127.0.0.1:4599',
      stateMachineArn: LOCAL_ARN,
      region: 'us-east-1',
    });
    expect(
      resolveEnvironment({ endpointUrl: 'https://vpce.example.com', region: 'eu-west-1' }, {}, nothing),
    ).toMatchObject({
      stateMachineArn: undefined,
      region: 'eu-west-1',
    });
  });

  test.each([
    [{ stateMachineArn: 'orders' }, 'not the ARN of a state machine: orders'],
    [{ env: 'a/b' }, 'not a name of an environment: a/b'],
    [{ env: '' }, 'not a name of an environment: '],
    [{ env: 'x'.repeat(64) }, 'not a name of an environment: xxx'],
    [{ endpointUrl: 'localhost:4599' }, 'not an http or https URL: localhost:4599'],
    [{ env: 'local', stateMachineArn: ARN }, `environment local does not run ${ARN}`],
    [{ stateMachineArn: ARN, region: 'us-east-1' }, 'region us-east-1 is not that of the state machine'],
    [{ stateMachineArn: LOCAL_ARN.replace('order-processing', 'other') }, 'the local environment has no state machine'],
  ])('%j is refused', (flags, message) => {
    expect(() => resolveEnvironment(flags, {}, nothing)).toThrow(message);
  });
});

test('an entry that contradicts its account is refused', () => {
  const configuration = { environments: { prod: { stateMachineArn: ARN, accountId: '210987654321' } } };
  expect(() => resolveEnvironment({ env: 'prod' }, {}, configuration)).toThrow(
    'environment prod is in account 210987654321 by orders.config.json, the state machine in 123456789012',
  );
});

describe('orders.config.json', () => {
  test.each([
    ['{', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['{"environment":1}', '"environment" is not a text'],
    ['{"environments":[]}', '"environments" is not an object'],
    ['{"environments":{"a":1}}', '"environments.a" is not an object'],
    ['{"environments":{"a":{"regoin":"x"}}}', '"environments.a.regoin" is not known'],
    ['{"environments":{"a":{"accountId":"12"}}}', '"environments.a.accountId" is not an account of 12 digits: 12'],
    ['{"environments":{"a":{"region":1}}}', '"environments.a.region" is not a text'],
  ])('%s: %s', (text, message) => {
    expect(() => parseConfiguration(text, '/x/orders.config.json')).toThrow(`/x/orders.config.json: ${message}`);
  });

  test('an empty object says nothing', () => {
    expect(parseConfiguration('{}', 'f')).toEqual({ file: 'f', environments: {} });
  });
});
