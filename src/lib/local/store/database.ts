import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { Failure } from '../../cli/failure.js';

export type { Database };

/**
 * Opens the one database file of the local environment. SQLite in WAL mode: many processes may read and write it, a
 * process killed at any moment loses no committed transaction (a power cut may lose the last ones: synchronous=NORMAL).
 *
 * @param schemas `CREATE TABLE IF NOT EXISTS ...` texts of the parts that keep tables here.
 * @throws Failure (localStore) when the folder or the file cannot be used.
 */
export function openDatabase(folder: string, schemas: readonly string[]): Database.Database {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = new Database(join(folder, 'orders.db'), { timeout: 10_000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
    for (const schema of schemas) database.exec(schema);
    return database;
  } catch (error) {
    throw storeFailure(error, folder);
  }
}

/** Runs `work` in one write transaction; the lock is taken at its start, so what it reads stays true until it commits. */
export function inTransaction<T>(database: Database.Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Words for what the disk or the file says. */
export function storeFailure(error: unknown, folder: string): Failure {
  const text = error instanceof Error ? error.message : String(error);
  return new Failure('localStore', `cannot use the local store in ${folder}: ${text}`, {
    suggestions: ['check that the folder is writable and the disk has room', 'orders local reset starts with an empty store'],
    cause: error,
  });
}
