import type { Instant, MapRunEffect, MapRunStatus } from '../../engine/protocol.js';
import type { Database } from './database.js';
import { prepared } from './prepared.js';

/**
 * Map Runs and which executions are their children. (Map Run, index of item or batch) is one child for good, which is what
 * makes a restored parent find it again.
 */
export const mapRunsSchema = `
CREATE TABLE IF NOT EXISTS map_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  arn TEXT NOT NULL UNIQUE,
  execution INTEGER NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
  state_name TEXT NOT NULL,
  status TEXT NOT NULL,
  max_concurrency INTEGER NOT NULL,
  tolerated_count INTEGER NOT NULL,
  tolerated_percentage REAL NOT NULL,
  redrive_count INTEGER NOT NULL,
  redriven_at INTEGER,
  item_count INTEGER,
  started_at INTEGER NOT NULL,
  stopped_at INTEGER
);
CREATE INDEX IF NOT EXISTS map_runs_by_execution ON map_runs (execution, id);

CREATE TABLE IF NOT EXISTS map_run_children (
  map_run INTEGER NOT NULL REFERENCES map_runs(id) ON DELETE CASCADE,
  item INTEGER NOT NULL,
  execution INTEGER NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
  item_count INTEGER NOT NULL,
  redrive INTEGER NOT NULL,
  PRIMARY KEY (map_run, item)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS map_run_children_by_execution ON map_run_children (execution);
`;

export interface StoredMapRun {
  readonly id: number;
  readonly arn: string;
  /** The parent's row. */
  readonly execution: number;
  readonly stateName: string;
  readonly status: MapRunStatus;
  readonly maxConcurrency: number;
  readonly toleratedCount: number;
  readonly toleratedPercentage: number;
  readonly redriveCount: number;
  readonly redrivenAt: Instant | null;
  /** Null until the items have been read. */
  readonly itemCount: number | null;
  readonly startedAt: Instant;
  readonly stoppedAt: Instant | null;
}

export interface MapRunChild {
  readonly execution: number;
  /** How often the Map Run had been redriven when this execution was started. */
  readonly redrive: number;
}

/** Children of one status, and the items they work on. */
export interface ChildCount {
  readonly status: string;
  readonly executions: number;
  readonly items: number;
  readonly redriven: number;
}

const COLUMNS = `id, arn, execution, state_name AS stateName, status, max_concurrency AS maxConcurrency,
  tolerated_count AS toleratedCount, tolerated_percentage AS toleratedPercentage, redrive_count AS redriveCount,
  redriven_at AS redrivenAt, item_count AS itemCount, started_at AS startedAt, stopped_at AS stoppedAt`;

type MapRunState = Extract<MapRunEffect, { kind: 'map-run' }>;

export class MapRunStore {
  constructor(private readonly database: Database.Database) {}

  /** To be called inside the transaction that stores the step's events. */
  save(execution: number, run: MapRunState, now: Instant): void {
    const stoppedAt = run.status === 'RUNNING' ? null : now;
    prepared(
      this.database,
      `INSERT INTO map_runs (arn, execution, state_name, status, max_concurrency, tolerated_count, tolerated_percentage,
         redrive_count, item_count, started_at, stopped_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (arn) DO UPDATE SET status = excluded.status, stopped_at = excluded.stopped_at,
         item_count = COALESCE(excluded.item_count, item_count), redrive_count = excluded.redrive_count,
         redriven_at = CASE WHEN excluded.redrive_count > redrive_count THEN excluded.started_at ELSE redriven_at END`,
    ).run(
      run.mapRunArn,
      execution,
      run.stateName,
      run.status,
      run.maxConcurrency,
      run.toleratedFailureCount,
      run.toleratedFailurePercentage,
      run.redriveCount,
      run.itemCount ?? null,
      now,
      stoppedAt,
    );
  }

  find(arn: string): StoredMapRun | undefined {
    return prepared(this.database, `SELECT ${COLUMNS} FROM map_runs WHERE arn = ?`).get(arn) as
      StoredMapRun | undefined;
  }

  /** An execution's, newest first; `before` is the last row of the page before. */
  ofExecution(execution: number, before: number | undefined, count: number): StoredMapRun[] {
    return prepared(
      this.database,
      `SELECT ${COLUMNS} FROM map_runs WHERE execution = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    ).all(execution, before ?? Number.MAX_SAFE_INTEGER, count) as StoredMapRun[];
  }

  /** The Map Run that an execution is a child of. */
  around(execution: number): StoredMapRun | undefined {
    return prepared(
      this.database,
      `SELECT ${COLUMNS} FROM map_runs WHERE id = (SELECT map_run FROM map_run_children WHERE execution = ?)`,
    ).get(execution) as StoredMapRun | undefined;
  }

  /** How many items a child works on. */
  itemsOf(execution: number): number | undefined {
    const sql = 'SELECT item_count AS items FROM map_run_children WHERE execution = ?';
    return (prepared(this.database, sql).get(execution) as { items: number } | undefined)?.items;
  }

  child(mapRun: number, item: number): MapRunChild | undefined {
    return prepared(
      this.database,
      'SELECT execution, redrive FROM map_run_children WHERE map_run = ? AND item = ?',
    ).get(mapRun, item) as MapRunChild | undefined;
  }

  /** Inside the transaction that inserts the execution. */
  setChild(mapRun: number, item: number, child: MapRunChild & { readonly itemCount: number }): void {
    prepared(
      this.database,
      'INSERT OR REPLACE INTO map_run_children (map_run, item, execution, item_count, redrive) VALUES (?, ?, ?, ?, ?)',
    ).run(mapRun, item, child.execution, child.itemCount, child.redrive);
  }

  runningChildren(mapRun: number): number[] {
    const rows = prepared(
      this.database,
      `SELECT e.id FROM map_run_children c JOIN executions e ON e.id = c.execution
         WHERE c.map_run = ? AND e.status = 'RUNNING'`,
    ).all(mapRun) as { id: number }[];
    return rows.map(({ id }) => id);
  }

  /** Rows of the children, in the order of the items. */
  children(mapRun: number): number[] {
    const rows = prepared(this.database, 'SELECT execution FROM map_run_children WHERE map_run = ? ORDER BY item').all(
      mapRun,
    ) as { execution: number }[];
    return rows.map(({ execution }) => execution);
  }

  /** What DescribeMapRun counts. Children that were not started yet are in none of them. */
  counts(mapRun: number): ChildCount[] {
    return prepared(
      this.database,
      `SELECT e.status AS status, COUNT(*) AS executions, SUM(c.item_count) AS items,
         SUM(e.redrive_count > 0) AS redriven
         FROM map_run_children c JOIN executions e ON e.id = c.execution WHERE c.map_run = ? GROUP BY e.status`,
    ).all(mapRun) as ChildCount[];
  }
}
