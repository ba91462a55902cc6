import type { ExecutionStatus, HistoryEvent, HistoryRecord, Instant, Json, MachineType } from '../../engine/protocol.js';
import { inTransaction, type Database } from './database.js';

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
>;

/** One page of ListExecutions, newest first; `before` is the last row of the page before. */
export interface ListQuery {
  readonly stateMachineArn: string;
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

/** A name is free again this long after its execution ended. Source: the API reference of StartExecution. */
const NAME_KEPT_MS = 90 * 24 * 3_600_000;

/** Executions and their events. Prepared statements are made once: appending is the hot path. */
export class ExecutionStore {
  private readonly statements = new Map<string, Database.Statement>();

  constructor(private readonly database: Database.Database) {}

  find(arn: string): StoredExecution | undefined {
    return this.prepare(`SELECT ${COLUMNS} FROM executions WHERE arn = ?`).get(arn) as StoredExecution | undefined;
  }

  byId(id: number): StoredExecution | undefined {
    return this.prepare(`SELECT ${COLUMNS} FROM executions WHERE id = ?`).get(id) as StoredExecution | undefined;
  }

  /**
   * Inserts the execution unless its ARN is taken; of many callers at once, in whatever process, one inserts.
   * `prepare` runs in the same transaction with the new row's id.
   */
  insert(execution: NewExecution, onInserted: (id: number) => void): { execution: StoredExecution; inserted: boolean } {
    return inTransaction(this.database, () => {
      const existing = this.find(execution.arn);
      if (existing !== undefined && !nameIsFree(existing, execution.startedAt)) {
        return { execution: existing, inserted: false };
      }
      if (existing !== undefined) this.prepare('DELETE FROM executions WHERE id = ?').run(existing.id);
      const { lastInsertRowid } = this.prepare(
        `INSERT INTO executions (arn, name, type, state_machine_arn, revision, input, trace_header, status, started_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'RUNNING', ?)`,
      ).run(
        execution.arn,
        execution.name,
        execution.type,
        execution.stateMachineArn,
        execution.revision,
        execution.input,
        execution.traceHeader,
        execution.startedAt,
      );
      onInserted(Number(lastInsertRowid));
      const inserted = this.byId(Number(lastInsertRowid));
      if (inserted === undefined) throw new Error(`the execution ${execution.arn} was not inserted`);
      return { execution: inserted, inserted: true };
    });
  }

  /** Adds a step's events and moves the execution on. To be called inside a transaction that has checked the lease. */
  advance(id: number, step: Advance): void {
    const append = this.prepare('INSERT INTO records (execution, id, event, note) VALUES (?, ?, ?, ?)');
    let lastEventId = 0;
    for (const { event, note } of step.records) {
      append.run(id, event.id, JSON.stringify(event), note === undefined ? null : JSON.stringify(note));
      lastEventId = event.id;
    }
    const ended = step.status !== 'RUNNING';
    this.prepare(
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

  /** Counts a redrive. To be called inside the transaction that adds its events. */
  noteRedrive(id: number, redrivenAt: Instant, clientToken: string | undefined): void {
    this.prepare('UPDATE executions SET redrive_count = redrive_count + 1, redriven_at = ? WHERE id = ?').run(redrivenAt, id);
    if (clientToken === undefined) return;
    this.prepare('INSERT OR REPLACE INTO redrive_tokens (execution, token, redriven_at) VALUES (?, ?, ?)').run(
      id,
      clientToken,
      redrivenAt,
    );
  }

  /** When the redrive that used this token began. */
  redriveOf(id: number, clientToken: string): Instant | undefined {
    const row = this.prepare('SELECT redriven_at AS at FROM redrive_tokens WHERE execution = ? AND token = ?').get(
      id,
      clientToken,
    ) as { at: Instant } | undefined;
    return row?.at;
  }

  noteWaking(id: number, wakesAt: Instant | undefined): void {
    this.prepare('UPDATE executions SET wakes_at = ? WHERE id = ?').run(wakesAt ?? null, id);
  }

  list(query: ListQuery): StoredExecution[] {
    const { stateMachineArn, status, before, count } = query;
    const conditions = ['state_machine_arn = ?'];
    const values: (string | number)[] = [stateMachineArn];
    if (status !== undefined) {
      conditions.push('status = ?');
      values.push(status);
    }
    if (before !== undefined) {
      conditions.push('(started_at < ? OR (started_at = ? AND id < ?))');
      values.push(before.startedAt, before.startedAt, before.id);
    }
    const where = conditions.join(' AND ');
    return this.prepare(
      `SELECT ${COLUMNS} FROM executions WHERE ${where} ORDER BY started_at DESC, id DESC LIMIT ?`,
    ).all(...values, count) as StoredExecution[];
  }

  /** ARNs of the executions that have not ended, oldest first. */
  running(): { readonly id: number; readonly arn: string; readonly wakesAt: Instant | null }[] {
    return this.prepare(
      `SELECT id, arn, wakes_at AS wakesAt FROM executions WHERE status = 'RUNNING' ORDER BY id`,
    ).all() as { id: number; arn: string; wakesAt: Instant | null }[];
  }

  countByStatus(): Partial<Record<ExecutionStatus, number>> {
    const rows = this.prepare('SELECT status, COUNT(*) AS count FROM executions GROUP BY status').all() as {
      status: ExecutionStatus;
      count: number;
    }[];
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** All records in order: what the engine restores from. */
  records(id: number): HistoryRecord[] {
    const rows = this.prepare('SELECT event, note FROM records WHERE execution = ? ORDER BY id').all(id) as {
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
    const rows = this.prepare(
      `SELECT event FROM records WHERE execution = ? AND id ${comparison} ? ORDER BY id ${order} LIMIT ?`,
    ).all(id, beyond, count) as { event: string }[];
    return rows.map(({ event }) => JSON.parse(event) as HistoryEvent);
  }

  private prepare(sql: string): Database.Statement {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

function nameIsFree(existing: StoredExecution, now: Instant): boolean {
  return existing.stoppedAt !== null && now - existing.stoppedAt > NAME_KEPT_MS;
}
