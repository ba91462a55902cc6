import { expect, test } from 'vitest';
import { localEnvironment } from '../states/local-fixture.js';

function parameters() {
  const local = localEnvironment();
  return async (operation: string, body: object) => {
    const request = { method: 'POST', path: '/', query: {}, body: JSON.stringify(body) };
    const answer = await local.handle({ ...request, headers: { 'x-amz-target': `AmazonSSM.${operation}` } });
    return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
  };
}

test('GetParameter gives what the local environment publishes about itself', async () => {
  const ask = parameters();
  const { status, body } = await ask('GetParameter', { Name: '/orders/local/deployment' });
  expect(status).toBe(200);
  const parameter = body['Parameter'] as { Value: string; ARN: string };
  expect(parameter.ARN).toBe('arn:aws:ssm:us-east-1:000000000000:parameter/orders/local/deployment');
  expect(parameter.Value.length).toBeLessThan(4096);
  expect(JSON.parse(parameter.Value)).toMatchObject({
    schemaVersion: 1,
    environment: 'local',
    region: 'us-east-1',
    accountId: '000000000000',
    stateMachine: {
      arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:order-processing',
      aliasArn: null,
      type: 'STANDARD',
      logGroup: '/aws/vendedlogs/states/order-processing',
    },
    functions: {
      'validate-order': {
        name: 'orders-local-validate-order',
        alias: 'live',
        logGroup: '/aws/lambda/orders-local-validate-order',
      },
    },
    tables: { orders: 'orders-local-orders', payments: 'orders-local-payments' },
  });
  const byArn = await ask('GetParameter', { Name: parameter.ARN });
  expect(byArn.body).toMatchObject({ Parameter: { Value: parameter.Value } });
});

test('another name is not found; several are sorted by whether they are', async () => {
  const ask = parameters();
  expect(await ask('GetParameter', { Name: '/orders/other/deployment' })).toMatchObject({
    status: 400,
    body: { __type: 'ParameterNotFound' },
  });
  expect((await ask('GetParameters', { Names: ['/orders/local/deployment', '/x'] })).body).toMatchObject({
    Parameters: [{ Name: '/orders/local/deployment' }],
    InvalidParameters: ['/x'],
  });
  expect(await ask('PutParameter', { Name: '/x' })).toMatchObject({ body: { __type: 'UnknownOperationException' } });
});
