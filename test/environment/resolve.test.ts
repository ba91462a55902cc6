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

  test('a name nothing is known about works with a machine, and only then', () => {
    expect(resolveEnvironment({ env: 'prod', stateMachineArn: ARN }, {}, nothing)).toMatchObject({
      kind: 'aws',
      name: 'prod',
    });
    expect(() => resolveEnvironment({ env: 'prod' }, {}, staging)).toThrow('nothing is known about environment prod');
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
    [{ endpointUrl: 'localhost:4599' }, 'not an http or https URL: localhost:4599'],
    [{ env: 'local', stateMachineArn: ARN }, `environment local does not run ${ARN}`],
    [{ stateMachineArn: ARN, region: 'us-east-1' }, 'region us-east-1 is not that of the state machine'],
    [{ stateMachineArn: LOCAL_ARN.replace('order-processing', 'other') }, 'the local environment has no state machine'],
  ])('%j is refused', (flags, message) => {
    expect(() => resolveEnvironment(flags, {}, nothing)).toThrow(message);
  });
});

describe('orders.config.json', () => {
  test.each([
    ['{', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['{"environment":1}', '"environment" is not a text'],
    ['{"environments":[]}', '"environments" is not an object'],
    ['{"environments":{"a":1}}', '"environments.a" is not an object'],
    ['{"environments":{"a":{"regoin":"x"}}}', '"environments.a.regoin" is not known'],
    ['{"environments":{"a":{"region":1}}}', '"environments.a.region" is not a text'],
  ])('%s: %s', (text, message) => {
    expect(() => parseConfiguration(text, '/x/orders.config.json')).toThrow(`/x/orders.config.json: ${message}`);
  });

  test('an empty object says nothing', () => {
    expect(parseConfiguration('{}', 'f')).toEqual({ file: 'f', environments: {} });
  });
});
