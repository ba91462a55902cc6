import type { Database } from '../store/database.js';
import type { Item } from './attribute-value.js';
import { keyInIndex, type IndexDefinition, type StoredKey, type TableDefinition } from './table-definition.js';

/** Rows are kept as DynamoDB's JSON; index entries point at rows. */
export const dynamoDbSchema = `
CREATE TABLE IF NOT EXISTS dynamodb_tables (
  name TEXT PRIMARY KEY, definition TEXT NOT NULL, created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dynamodb_items (
  table_name TEXT NOT NULL, hash TEXT NOT NULL, range TEXT NOT NULL, item TEXT NOT NULL,
  PRIMARY KEY (table_name, hash, range)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dynamodb_index_entries (
  table_name TEXT NOT NULL, index_name TEXT NOT NULL, index_hash TEXT NOT NULL, index_range TEXT NOT NULL,
  hash TEXT NOT NULL, range TEXT NOT NULL,
  PRIMARY KEY (table_name, index_name, index_hash, index_range, hash, range)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dynamodb_tokens (
  token TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS dynamodb_tokens_by_expiry ON dynamodb_tokens (expires_at);
`;

/** Where a page of a query or scan goes on: after this row. */
export interface Position extends StoredKey {
  readonly index?: StoredKey;
}

export interface RowRange {
  /** One partition, or (scan) all. */
  readonly hash?: string;
  readonly lowest?: { readonly text: string; readonly inclusive: boolean };
  readonly highest?: { readonly text: string; readonly inclusive: boolean };
  /** Sort keys that begin so. */
  readonly prefix?: string;
  readonly forward: boolean;
  readonly after?: Position;
}

