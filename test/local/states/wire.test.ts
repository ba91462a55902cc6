import { once } from 'node:events';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { afterTest, localEnvironment, servedEnvironment } from './local-fixture.js';

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function send(port: number, { method = 'POST', headers = {}, body = '' }: Sent) {
  const sent = request({ host: '127.0.0.1', port, method, headers });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [
    NodeJS.ReadableStream & { statusCode: number; headers: Record<string, string> },
  ];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, text };
}

const target = (operation: string) => ({ 'x-amz-target': operation });

describe('the served endpoint', () => {
  test('names errors in the body and in a header, and every answer has a request id', async () => {
    const { port } = await servedEnvironment();
    const answer = await send(port, { headers: target('AWSStepFunctions.DescribeExecution'), body: '{}' });
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-errortype': 'ValidationException',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(JSON.parse(answer.text)).toEqual({
      __type: 'com.amazon.coral.validate#ValidationException',
      message:
        "1 validation error detected: Value null at 'executionArn' failed to satisfy constraint: Member must not be null",
    });
  });

  test.each([
    ['no JSON', '{', 'SerializationException'],
    ['a list', '[]', 'SerializationException'],
    ['a number for a text', '{"executionArn":1}', 'SerializationException'],
  ])('a body with %s', async (_what, body, type) => {
    const { port } = await servedEnvironment();
    const answer = await send(port, { headers: target('AWSStepFunctions.DescribeExecution'), body });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([400, type]);
  });

  test('does not look at the host name: an SDK may have put a prefix there', async () => {
    const { port } = await servedEnvironment();
    const headers = { ...target('AWSStepFunctions.ListStateMachines'), host: `sync-127.0.0.1:${port}` };
    expect((await send(port, { headers, body: '{}' })).status).toBe(200);
  });

  test('refuses requests of web pages', async () => {
    const { port } = await servedEnvironment();
    const headers = { ...target('AWSStepFunctions.ListStateMachines'), origin: 'https://example.org' };
    expect((await send(port, { headers, body: '{}' })).status).toBe(403);
  });

  test('refuses a body above 8 MiB', async () => {
    const { port } = await servedEnvironment();
    const body = 'a'.repeat(8 * 1024 * 1024 + 1);
    expect((await send(port, { headers: target('AWSStepFunctions.ListStateMachines'), body })).status).toBe(413);
  });

  test('answers GetCallerIdentity', async () => {
    const { port } = await servedEnvironment();
    const { text } = await send(port, { body: 'Action=GetCallerIdentity&Version=2011-06-15' });
    expect(text).toContain('<Account>000000000000</Account>');
  });

  test('refuses what it does not offer in the words of the protocol', async () => {
    const { port } = await servedEnvironment();
    const json = await send(port, { headers: target('Kinesis_20131202.ListStreams'), body: '{}' });
    expect(json.text).toContain('The local environment does not offer Kinesis_20131202.ListStreams.');
    const query = await send(port, { body: 'Action=ListQueues&Version=2012-11-05' });
    expect(query.text).toContain(
      '<Message>The local environment does not offer the operation ListQueues over the query protocol.</Message>',
    );
  });

  test('is on loopback only, and a taken port is a failure that names it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    afterTest(async () => {
      taken.close();
    });
    const { port } = taken.address() as AddressInfo;
    await expect(localEnvironment().serve(port)).rejects.toMatchObject({
      name: 'Failure',
      exit: 'usage',
      message: `cannot listen on port ${port} of 127.0.0.1: it is in use`,
    });
  });
});
