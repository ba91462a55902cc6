import { describe, expect, test } from 'vitest';
import { localEnvironment } from '../states/local-fixture.js';
import { ask, started, type Answer } from './ask.js';
import { lambdaEndpoint, task } from './lambda-endpoint.js';

const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/orders-local-confirmation-retries';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:orders-local-confirmations';

/** Runs one Task state to the end of its execution. */
async function run(
  state: object,
  env: NodeJS.ProcessEnv = {},
): Promise<Answer & { local: ReturnType<typeof localEnvironment> }> {
  const local = localEnvironment({ env });
  const executionArn = await started(local, {
    StartAt: 'Only',
    States: { Only: { Type: 'Task', End: true, ...state } },
  });
  await local.drive(executionArn);
  return { ...(await ask(local, 'DescribeExecution', { executionArn })), local };
}

describe('lambda:invoke', () => {
  test('gives the whole envelope', async () => {
    const { env } = await lambdaEndpoint(({ payload }) => ({ result: { got: payload } }));
    const { output } = await run(task('f', { OutputPath: '$' }), env);
    const envelope = JSON.parse(String(output)) as Record<string, unknown>;
    expect(Object.keys(envelope)).toEqual([
      'ExecutedVersion',
      'Payload',
      'SdkHttpMetadata',
      'SdkResponseMetadata',
      'StatusCode',
    ]);
    expect(envelope).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { got: { n: 1 } },
      SdkHttpMetadata: { HttpStatusCode: 200, HttpHeaders: { 'X-Amz-Executed-Version': '$LATEST' } },
      StatusCode: 200,
    });
  });

  test("a function's error gives its type and its whole report", async () => {
    const { env } = await lambdaEndpoint(() => ({ error: 'OutOfStockError', message: 'no mugs' }));
    expect(await run(task('f'), env)).toMatchObject({
      status: 'FAILED',
      error: 'OutOfStockError',
      cause: '{"errorType":"OutOfStockError","errorMessage":"no mugs","trace":[]}',
    });
  });

  test('a function that is not there', async () => {
    expect(await run(task('arn:aws:lambda:us-east-1:000000000000:function:nobody'))).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringMatching(
        /^Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody \(Service: Lambda, Status Code: 404, Request ID: [0-9a-f-]{36}\)$/,
      ) as string,
    });
  });

  test('an endpoint that cannot be reached', async () => {
    expect(await run(task('f'), { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:1' })).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.SdkClientException',
    });
  });
});

test('a function ARN as Resource gets the input and gives the bare result', async () => {
  const { env, calls } = await lambdaEndpoint(() => ({ result: [1] }));
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f:live';
  expect(await run({ Resource: arn }, env)).toMatchObject({ status: 'SUCCEEDED', output: '[1]' });
  expect(calls).toEqual([{ functionName: arn, payload: { n: 1 } }]);
});

test('sqs:sendMessage', async () => {
  const Resource = 'arn:aws:states:::sqs:sendMessage';
  const sent = await run({ Resource, Parameters: { QueueUrl: QUEUE_URL, MessageBody: { 'n.$': '$.n' } } });
  expect(JSON.parse(String(sent['output']))).toMatchObject({
    MessageId: expect.any(String) as string,
    MD5OfMessageBody: expect.any(String) as string,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: expect.any(String) as string },
  });
  expect((await sent.local.snapshot()).queued).toMatchObject([{ body: '{"n":1}' }]);

  const missing = await run({ Resource, Parameters: { QueueUrl: `${QUEUE_URL}-none`, MessageBody: 'x' } });
  expect(missing).toMatchObject({ status: 'FAILED', error: 'SQS.QueueDoesNotExist' });
});

test('sns:publish', async () => {
  const Resource = 'arn:aws:states:::sns:publish';
  const sent = await run({ Resource, Parameters: { TopicArn: TOPIC, Message: { 'n.$': '$.n' }, Subject: 'a & b' } });
  expect(JSON.parse(String(sent['output']))).toMatchObject({ MessageId: expect.any(String) as string });
  expect((await sent.local.snapshot()).messages).toMatchObject([
    { topic: 'orders-local-confirmations', message: '{"n":1}', subject: 'a & b' },
  ]);

  const missing = await run({ Resource, Parameters: { TopicArn: `${TOPIC}-none`, Message: 'x' } });
  expect(missing).toMatchObject({ status: 'FAILED', error: 'SNS.NotFoundException' });
});

test('dynamodb', async () => {
  const Resource = 'arn:aws:states:::dynamodb:getItem';
  const Key = { sku: { S: 'mug-white' } };
  const read = await run({
    Resource,
    Parameters: { TableName: 'orders-local-inventory', Key },
    OutputPath: '$.Item.sku.S',
  });
  expect(read).toMatchObject({ status: 'SUCCEEDED', output: '"mug-white"' });

  const missing = await run({ Resource, Parameters: { TableName: 'none', Key } });
  expect(missing).toMatchObject({ status: 'FAILED', error: 'DynamoDB.ResourceNotFoundException' });
});

describe('callbacks', () => {
  const waiting = {
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { QueueUrl: QUEUE_URL, MessageBody: { 'token.$': '$$.Task.Token' } },
  };

  async function untilItWaits() {
    const local = localEnvironment();
    const executionArn = await started(local, {
      StartAt: 'Only',
      States: { Only: { Type: 'Task', End: true, ...waiting } },
    });
    expect(await local.drive(executionArn, { until: 'idle' })).toMatchObject({ kind: 'idle' });
    const [message] = (await local.snapshot()).queued;
    const { token } = JSON.parse(String(message?.['body'])) as { token: string };
    return { local, executionArn, taskToken: token };
  }

  test('SendTaskSuccess ends the task, whoever drives then', async () => {
    const { local, executionArn, taskToken } = await untilItWaits();
    expect(await ask(local, 'SendTaskSuccess', { taskToken, output: '{"yes":true}' })).toEqual({});
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect(await ask(local, 'DescribeExecution', { executionArn })).toMatchObject({ output: '{"yes":true}' });
    expect(await ask(local, 'SendTaskSuccess', { taskToken, output: '1' })).toMatchObject({
      message: `Task Timed Out: '${waiting.Resource}'`,
    });
  });

  test('SendTaskFailure fails it', async () => {
    const { local, executionArn, taskToken } = await untilItWaits();
    await ask(local, 'SendTaskFailure', { taskToken, error: 'No', cause: 'because' });
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'FAILED' });
    expect(await ask(local, 'DescribeExecution', { executionArn })).toMatchObject({ error: 'No', cause: 'because' });
  });

  test('a token nobody has given out', async () => {
    const { local } = await untilItWaits();
    expect(await ask(local, 'SendTaskSuccess', { taskToken: 'x', output: '1' })).toMatchObject({
      message: `Invalid Token: 'Invalid token'`,
    });
    expect(await ask(local, 'SendTaskSuccess', { taskToken: 'x', output: 'no json' })).toMatchObject({
      __type: 'com.amazonaws.swf.service.v2.model#InvalidOutput',
    });
  });
});
