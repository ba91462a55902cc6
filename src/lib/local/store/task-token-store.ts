import type { Database } from './database.js';
import { prepared } from './prepared.js';

export interface TaskToken {
  readonly execution: number;
  readonly key: string;
  /** The Resource of the task, for messages. */
  readonly resource: string;
  readonly open: boolean;
}

/** Callback tokens: which call of which execution an answer belongs to, and whether it is still waited for. */
export class TaskTokenStore {
  constructor(private readonly database: Database.Database) {}

  add(token: string, { execution, key, resource }: Omit<TaskToken, 'open'>): void {
    prepared(
      this.database,
      'INSERT OR IGNORE INTO task_tokens (token, execution, key, resource, open) VALUES (?, ?, ?, ?, 1)',
    ).run(token, execution, key, resource);
  }

  find(token: string): TaskToken | undefined {
    const row = prepared(this.database, 'SELECT execution, key, resource, open FROM task_tokens WHERE token = ?').get(
      token,
    ) as (Omit<TaskToken, 'open'> & { open: number }) | undefined;
    return row === undefined ? undefined : { ...row, open: row.open === 1 };
  }

  closeCall(execution: number, key: string): void {
    prepared(this.database, 'UPDATE task_tokens SET open = 0 WHERE execution = ? AND key = ?').run(execution, key);
  }

  closeAll(execution: number): void {
    prepared(this.database, 'UPDATE task_tokens SET open = 0 WHERE execution = ?').run(execution);
  }
}
