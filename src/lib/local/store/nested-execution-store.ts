import type { Database } from './database.js';
import { prepared } from './prepared.js';

/**
 * Which execution a task has started: (parent, key of the call) names one for good. It is written with the child, so a call
 * that is repeated after a crash finds the child and starts no second one.
 */
export const nestedExecutionsSchema = `
CREATE TABLE IF NOT EXISTS nested_executions (
  parent INTEGER NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
  call TEXT NOT NULL,
  execution INTEGER NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
  PRIMARY KEY (parent, call)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS nested_executions_by_execution ON nested_executions (execution);
`;

export class NestedExecutionStore {
  constructor(private readonly database: Database.Database) {}

  /** To be called inside the transaction that inserts the child. */
  add(parent: number, call: string, execution: number): void {
    prepared(this.database, 'INSERT OR REPLACE INTO nested_executions (parent, call, execution) VALUES (?, ?, ?)').run(
      parent,
      call,
      execution,
    );
  }

  /** The row of the execution that the call has started. */
  child(parent: number, call: string): number | undefined {
    const row = prepared(this.database, 'SELECT execution FROM nested_executions WHERE parent = ? AND call = ?').get(
      parent,
      call,
    ) as { execution: number } | undefined;
    return row?.execution;
  }

  /** Children that run and have been told something which nobody has taken in yet. */
  addressedChildren(parent: number): number[] {
    const rows = prepared(
      this.database,
      `SELECT DISTINCT n.execution AS id FROM nested_executions n JOIN executions e ON e.id = n.execution
         JOIN signals s ON s.execution = n.execution WHERE n.parent = ? AND e.status = 'RUNNING'`,
    ).all(parent) as { id: number }[];
    return rows.map(({ id }) => id);
  }
}
