import type { Database } from './database.js';

const STATEMENTS = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/** The statement for a text, made once for each open database: parsing SQL costs more than most of our queries. */
export function prepared(database: Database.Database, sql: string): Database.Statement {
  let statements = STATEMENTS.get(database);
  if (statements === undefined) {
    statements = new Map();
    STATEMENTS.set(database, statements);
  }
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = database.prepare(sql);
    statements.set(sql, statement);
  }
  return statement;
}
