import { createHash } from 'node:crypto';
import type { OrderInput } from '../execution/order-file.js';

/** Where an order's id was met. */
export interface Met {
  /** The entry that counts: the first with this id. */
  readonly number: number;
  readonly line: number;
  /** Another entry with this id has another content: nobody can tell which is meant. */
  readonly contradicted: boolean;
}

interface Statement {
  run(...values: unknown[]): unknown;
  get(...values: unknown[]): unknown;
}

interface Row {
  readonly number: number;
  readonly line: number;
  readonly digest: string;
  readonly contradicted: number;
}

/**
 * Which order ids a file holds, and which of them more than once. It lies in a temporary file of SQLite, which is gone
 * with the process, so that its size does not count in memory.
 */
export class OrderIndex {
  private readonly statements = new Map<string, Statement>();

  private constructor(
    private readonly database: {
      exec(sql: string): void;
      close(): void;
      prepare(sql: string): Statement;
    },
  ) {}

  static async create(): Promise<OrderIndex> {
    const { default: Database } = await import('libsql');
    const database = new Database('');
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    database.exec(
      'CREATE TABLE met (id TEXT PRIMARY KEY, number INTEGER, line INTEGER, digest TEXT, contradicted INTEGER) WITHOUT ROWID',
    );
    return new OrderIndex(database);
  }

  /** @returns false when the id was there before */
  add(order: OrderInput, number: number, line: number): boolean {
    const digest = createHash('sha256').update(order.input).digest('base64');
    const before = this.row(order.orderId);
    if (before === undefined) {
      this.prepared('INSERT INTO met VALUES (?, ?, ?, ?, 0)').run(order.orderId, number, line, digest);
      return true;
    }
    if (before.digest !== digest) this.prepared('UPDATE met SET contradicted = 1 WHERE id = ?').run(order.orderId);
    return false;
  }

  find(orderId: string): Met | undefined {
    const row = this.row(orderId);
    return row === undefined ? undefined : { number: row.number, line: row.line, contradicted: row.contradicted === 1 };
  }

  close(): void {
    this.database.close();
  }

  private prepared(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (statement === undefined) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }

  private row(orderId: string): Row | undefined {
    return this.prepared('SELECT number, line, digest, contradicted FROM met WHERE id = ?').get(orderId) as
      Row | undefined;
  }
}
