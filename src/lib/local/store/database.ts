import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
    makeFolder(folder);
    const database = new Database(join(folder, 'orders.db'), { timeout: PATIENCE_MS });
    patiently(() => {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
      for (const schema of schemas) database.exec(schema);
    });
    return database;
  } catch (error) {
    throw storeFailure(error, folder);
  }
}

/** How long a lock of another process is waited for. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 10;

/**
 * Repeats what another process's lock refuses. SQLite waits by itself in most cases, but not where two connections to a new
 * file switch to WAL at once: one of them is refused on the spot, to keep both from waiting for each other. It blocks, as
 * SQLite's own waiting does.
 */
export function patiently<T>(work: () => T): T {
  for (let waited = 0; ; waited += PAUSE_MS) {
    try {
      return work();
    } catch (error) {
      const { code } = (error ?? {}) as { readonly code?: unknown };
      if (waited >= PATIENCE_MS || typeof code !== 'string' || !code.startsWith('SQLITE_BUSY')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

/**
 * Closes; what this connection has committed is on the disk itself after it, power cut or not, and the write-ahead log
 * stays short. PASSIVE waits for no other process.
 */
export function closeDatabase(database: Database.Database): void {
  try {
    const { changes } = database.prepare('SELECT total_changes() AS changes').get() as { changes: number };
    if (changes > 0) database.prepare('PRAGMA wal_checkpoint(PASSIVE)').all();
  } catch {
    // On a full or broken disk the log keeps what it has, and somebody has heard of it by now.
  } finally {
    database.close();
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

/** Made with all above it; `recursive` alone would try for ever where the system refuses new folders (/proc on Node 20). */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been first.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Words for what the disk or the file says. */
export function storeFailure(error: unknown, folder: string): Failure {
  const { said, advice } = explained(error);
  return new Failure('localStore', `cannot use the local store in ${folder}: ${said}`, {
    suggestions: advice,
    cause: error,
  });
}

const WRITABLE = 'check that the folder is there, writable, and that the disk has room';
const ELSEWHERE = 'ORDERS_LOCAL_DIR names another folder';
const RESET = 'orders local reset starts with an empty store';

function explained(error: unknown): { readonly said: string; readonly advice: readonly string[] } {
  const text = error instanceof Error ? error.message : String(error);
  const { code: given } = (error ?? {}) as { readonly code?: unknown };
  const code = typeof given === 'string' ? given : '';
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return { said: `its file is damaged (${text})`, advice: ['put a copy of orders.db aside if it matters', RESET] };
  }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return { said: 'the disk is full', advice: ['make room and run it again: what is stored is intact', ELSEWHERE] };
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return { said: 'another process keeps it locked', advice: ['try again when that process has ended', ELSEWHERE] };
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') return { said: 'this is a file, not a folder', advice: [ELSEWHERE] };
  if (code.endsWith('EISDIR')) return { said: 'orders.db is a folder', advice: [ELSEWHERE] };
  // What libsql says without a code when SQLite cannot open the file.
  if (text.startsWith('ConnectionFailed')) {
    return { said: 'orders.db cannot be opened there', advice: [WRITABLE, ELSEWHERE] };
  }
  return { said: text, advice: [WRITABLE, ELSEWHERE] };
}
