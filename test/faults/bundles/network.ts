import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { CONNECTION_RESET } from '../../../src/lib/local/stripe/stripe-fake.js';
import type { WireResponse } from '../../../src/lib/local/ports.js';
import type { OutsideRequest, ServiceName } from '../outside-request.js';
import { currentScope, type CallScope } from './call-scope.js';

export const AWS_ENDPOINT = 'http://aws.faults.invalid';
export const STRIPE_ENDPOINT = 'http://stripe.faults.invalid/stripe';
const HOSTS = /\.faults\.invalid$/;

/** Carries a request of a call out. Rejects when the connection is to break. */
export type CarryFor = (call: object, request: OutsideRequest) => Promise<WireResponse>;

/**
 * Node's own HTTP between the functions' clients and the simulation, over streams in the process instead of sockets:
 * nothing waits for the kernel, so that when no promise and no tick is left, every function waits for the simulation.
 */
export class Network {
  private readonly server: Server;
  private readonly open = new Set<End>();
  private carry: CarryFor | undefined;

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
    const connectForReal = Agent.prototype.createConnection.bind(Agent.prototype);
    Agent.prototype.createConnection = (options, connected) =>
      HOSTS.test(options.host ?? '') ? this.connect() : connectForReal(options, connected);
  }

  /** Forgets the connections of the last run; requests go here from now on. */
  lead(carry: CarryFor): void {
    this.carry = carry;
    for (const end of this.open) end.destroy();
    this.open.clear();
  }

  /** A connection serves one request, so that the code that opens it is the one whose request it is. */
  private connect(): Duplex {
    const scope = currentScope();
    if (scope === undefined) throw new Error('only functions of a run have this network');
    const client = new End(undefined);
    const server = new End(scope);
    client.peer = server;
    server.peer = client;
    for (const end of [client, server]) {
      this.open.add(end);
      end.once('close', () => this.open.delete(end));
    }
    this.server.emit('connection', server);
    return client;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { scope } = request.socket as unknown as End;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (scope === undefined || this.carry === undefined) throw new Error('nobody made this request');
    const abandoned = new Promise<void>((resolve) => request.socket.once('close', resolve));
    const asked = { ...outsideRequest(request, Buffer.concat(chunks).toString('utf8')), abandoned };
    const answer = await this.carry(scope.call, asked).catch(() => undefined);
    if (response.destroyed) return;
    if (answer === undefined || answer.status === CONNECTION_RESET) {
      (request.socket as unknown as End).peer?.destroy(
        Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
      );
      return;
    }
    // The real time would make the SDKs correct a clock that they think is wrong, and try again.
    response.sendDate = false;
    const length = String(Buffer.byteLength(answer.body));
    response.writeHead(answer.status, { ...answer.headers, 'content-length': length, connection: 'close' });
    response.end(answer.body);
  }
}

/** One end of a connection; what is written to it can be read at the other. */
class End extends Duplex {
  peer: End | undefined;
  /** What HTTP asks a socket for. */
  readonly connecting = false;
  readonly encrypted = false;

  constructor(readonly scope: CallScope | undefined) {
    super();
  }

  override _read(): void {
    // What there is was pushed when it was written.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const { peer } = this;
    process.nextTick(() => {
      if (peer?.destroyed === false) peer.push(chunk);
      done();
    });
  }

  override _final(done: () => void): void {
    const { peer } = this;
    process.nextTick(() => {
      if (peer?.destroyed === false) peer.push(null);
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { peer } = this;
    process.nextTick(() => peer?.destroy());
    done(error);
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

function outsideRequest(request: IncomingMessage, body: string): OutsideRequest {
  const url = new URL(request.url ?? '/', 'http://network');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
  const method = request.method ?? 'GET';
  const wire = { method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body };
  const target = headers['x-amz-target'];
  if (target !== undefined) {
    const service: ServiceName = target.startsWith('DynamoDB') ? 'dynamodb' : 'secretsmanager';
    return { service, operation: target.slice(target.indexOf('.') + 1), wire };
  }
  if (url.pathname.startsWith('/stripe/')) {
    const operation = `${method} ${url.pathname.slice('/stripe'.length).replace(/pi_\w+/, ':id')}`;
    return { service: 'stripe', operation, wire };
  }
  return { service: 'sns', operation: new URLSearchParams(body).get('Action') ?? '', wire };
}
