import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { invokeFunction } from './functions.js';

export interface LambdaStub {
  readonly url: string;
  /** From now on these functions behave so; any other returns its event, as the mocked ones of the recordings did. */
  know(functions: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

/** The recordings' functions behind Lambda's Invoke API on a loopback port. One that sleeps never answers: all of those time out. */
export async function startLambdaStub(): Promise<LambdaStub> {
  const behaviours = new Map<string, string>();
  let count = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const name = decodeURIComponent(request.url?.split('/')[3] ?? '');
      const behaviour = [...behaviours].find(([known]) => name.includes(known))?.[1] ?? 'echo_function';
      const requestId = `request-${(count += 1)}`;
      const answer = invokeFunction(behaviour, Buffer.concat(chunks).toString('utf8'), requestId);
      if (answer.after > 0) return;
      response.setHeader('x-amzn-requestid', requestId);
      response.setHeader('x-amz-executed-version', '$LATEST');
      response.setHeader('x-amzn-trace-id', 'root=1-0');
      if (request.headers['x-amz-log-type'] === 'Tail') response.setHeader('x-amz-log-result', 'TG9n');
      if (answer.failed !== undefined) response.setHeader('x-amz-function-error', 'Unhandled');
      response.end(answer.payload);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    know: (functions) => {
      for (const [name, behaviour] of Object.entries(functions)) behaviours.set(name, behaviour);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
