import type {
  ExecutionStatus,
  HistoryEvent,
  HistoryRecord,
  Instant,
  Json,
  MachineType,
} from '../../engine/protocol.js';
import type { Database } from './database.js';
import { prepared } from './prepared.js';

export interface StoredExecution {
  /** The row's number: what the other tables refer to. */
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly type: MachineType;
  readonly stateMachineArn: string;
  readonly revision: number;
  readonly input: string;
  readonly traceHeader: string | null;
  readonly status: ExecutionStatus;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly startedAt: Instant;
  readonly stoppedAt: Instant | null;
  readonly redriveCount: number;
  readonly redrivenAt: Instant | null;
  readonly lastEventId: number;
  readonly fastForward: 0 | 1;
  /** Milliseconds that fast-forward has skipped so far: the execution's clock is ahead by these. */
  readonly skippedMs: number;
  /** When it has to be driven on; null while it is driven, or when it waits for a callback. */
  readonly wakesAt: Instant | null;
}

export type NewExecution = Pick<
  StoredExecution,
  'arn' | 'name' | 'type' | 'stateMachineArn' | 'revision' | 'input' | 'traceHeader' | 'startedAt'
> &
  // A child goes on by its parent's clock.
  Partial<Pick<StoredExecution, 'fastForward' | 'skippedMs'>>;

export interface InsertedExecution {
  /** The new one, or the one that has the ARN already. */
  readonly execution: StoredExecution;
  readonly inserted: boolean;
}

/** One page of ListExecutions, newest first; `before` is the last row of the page before. */
export interface ListQuery {
  readonly stateMachineArn: string;
  /** The ARN of a version or an alias: only what was started by it. */
  readonly startedBy?: string;
  /** The row of a Map Run: only its children. */
  readonly mapRun?: number;
  /** Only what has been redriven, or has not. */
  readonly redriven?: boolean;
  readonly status: ExecutionStatus | undefined;
  readonly before: { readonly startedAt: Instant; readonly id: number } | undefined;
  readonly count: number;
}

/** What one step of the engine changes. */
export interface Advance {
  readonly records: readonly HistoryRecord[];
  readonly status: ExecutionStatus;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly skippedMs: number;
  /** The time that the execution's own clock shows. */
  readonly now: Instant;
}

const COLUMNS = `id, arn, name, type, state_machine_arn AS stateMachineArn, revision, input, trace_header AS traceHeader, status,
  output, error, cause, started_at AS startedAt, stopped_at AS stoppedAt, redrive_count AS redriveCount,
  redriven_at AS redrivenAt, last_event_id AS lastEventId, fast_forward AS fastForward, skipped_ms AS skippedMs,
  wakes_at AS wakesAt`;

/** Of an execution that has just been inserted. */
const NOTHING_YET = {
  status: 'RUNNING',
  output: null,
  error: null,
  cause: null,
  stoppedAt: null,
  redriveCount: 0,
  redrivenAt: null,
  lastEventId: 0,
  fastForward: 0,
  skippedMs: 0,
  wakesAt: null,
} as const;

/** One statement takes as many events as this: a call costs as much as writing two rows. */
const ROWS_PER_INSERT = 25;

/** A name is free again this long after its execution ended. Source: the API reference of StartExecution. */
const NAME_KEPT_MS = 90 * 24 * 3_600_000;

/** Executions and their events. Prepared statements are made once: appending is the hot path. */
export class ExecutionStore {
  constructor(private readonly database: Database.Database) {}

  find(arn: string): StoredExecution | undefined {
    return prepared(this.database, `SELECT ${COLUMNS} FROM executions WHERE arn = ?`).get(arn) as
      StoredExecution | undefined;
  }

  byId(id: number): StoredExecution | undefined {
    return prepared(this.database, `SELECT ${COLUMNS} FROM executions WHERE id = ?`).get(id) as
      StoredExecution | undefined;
  }

  /**
   * Inserts the execution unless its ARN is taken; of many callers at once, in whatever process, one inserts.
   * To be called inside a transaction. `onInserted` is told the new row's id.
   */
  insert(execution: NewExecution, onInserted: (id: number) => void): InsertedExecution {
    const insert = prepared(
      this.database,
      `INSERT INTO executions (arn, name, type, state_machine_arn, revision, input, trace_header, status, started_at,
           fast_forward, skipped_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'RUNNING', ?, ?, ?) ON CONFLICT (arn) DO NOTHING`,
    );
    const { changes, lastInsertRowid } = insert.run(
      execution.arn,
      execution.name,
      execution.type,
      execution.stateMachineArn,
      execution.revision,
      execution.input,
      execution.traceHeader,
      execution.startedAt,
      execution.fastForward ?? 0,
      execution.skippedMs ?? 0,
    );
    if (changes === 0) {
      const existing = this.find(execution.arn);
      if (existing === undefined) throw new Error(`the execution ${execution.arn} was not inserted`);
      if (!nameIsFree(existing, execution.startedAt)) return { execution: existing, inserted: false };
      prepared(this.database, 'DELETE FROM executions WHERE id = ?').run(existing.id);
      return this.insert(execution, onInserted);
    }
    const id = Number(lastInsertRowid);
    onInserted(id);
    return { execution: { ...NOTHING_YET, ...execution, id }, inserted: true };
  }

