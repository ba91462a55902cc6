import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterTest } from '../states/local-fixture.js';

export interface LambdaCall {
  readonly functionName: string;
  readonly payload: unknown;
}

type Reply = { readonly result: unknown } | { readonly error: string; readonly message: string } | 'never';

/** Functions on a loopback port, spoken to as Lambda: `reply` says how each call ends. */
export async function lambdaEndpoint(reply: (call: LambdaCall, count: number) => Reply | Promise<Reply>) {
  const calls: LambdaCall[] = [];
  let changed = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const functionName = decodeURIComponent(request.url?.split('/')[3] ?? '');
      const call = { functionName, payload: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown };
      calls.push(call);
      changed();
      void Promise.resolve(reply(call, calls.length)).then((answer) => {
        if (answer === 'never') return;
        if ('result' in answer) {
          response.end(JSON.stringify(answer.result));
        } else {
          response.setHeader('x-amz-function-error', 'Unhandled');
          response.end(JSON.stringify({ errorType: answer.error, errorMessage: answer.message, trace: [] }));
        }
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  );
  return {
    calls,
    env: { AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    /** Resolves when so many calls have come. */
    called: (count: number) =>
      new Promise<void>((resolve) => {
        changed = () => {
          if (calls.length >= count) resolve();
        };
        changed();
      }),
  };
}

/** A Task that calls a function by lambda:invoke. */
export function task(functionName: string, more: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: functionName, 'Payload.$': '$' },
    OutputPath: '$.Payload',
    End: true,
    ...more,
  };
}
