import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../../cli/failure.js';
import type { WireRequest, WireResponse } from '../ports.js';

/** Above what any of the services accepts (Lambda's 6 MB are the largest). */
const BODY_LIMIT = 8 * 1024 * 1024;

export interface LoopbackServer {
  readonly port: number;
  close(): Promise<void>;
}

type Handle = (request: WireRequest) => Promise<WireResponse>;

/**
 * Puts a handler on 127.0.0.1 and nowhere else. Host names are not looked at, so a prefixed one (`sync-127.0.0.1`) works.
 * Requests with an Origin come from a web page, never from a tool, and are refused.
 *
 * @param port 0 for any free one.
 * @throws Failure (usage) when the port is taken or not allowed.
 */
export function listenOnLoopback(handle: Handle, port: number): Promise<LoopbackServer> {
  const server = createServer((request, response) => void answer(handle, request, response));
  // Longer than the SDKs keep idle sockets, so that none is closed under a request that is being sent.
  server.keepAliveTimeout = 75_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(portFailure(port, error));
    });
    server.listen(port, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => {
              closed();
            });
            server.closeAllConnections();
          }),
      });
    });
  });
}

function portFailure(port: number, error: NodeJS.ErrnoException): Failure {
  const reason = error.code === 'EADDRINUSE' ? 'it is in use' : error.message;
  return new Failure('usage', `cannot listen on port ${port} of 127.0.0.1: ${reason}`, {
    suggestions: ['choose another port, or 0 for any free one'],
    cause: error,
  });
}

async function answer(handle: Handle, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let result: WireResponse;
  try {
    const body = await readBody(request);
    if (request.headers.origin !== undefined) result = plain(403, 'requests of web pages are refused');
    else if (body === undefined) result = plain(413, `a body of more than ${BODY_LIMIT} bytes is refused`);
    else result = await handle(wireRequest(request, body));
  } catch (error) {
    result = plain(500, error instanceof Error ? error.message : String(error));
  }
  if (response.destroyed) return;
  // A fake that plays a broken connection.
  if (result.status === 0) {
    response.destroy();
    return;
  }
  const { status, headers, body } = result;
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  // A text leaves in one packet with the head; a buffer would be a second one.
  response.end(body);
}

function plain(status: number, message: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': status === 500 ? 'InternalFailure' : 'Refused' },
    body: JSON.stringify({ message }),
  };
}

/** `undefined` when it is too long; it is read to its end all the same, or the client would not hear the answer. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
    });
    request.on('end', () => {
      resolve(size > BODY_LIMIT ? undefined : Buffer.concat(chunks).toString('utf8'));
    });
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new Error('the client went away in the middle of its request'));
    });
  });
}

function wireRequest(request: IncomingMessage, body: string): WireRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method: request.method ?? 'GET', ...pathAndQuery(request.url ?? '/'), headers, body };
}

function pathAndQuery(target: string): Pick<WireRequest, 'path' | 'query'> {
  // All there is in the JSON protocols.
  if (target === '/') return { path: '/', query: {} };
  const url = new URL(target, 'http://127.0.0.1');
  return { path: url.pathname, query: Object.fromEntries(url.searchParams) };
}
