import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalSources, WireRequest, WireService } from '../../../src/lib/local/ports.js';
import { openDatabase, type Database } from '../../../src/lib/local/store/database.js';

/** A clock that stands until it is moved, and ids that count. */
export class TestSources implements LocalSources {
  time = Date.UTC(2026, 10, 22, 12);
  #ids = 0;

  now(): number {
    return this.time;
  }

  random(): number {
    return 0.5;
  }

  uuid(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}

export interface ServedServices {
  readonly url: string;
  readonly port: number;
  readonly database: Database.Database;
  readonly sources: TestSources;
  /** What every AWS client needs. */
  readonly client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  close(): Promise<void>;
}

/** Puts services over a fresh database on a loopback port; status 0 breaks the connection. */
export async function serveServices(
  schemas: readonly string[],
  make: (database: Database.Database, sources: TestSources) => readonly WireService[],
): Promise<ServedServices> {
  const folder = mkdtempSync(join(tmpdir(), 'orders-services-'));
  const database = openDatabase(folder, schemas);
  const sources = new TestSources();
  const services = make(database, sources);
  const server = createServer((request, response) => void answer(services, request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    database,
    sources,
    client: {
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answer(
  services: readonly WireService[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const wire: WireRequest = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers as Record<string, string>,
    body: Buffer.concat(chunks).toString('utf8'),
  };
  try {
    for (const service of services) {
      const result = await service(wire);
      if (result === undefined) continue;
      if (result.status === 0) request.socket.destroy();
      else response.writeHead(result.status, { ...result.headers }).end(result.body);
      return;
    }
    response.writeHead(404).end('no service');
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}
