import { inTransaction, type Database } from './database.js';

/**
 * Removes every row of every table at once; other processes keep the file and see it empty. AUTOINCREMENT goes on
 * counting, so that no id that somebody remembers is given again.
 *
 * @param assertAllowed runs in the same transaction, and throws to leave everything as it is.
 */
export function emptyStore(database: Database.Database, assertAllowed: () => void): void {
  inTransaction(database, () => {
    assertAllowed();
    database.exec('PRAGMA defer_foreign_keys = ON');
    const tables = database
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .all() as { name: string }[];
    for (const { name } of tables) database.exec(`DELETE FROM "${name}"`);
  });
}
