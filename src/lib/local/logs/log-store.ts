import { inTransaction, type Database } from '../store/database.js';
import { prepared } from '../store/prepared.js';

/** Times are epoch milliseconds. Event ids rise in the order of writing, which is the order of events of one millisecond. */
export const logsSchema = `
CREATE TABLE IF NOT EXISTS log_groups (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS log_streams (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  log_group INTEGER NOT NULL REFERENCES log_groups(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (log_group, name)
);
CREATE TABLE IF NOT EXISTS log_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  log_group INTEGER NOT NULL,
  stream INTEGER NOT NULL REFERENCES log_streams(id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  ingested_at INTEGER NOT NULL,
  message TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS log_events_of_group ON log_events (log_group, at, id);
CREATE INDEX IF NOT EXISTS log_events_of_stream ON log_events (stream, at, id);
`;

export interface LogGroup {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
}

export interface LogStream {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  readonly firstEventAt: number | null;
  readonly lastEventAt: number | null;
  readonly lastIngestedAt: number | null;
}

export interface LogEvent {
  readonly id: number;
  readonly streamName: string;
  readonly at: number;
  readonly ingestedAt: number;
  readonly message: string;
}

export interface NewLogEvent {
  readonly at: number;
  readonly message: string;
}

/** A place between events, by time and then by id. */
export interface EventPlace {
  readonly at: number;
  readonly id: number;
}

export interface EventQuery {
  readonly group: number;
  readonly stream?: number;
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly beyond?: EventPlace;
  readonly direction: 'forward' | 'backward';
  readonly count: number;
}

/** Log groups, streams and events, on disk as soon as they are written. */
export class LogStore {
  constructor(private readonly database: Database.Database) {}

  group(name: string): LogGroup | undefined {
    const sql = 'SELECT id, name, created_at AS createdAt FROM log_groups WHERE name = ?';
    return prepared(this.database, sql).get(name) as LogGroup | undefined;
  }

  stream(group: number, name: string): LogStream | undefined {
    return prepared(this.database, `${STREAMS} WHERE s.log_group = ? AND s.name = ?`).get(group, name) as
      LogStream | undefined;
  }

  groups(prefix: string, after: string, count: number): LogGroup[] {
    const sql = `SELECT id, name, created_at AS createdAt FROM log_groups
      WHERE substr(name, 1, ?) = ? AND name > ? ORDER BY name LIMIT ?`;
    return prepared(this.database, sql).all(prefix.length, prefix, after, count) as LogGroup[];
  }

  streams(group: number, prefix: string): LogStream[] {
    const sql = `${STREAMS} WHERE s.log_group = ? AND substr(s.name, 1, ?) = ? ORDER BY s.name`;
    return prepared(this.database, sql).all(group, prefix.length, prefix) as LogStream[];
  }

  /** @returns whether it was not there before. */
  createGroup(name: string, now: number): boolean {
    const sql = 'INSERT OR IGNORE INTO log_groups (name, created_at) VALUES (?, ?)';
    return prepared(this.database, sql).run(name, now).changes > 0;
  }

  /** @returns whether it was not there before. */
  createStream(group: number, name: string, now: number): boolean {
    const sql = 'INSERT OR IGNORE INTO log_streams (log_group, name, created_at) VALUES (?, ?, ?)';
    return prepared(this.database, sql).run(group, name, now).changes > 0;
  }

  /** Writes to a stream that is made when needed, in a transaction of its own. */
  write(groupName: string, streamName: string, events: readonly NewLogEvent[], now: number): void {
    inTransaction(this.database, () => {
      this.append(groupName, streamName, events, now);
    });
  }

  /** The same inside the caller's transaction. */
  append(groupName: string, streamName: string, events: readonly NewLogEvent[], now: number): void {
    const { group, stream } = this.place(groupName, streamName, now);
    const insert = prepared(
      this.database,
      'INSERT INTO log_events (log_group, stream, at, ingested_at, message) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { at, message } of events) insert.run(group, stream, at, now, message);
  }

  events({ group, stream, from, to, beyond, direction, count }: EventQuery): LogEvent[] {
    const forward = direction === 'forward';
    const conditions = ['e.at >= ?', 'e.at < ?', stream === undefined ? 'e.log_group = ?' : 'e.stream = ?'];
    const values = [from, to, stream ?? group];
    if (beyond !== undefined) {
      conditions.push(forward ? '(e.at > ? OR (e.at = ? AND e.id > ?))' : '(e.at < ? OR (e.at = ? AND e.id < ?))');
      values.push(beyond.at, beyond.at, beyond.id);
    }
    const order = forward ? 'ASC' : 'DESC';
    const sql = `SELECT e.id, s.name AS streamName, e.at, e.ingested_at AS ingestedAt, e.message
      FROM log_events e JOIN log_streams s ON s.id = e.stream
      WHERE ${conditions.join(' AND ')} ORDER BY e.at ${order}, e.id ${order} LIMIT ?`;
    return prepared(this.database, sql).all(...values, count) as LogEvent[];
  }

  private place(
    groupName: string,
    streamName: string,
    now: number,
  ): { readonly group: number; readonly stream: number } {
    const find = prepared(
      this.database,
      `SELECT s.log_group AS "group", s.id AS stream FROM log_streams s JOIN log_groups g ON g.id = s.log_group
       WHERE g.name = ? AND s.name = ?`,
    );
    const known = find.get(groupName, streamName) as { group: number; stream: number } | undefined;
    if (known !== undefined) return known;
    this.createGroup(groupName, now);
    const group = this.group(groupName)?.id ?? 0;
    this.createStream(group, streamName, now);
    return find.get(groupName, streamName) as { group: number; stream: number };
  }
}

const STREAMS = `
  SELECT s.id, s.name, s.created_at AS createdAt,
    (SELECT MIN(at) FROM log_events WHERE stream = s.id) AS firstEventAt,
    (SELECT MAX(at) FROM log_events WHERE stream = s.id) AS lastEventAt,
    (SELECT MAX(ingested_at) FROM log_events WHERE stream = s.id) AS lastIngestedAt
  FROM log_streams s`;
