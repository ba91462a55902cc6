import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../cli/failure.js';

/**
 * Makes sure that one process at a time works with a journal. The lock is SQLite's on a small file of its own: the
 * operating system takes it back when a process dies, however it dies, and no process has to judge whether another lives.
 *
 * @returns lets go of it
 * @throws Failure (conflict) while another process has it
 */
export async function lockJournal(path: string): Promise<() => void> {
  const { default: Database } = await import('libsql');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new Database(`${path}.lock`);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const { code } = error as { readonly code?: unknown };
    if (typeof code !== 'string' || !code.startsWith('SQLITE_BUSY')) throw error;
    throw new Failure('conflict', `another process is at work with the journal ${path}`, {
      suggestions: ['wait until it has ended, then run the same command again'],
      cause: error,
    });
  }
  return () => database.close();
}