  /** Adds a step's events and moves the execution on. To be called inside a transaction that has checked the lease. */
  advance(id: number, step: Advance): void {
    for (let first = 0; first < step.records.length; first += ROWS_PER_INSERT) {
      this.append(id, step.records.slice(first, first + ROWS_PER_INSERT));
    }
    const lastEventId = step.records.at(-1)?.event.id ?? 0;
    const ended = step.status !== 'RUNNING';
    prepared(
      this.database,
      `UPDATE executions SET status = ?, output = ?, error = ?, cause = ?, skipped_ms = ?, wakes_at = NULL,
         stopped_at = CASE WHEN ? THEN ? ELSE NULL END, last_event_id = MAX(last_event_id, ?) WHERE id = ?`,
    ).run(
      step.status,
      step.output ?? null,
      step.error ?? null,
      step.cause ?? null,
      step.skippedMs,
      ended ? 1 : 0,
      step.now,
      lastEventId,
      id,
    );
  }

  private append(id: number, records: readonly HistoryRecord[]): void {
    const values = records.flatMap(({ event, note }) => [
      id,
      event.id,
      JSON.stringify(event),
      note === undefined ? null : JSON.stringify(note),
    ]);
    prepared(this.database, insertOf(records.length)).run(values);
  }

  /** Counts a redrive. To be called inside the transaction that adds its events. */
  noteRedrive(id: number, redrivenAt: Instant, clientToken: string | undefined): void {
    prepared(
      this.database,
      'UPDATE executions SET redrive_count = redrive_count + 1, redriven_at = ? WHERE id = ?',
    ).run(redrivenAt, id);
    if (clientToken === undefined) return;
    prepared(
      this.database,
      'INSERT OR REPLACE INTO redrive_tokens (execution, token, redriven_at) VALUES (?, ?, ?)',
    ).run(id, clientToken, redrivenAt);
  }

  /** When the redrive that used this token began. */
  redriveOf(id: number, clientToken: string): Instant | undefined {
    const row = prepared(
      this.database,
      'SELECT redriven_at AS at FROM redrive_tokens WHERE execution = ? AND token = ?',
    ).get(id, clientToken) as { at: Instant } | undefined;
    return row?.at;
  }

  noteWaking(id: number, wakesAt: Instant | undefined): void {
    prepared(this.database, 'UPDATE executions SET wakes_at = ? WHERE id = ?').run(wakesAt ?? null, id);
  }

  list(query: ListQuery): StoredExecution[] {
    const { stateMachineArn, startedBy, mapRun, redriven, status, before, count } = query;
    const conditions = ['state_machine_arn = ?'];
    const values: (string | number)[] = [stateMachineArn];
    if (startedBy !== undefined) {
      conditions.push('id IN (SELECT execution FROM execution_origins WHERE version_arn = ? OR alias_arn = ?)');
      values.push(startedBy, startedBy);
    }
    if (mapRun !== undefined) {
      conditions.push('id IN (SELECT execution FROM map_run_children WHERE map_run = ?)');
      values.push(mapRun);
    }
    if (redriven !== undefined) conditions.push(redriven ? 'redrive_count > 0' : 'redrive_count = 0');
    if (status !== undefined) {
      conditions.push('status = ?');
      values.push(status);
    }
    if (before !== undefined) {
      conditions.push('(started_at < ? OR (started_at = ? AND id < ?))');
      values.push(before.startedAt, before.startedAt, before.id);
    }
    const where = conditions.join(' AND ');
    return prepared(
      this.database,
      `SELECT ${COLUMNS} FROM executions WHERE ${where} ORDER BY started_at DESC, id DESC LIMIT ?`,
    ).all(...values, count) as StoredExecution[];
  }

  /** Executions that have not ended and are due at that time, oldest first. */
  due(at: Instant): { readonly id: number; readonly arn: string }[] {
    return prepared(
      this.database,
      `SELECT id, arn FROM executions WHERE status = 'RUNNING' AND (wakes_at IS NULL OR wakes_at <= ?) ORDER BY id`,
    ).all(at) as { id: number; arn: string }[];
  }

  countByStatus(): Partial<Record<ExecutionStatus, number>> {
    const rows = prepared(this.database, 'SELECT status, COUNT(*) AS count FROM executions GROUP BY status').all() as {
      status: ExecutionStatus;
      count: number;
    }[];
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** All records in order: what the engine restores from. */
  records(id: number): HistoryRecord[] {
    const rows = prepared(this.database, 'SELECT event, note FROM records WHERE execution = ? ORDER BY id').all(id) as {
      event: string;
      note: string | null;
    }[];
    return rows.map(({ event, note }) => {
      const parsed = JSON.parse(event) as HistoryEvent;
      return note === null ? { event: parsed } : { event: parsed, note: JSON.parse(note) as Json };
    });
  }

  /** At most `count` events with ids beyond `beyond`, in the given direction. */
  events(id: number, beyond: number, count: number, direction: 'forward' | 'backward'): HistoryEvent[] {
    const [comparison, order] = direction === 'forward' ? ['>', 'ASC'] : ['<', 'DESC'];
    const rows = prepared(
      this.database,
      `SELECT event FROM records WHERE execution = ? AND id ${comparison} ? ORDER BY id ${order} LIMIT ?`,
    ).all(id, beyond, count) as { event: string }[];
    return rows.map(({ event }) => JSON.parse(event) as HistoryEvent);
  }
}

/** Each text is made once, so that looking its statement up costs nothing. */
const INSERTS: string[] = [];

function insertOf(rows: number): string {
  return (INSERTS[rows] ??=
    `INSERT INTO records (execution, id, event, note) VALUES ${Array(rows).fill('(?, ?, ?, ?)').join()}`);
}

function nameIsFree(existing: StoredExecution, now: Instant): boolean {
  return existing.stoppedAt !== null && now - existing.stoppedAt > NAME_KEPT_MS;
}
