import { expect, test } from 'vitest';
import { localEnvironment } from './local-fixture.js';

test.each(['/2015-03-31/functions', '/2015-03-31/functions/'])('GET %s lists the bundled functions', async (path) => {
  const local = localEnvironment();
  const { status, body } = await local.handle({ method: 'GET', path, query: {}, headers: {}, body: '' });
  expect(status).toBe(200);
  const { Functions: functions } = JSON.parse(body) as { Functions: { FunctionName: string; FunctionArn: string }[] };
  expect(functions).toHaveLength(9);
  expect(functions[0]).toMatchObject({
    FunctionName: 'orders-local-validate-order',
    FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders-local-validate-order',
    LoggingConfig: { LogGroup: '/aws/lambda/orders-local-validate-order' },
  });
});

test('an operation that no service offers over the query protocol is refused in XML', async () => {
  const local = localEnvironment();
  const { status, headers, body } = await local.handle({
    method: 'POST',
    path: '/',
    query: {},
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/sqs/aws4_request, SignedHeaders=host',
    },
    body: 'Action=ListQueues&Version=2012-11-05',
  });
  expect(status).toBe(400);
  expect(headers['content-type']).toBe('text/xml');
  expect(body).toContain('<Code>InvalidAction</Code>');
  expect(body).toContain('ListQueues');
});