/** Reads and writes rows of one database; the caller holds the transaction. */
export class ItemStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  table(name: string): TableDefinition | undefined {
    const row = this.#get<{ definition: string }>('SELECT definition FROM dynamodb_tables WHERE name = ?', name);
    return row === undefined ? undefined : (JSON.parse(row.definition) as TableDefinition);
  }

  createdAt(name: string): number {
    return (
      this.#get<{ created_at: number }>('SELECT created_at FROM dynamodb_tables WHERE name = ?', name)?.created_at ?? 0
    );
  }

  tableNames(): readonly string[] {
    return this.#all<{ name: string }>('SELECT name FROM dynamodb_tables ORDER BY name').map(({ name }) => name);
  }

  createTable(definition: TableDefinition, now: number): void {
    this.#run('INSERT INTO dynamodb_tables VALUES (?, ?, ?)', definition.name, JSON.stringify(definition), now);
  }

  deleteTable(name: string): void {
    this.#run('DELETE FROM dynamodb_index_entries WHERE table_name = ?', name);
    this.#run('DELETE FROM dynamodb_items WHERE table_name = ?', name);
    this.#run('DELETE FROM dynamodb_tables WHERE name = ?', name);
  }

  countItems(name: string): number {
    return this.#get<{ n: number }>('SELECT count(*) AS n FROM dynamodb_items WHERE table_name = ?', name)?.n ?? 0;
  }

  get(table: TableDefinition, key: StoredKey): Item | undefined {
    const sql = 'SELECT item FROM dynamodb_items WHERE table_name = ? AND hash = ? AND range = ?';
    const row = this.#get<{ item: string }>(sql, table.name, key.hash, key.range);
    return row === undefined ? undefined : (JSON.parse(row.item) as Item);
  }

  put(table: TableDefinition, key: StoredKey, item: Item, old: Item | undefined): void {
    const sql = 'INSERT OR REPLACE INTO dynamodb_items VALUES (?, ?, ?, ?)';
    this.#run(sql, table.name, key.hash, key.range, JSON.stringify(item));
    this.#moveIndexEntries(table, key, old, item);
  }

  delete(table: TableDefinition, key: StoredKey, old: Item | undefined): void {
    const sql = 'DELETE FROM dynamodb_items WHERE table_name = ? AND hash = ? AND range = ?';
    this.#run(sql, table.name, key.hash, key.range);
    this.#moveIndexEntries(table, key, old, undefined);
  }

  /** Up to `count` rows of a range in key order. */
  rows(table: TableDefinition, index: IndexDefinition | undefined, range: RowRange, count: number): readonly Item[] {
    const [from, hash, sort] =
      index === undefined
        ? ['dynamodb_items AS e', 'e.hash', 'e.range']
        : [
            'dynamodb_index_entries AS e JOIN dynamodb_items AS i USING (table_name, hash, range)',
            'e.index_hash',
            'e.index_range',
          ];
    const where = ['e.table_name = ?'];
    const values: string[] = [table.name];
    const condition = (sql: string, ...bound: string[]): void => {
      where.push(sql);
      values.push(...bound);
    };
    if (index !== undefined) condition('e.index_name = ?', index.name);
    if (range.hash !== undefined) condition(`${hash} = ?`, range.hash);
    if (range.lowest !== undefined) condition(`${sort} ${range.lowest.inclusive ? '>=' : '>'} ?`, range.lowest.text);
    if (range.highest !== undefined) condition(`${sort} ${range.highest.inclusive ? '<=' : '<'} ?`, range.highest.text);
    if (range.prefix !== undefined) {
      condition(`${sort} >= ? AND substr(${sort}, 1, length(?)) = ?`, range.prefix, range.prefix, range.prefix);
    }
    const order = index === undefined ? ['e.hash', 'e.range'] : ['e.index_hash', 'e.index_range', 'e.hash', 'e.range'];
    if (range.after !== undefined) {
      const { after } = range;
      const places = order.map(() => '?').join(', ');
      const bound = [
        ...(after.index === undefined ? [] : [after.index.hash, after.index.range]),
        after.hash,
        after.range,
      ];
      condition(`(${order.join(', ')}) ${range.forward ? '>' : '<'} (${places})`, ...bound);
    }
    const direction = range.forward ? 'ASC' : 'DESC';
    const sql =
      `SELECT item FROM ${from} WHERE ${where.join(' AND ')} ` +
      `ORDER BY ${order.map((column) => `${column} ${direction}`).join(', ')} LIMIT ${count}`;
    return this.#all<{ item: string }>(sql, ...values).map(({ item }) => JSON.parse(item) as Item);
  }

  /** The fingerprint of the request that used this token in the time it is remembered. */
  tokenFingerprint(token: string, now: number): string | undefined {
    this.#run('DELETE FROM dynamodb_tokens WHERE expires_at <= ?', now);
    return this.#get<{ fingerprint: string }>('SELECT fingerprint FROM dynamodb_tokens WHERE token = ?', token)
      ?.fingerprint;
  }

  rememberToken(token: string, fingerprint: string, expiresAt: number): void {
    this.#run('INSERT OR REPLACE INTO dynamodb_tokens VALUES (?, ?, ?)', token, fingerprint, expiresAt);
  }

  #moveIndexEntries(table: TableDefinition, key: StoredKey, old: Item | undefined, item: Item | undefined): void {
    for (const index of table.indexes) {
      const before = old === undefined ? undefined : keyInIndex(index, old);
      const after = item === undefined ? undefined : keyInIndex(index, item);
      if (before?.hash === after?.hash && before?.range === after?.range) continue;
      if (before !== undefined) {
        const sql =
          'DELETE FROM dynamodb_index_entries WHERE table_name = ? AND index_name = ? AND index_hash = ? AND index_range = ? AND hash = ? AND range = ?';
        this.#run(sql, table.name, index.name, before.hash, before.range, key.hash, key.range);
      }
      if (after !== undefined) {
        const sql = 'INSERT OR REPLACE INTO dynamodb_index_entries VALUES (?, ?, ?, ?, ?, ?)';
        this.#run(sql, table.name, index.name, after.hash, after.range, key.hash, key.range);
      }
    }
  }

  #statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #get<Row>(sql: string, ...values: (string | number)[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  #all<Row>(sql: string, ...values: (string | number)[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  #run(sql: string, ...values: (string | number)[]): void {
    this.#statement(sql).run(...values);
  }
}
