import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

/** One call that has to come, and what is answered. Calls come in the order of the script. */
export interface ScriptedCall {
  /** As in X-Amz-Target, without the service: `DescribeExecution`. */
  readonly action: string;
  /** When given, the request's body has to equal it. */
  readonly input?: unknown;
  readonly output?: unknown;
  /** `type` becomes `__type`; `status` is 400 unless given. */
  readonly error?: { readonly type: string; readonly message?: string; readonly status?: number };
  /** The connection is cut in place of an answer. */
  readonly cut?: boolean;
}

export interface WireStub {
  readonly url: string;
  /** Whose key each request was signed with, in order. */
  readonly accessKeys: readonly string[];
  /** Closes. @throws Error for calls that were not expected and for replies that nobody asked for. */
  finish(): Promise<void>;
}

/**
 * An AWS of few words: it speaks the awsJson protocol on a loopback port, answers what the script says, and notes every
 * departure from it.
 */
export async function startWireStub(script: readonly ScriptedCall[]): Promise<WireStub> {
  const left = [...script];
  const faults: string[] = [];
  const accessKeys: string[] = [];
  const server = createServer((request, response) => {
    accessKeys.push(/Credential=([^/]+)\//u.exec(request.headers.authorization ?? '')?.[1] ?? 'unsigned');
    void answer(request, response, left, faults);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    accessKeys,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async finish() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const call of left) faults.push(`nobody asked for ${call.action}`);
      if (faults.length > 0) throw new Error(`the wire saw something else than the script:\n${faults.join('\n')}`);
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  left: ScriptedCall[],
  faults: string[],
): Promise<void> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  const action = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? `${request.method} ${request.url}`;
  const input = text === '' ? undefined : (JSON.parse(text) as unknown);
  const expected = left[0];
  if (expected?.action !== action) {
    faults.push(`unexpected call ${action} ${text}${expected === undefined ? '' : `, expected ${expected.action}`}`);
    // 418 is nothing AWS says, so no client retries it.
    return send(response, 418, { __type: 'UnexpectedCall', message: `the script has no ${action} here` });
  }
  left.shift();
  if ('input' in expected && !isDeepStrictEqual(input, expected.input)) faults.push(`${action} came with ${text}`);
  if (expected.cut === true) return void response.destroy();
  const { error } = expected;
  if (error === undefined) return send(response, 200, expected.output ?? {});
  return send(response, error.status ?? 400, { __type: error.type, message: error.message });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'stub' });
  response.end(JSON.stringify(body));
}
