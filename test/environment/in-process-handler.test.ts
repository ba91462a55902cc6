import type { SFN } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { createClients } from '../../src/lib/aws/clients.js';
import { InProcessHandler } from '../../src/lib/environment/in-process-handler.js';
import type { WireRequest, WireResponse } from '../../src/lib/local/ports.js';

const JSON_HEADERS = { 'Content-Type': 'application/x-amz-json-1.0' };

function clientOf(answer: (request: WireRequest) => WireResponse): Promise<SFN> {
  return createClients({ requestHandler: new InProcessHandler(async (request) => answer(request)), env: {} }).sfn();
}

test('a request of the SDK arrives as it would on the wire, and its answer comes back', async () => {
  const requests: WireRequest[] = [];
  const sfn = await clientOf((request) => {
    requests.push(request);
    return { status: 200, headers: JSON_HEADERS, body: '{"executions":[{"name":"ö","startDate":1.5}]}' };
  });
  const { executions } = await sfn.listExecutions({
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m',
  });
  expect(executions?.[0]).toMatchObject({ name: 'ö', startDate: new Date(1500) });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ method: 'POST', path: '/', query: {} });
  expect(requests[0]?.headers['x-amz-target']).toBe('AWSStepFunctions.ListExecutions');
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m',
  });
});

test('an error answer becomes the modelled error, and is not asked for again', async () => {
  let calls = 0;
  const sfn = await clientOf(() => {
    calls += 1;
    return { status: 400, headers: JSON_HEADERS, body: '{"__type":"ExecutionDoesNotExist","message":"no"}' };
  });
  await expect(sfn.describeExecution({ executionArn: 'arn' })).rejects.toMatchObject({
    name: 'ExecutionDoesNotExist',
    message: 'no',
  });
  expect(calls).toBe(1);
});

test('a failure of the local environment reaches the caller as it was thrown', async () => {
  const failure = new Error('disk full');
  const sfn = await clientOf(() => {
    throw failure;
  });
  await expect(sfn.describeExecution({ executionArn: 'arn' })).rejects.toBe(failure);
});
