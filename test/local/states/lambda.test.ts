import { describe, expect, test } from 'vitest';
import type { WireRequest } from '../../../src/lib/local/index.js';
import { lambdaEndpoint } from '../driver/lambda-endpoint.js';
import { localEnvironment } from './local-fixture.js';

const path = (name: string, rest = '') => `/2015-03-31/functions/${encodeURIComponent(name)}${rest}`;
const request = (method: string, at: string, more: Partial<WireRequest> = {}): WireRequest => ({
  method,
  path: at,
  query: {},
  headers: {},
  body: '',
  ...more,
});

describe("Lambda's REST API", () => {
  test('describes the bundled functions by name and by ARN', async () => {
    const local = localEnvironment();
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:orders-local-validate-order';
    for (const name of ['orders-local-validate-order', `${arn}:live`]) {
      const { status, body } = await local.handle(request('GET', path(name, '/configuration')));
      expect(status).toBe(200);
      expect(JSON.parse(body)).toMatchObject({
        FunctionName: 'orders-local-validate-order',
        FunctionArn: arn,
        LoggingConfig: { LogGroup: '/aws/lambda/orders-local-validate-order' },
      });
    }
    const whole = await local.handle(request('GET', path('orders-local-validate-order')));
    expect(JSON.parse(whole.body)).toMatchObject({ Configuration: { FunctionArn: arn } });
  });

  test('does not know others', async () => {
    const local = localEnvironment();
    for (const one of [
      request('GET', path('nobody')),
      request('POST', path('nobody', '/invocations'), { body: '{}' }),
    ]) {
      const { status, headers, body } = await local.handle(one);
      expect(status).toBe(404);
      expect(headers['x-amzn-errortype']).toBe('ResourceNotFoundException');
      expect(JSON.parse(body)).toMatchObject({ message: expect.stringMatching(/^Function not found: /) as string });
    }
  });

  test('passes others on to an endpoint that was given', async () => {
    const { env, calls } = await lambdaEndpoint(({ functionName }) =>
      functionName.startsWith('bad') ? { error: 'Bad', message: 'no' } : { result: { fine: true } },
    );
    const local = localEnvironment({ env });
    const fine = await local.handle(
      request('POST', path('good', '/invocations'), { body: '{"a":1}', query: { Qualifier: 'live' } }),
    );
    expect(fine).toMatchObject({ status: 200, body: '{"fine":true}' });
    expect(calls).toEqual([{ functionName: 'good:live', payload: { a: 1 } }]);
    const bad = await local.handle(request('POST', path('bad', '/invocations')));
    expect(bad.headers['x-amz-function-error']).toBe('Unhandled');
    expect(JSON.parse(bad.body)).toMatchObject({ errorType: 'Bad' });
  });
});
