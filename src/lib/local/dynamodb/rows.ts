import { inTransaction, type Database } from '../store/database.js';
import type { AttributeValue, Item } from './attribute-value.js';
import { ItemStore } from './item-store.js';
import { plainItem } from './plain-item.js';
import { keyOfItem, type TableDefinition } from './table-definition.js';

/** Makes a table that is not there yet. */
export function ensureTable(database: Database.Database, definition: TableDefinition, now: number): void {
  const store = new ItemStore(database);
  if (store.table(definition.name) !== undefined) return;
  inTransaction(database, () => {
    if (store.table(definition.name) === undefined) store.createTable(definition, now);
  });
}

/** Puts rows (plain JSON) whose keys are not taken yet, e.g. demo stock. @returns how many were put. */
export function addMissingRows(database: Database.Database, tableName: string, rows: readonly object[]): number {
  const store = new ItemStore(database);
  return inTransaction(database, () => {
    const table = store.table(tableName);
    if (table === undefined) throw new Error(`there is no table ${tableName}`);
    let put = 0;
    for (const row of rows) {
      const item = attributesOf(row);
      const key = keyOfItem(table, item);
      if (store.get(table, key) !== undefined) continue;
      store.put(table, key, item, undefined);
      put += 1;
    }
    return put;
  });
}

/** All rows of a table as plain JSON, in key order; none when there is no such table. */
export function readRows(database: Database.Database, tableName: string): readonly Record<string, unknown>[] {
  const store = new ItemStore(database);
  const table = store.table(tableName);
  if (table === undefined) return [];
  return store.rows(table, undefined, { forward: true }, -1).map(plainItem);
}

function attributesOf(row: object): Item {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, attributeOf(value)]),
  );
}

function attributeOf(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  if (typeof value === 'object') return { M: attributesOf(value) };
  throw new TypeError(`no attribute can hold a ${typeof value}`);
}
