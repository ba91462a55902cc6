import type { Instant } from '../../engine/protocol.js';
import { inTransaction, type Database } from './database.js';
import { prepared } from './prepared.js';

/** Times are epoch milliseconds. A task goes when its token goes, and is no longer given out once the token is closed. */
export const activitiesSchema = `
CREATE TABLE IF NOT EXISTS activities (
  arn TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS activity_tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token TEXT NOT NULL UNIQUE REFERENCES task_tokens(token) ON DELETE CASCADE,
  activity_arn TEXT NOT NULL,
  input TEXT NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS activity_tasks_untaken ON activity_tasks (activity_arn, id) WHERE taken = 0;
`;

export interface Activity {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Instant;
}

export interface ActivityTask {
  readonly token: string;
  /** JSON text. */
  readonly input: string;
  /** The row of the execution that waits for it. */
  readonly execution: number;
  /** Names the call in signals to that execution. */
  readonly key: string;
}

const ACTIVITY = 'SELECT arn, name, created_at AS createdAt FROM activities';

/** Activities, and the tasks that wait for a worker. */
export class ActivityStore {
  constructor(private readonly database: Database.Database) {}

  find(arn: string): Activity | undefined {
    return prepared(this.database, `${ACTIVITY} WHERE arn = ?`).get(arn) as Activity | undefined;
  }

  /** The activity of that name, made unless it is there. */
  create(activity: Activity): Activity {
    prepared(this.database, 'INSERT OR IGNORE INTO activities (arn, name, created_at) VALUES (?, ?, ?)').run(
      activity.arn,
      activity.name,
      activity.createdAt,
    );
    return this.find(activity.arn) ?? activity;
  }

  delete(arn: string): void {
    prepared(this.database, 'DELETE FROM activities WHERE arn = ?').run(arn);
  }

  /** By name, after the given name. */
  page(afterName: string, count: number): Activity[] {
    return prepared(this.database, `${ACTIVITY} WHERE name > ? ORDER BY name LIMIT ?`).all(
      afterName,
      count,
    ) as Activity[];
  }

  /** Puts a task where workers find it; a token that is there already (asked for again after a restart) stays as it is. */
  offer(activityArn: string, token: string, input: string): void {
    prepared(this.database, 'INSERT OR IGNORE INTO activity_tasks (token, activity_arn, input) VALUES (?, ?, ?)').run(
      token,
      activityArn,
      input,
    );
  }

  /** The oldest task that waits, which no other worker gets then, in whatever process. */
  take(activityArn: string): ActivityTask | undefined {
    const find = prepared(
      this.database,
      `SELECT a.id, a.token, a.input, t.execution, t.key FROM activity_tasks a JOIN task_tokens t ON t.token = a.token
       WHERE a.activity_arn = ? AND a.taken = 0 AND t.open = 1 ORDER BY a.id LIMIT 1`,
    );
    // Most polls find nothing, and those need no write lock.
    if (find.get(activityArn) === undefined) return undefined;
    return inTransaction(this.database, () => {
      const row = find.get(activityArn) as (ActivityTask & { readonly id: number }) | undefined;
      if (row === undefined) return undefined;
      prepared(this.database, 'UPDATE activity_tasks SET taken = 1 WHERE id = ?').run(row.id);
      const { token, input, execution, key } = row;
      return { token, input, execution, key };
    });
  }
}
