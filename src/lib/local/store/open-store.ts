import { Failure } from '../../cli/failure.js';
import { openDatabase, patiently, storeFailure, type Database } from './database.js';

/** Raised when a table changes in a way that older code cannot read; kept in the file itself. */
export const STORE_VERSION = 1;

/**
 * Opens the store and makes sure it is one this code understands.
 * @throws Failure (localStore) when the file is unusable, corrupt, or written by a newer orders.
 */
export function openStore(folder: string, schemas: readonly string[]): Database.Database {
  const database = openDatabase(folder, []);
  try {
    const version = patiently(() => versionOf(database));
    if (version > STORE_VERSION) {
      throw new Failure(
        'localStore',
        `the local store in ${folder} has version ${version}, this orders knows ${STORE_VERSION}`,
        {
          suggestions: ['update orders', 'orders local reset starts with an empty store'],
        },
      );
    }
    patiently(() => {
      for (const schema of schemas) database.exec(schema);
      if (version < STORE_VERSION) database.exec(`PRAGMA user_version = ${STORE_VERSION}`);
    });
    return database;
  } catch (error) {
    database.close();
    throw error instanceof Failure ? error : storeFailure(error, folder);
  }
}

/** Whether an error is SQLite's: a full disk, a corrupt file, a lock nobody gives up. */
export function isStoreError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return error instanceof Error && typeof code === 'string' && code.startsWith('SQLITE_');
}

/** Whether another process did not give up its lock in time; also of the Failure that was made of it. */
export function isBusy(error: unknown): boolean {
  const { code } = ((error instanceof Failure ? error.cause : error) ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}

function versionOf(database: Database.Database): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number } | undefined;
  return row?.user_version ?? 0;
}
