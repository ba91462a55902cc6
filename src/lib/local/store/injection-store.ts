import type { Injection } from '../local-environment.js';
import type { Database } from './database.js';
import { prepared } from './prepared.js';

interface Preparation {
  readonly injections: readonly Injection[];
  readonly fastForward: boolean;
}

/** Faults to inject and waiting to skip: prepared by execution name, then kept with the execution until used up. */
export class InjectionStore {
  /** Names prepared by this process, used up or not: most new executions are not among them, and need not be looked up. */
  private readonly ours = new Set<string>();

  constructor(private readonly database: Database.Database) {}

  prepare(name: string, { injections, fastForward }: Preparation): void {
    this.ours.add(name);
    prepared(
      this.database,
      'INSERT OR REPLACE INTO preparations (name, fast_forward, injections) VALUES (?, ?, ?)',
    ).run(name, fastForward ? 1 : 0, JSON.stringify(injections));
  }

  /** Forgets what was prepared for a start that turned out to be no new run. */
  discard(name: string): void {
    prepared(this.database, 'DELETE FROM preparations WHERE name = ?').run(name);
  }

  /** An execution begins (inside the transaction that inserts it) in the process that has prepared it, if any has. */
  applyToNew(name: string, execution: number): void {
    if (this.ours.has(name)) this.apply(name, execution);
  }

  /** A run begins (inside its transaction): what was prepared replaces what an earlier run has left. */
  apply(name: string, execution: number): void {
    const row = this.preparation(name);
    prepared(this.database, 'DELETE FROM injections WHERE execution = ?').run(execution);
    prepared(this.database, 'UPDATE executions SET fast_forward = ? WHERE id = ?').run(
      row?.fastForward ?? 0,
      execution,
    );
    if (row === undefined) return;
    this.discard(name);
    const insert = prepared(
      this.database,
      'INSERT INTO injections (execution, position, state_name, error, remaining) VALUES (?, ?, ?, ?, ?)',
    );
    (JSON.parse(row.injections) as Injection[]).forEach((injection, position) => {
      insert.run(execution, position, injection.stateName, injection.error, injection.times);
    });
  }

  /** The faults an execution still has before it, in the order they were given. */
  left(execution: number): (Injection & { readonly position: number })[] {
    return prepared(
      this.database,
      `SELECT position, state_name AS stateName, error, remaining AS times FROM injections
         WHERE execution = ? AND remaining > 0 ORDER BY position`,
    ).all(execution) as (Injection & { position: number })[];
  }

  /** Inside the transaction that stores the fault's events. */
  consume(execution: number, position: number): void {
    prepared(this.database, 'UPDATE injections SET remaining = remaining - 1 WHERE execution = ? AND position = ?').run(
      execution,
      position,
    );
  }

  private preparation(name: string): { readonly fastForward: number; readonly injections: string } | undefined {
    const sql = 'SELECT fast_forward AS fastForward, injections FROM preparations WHERE name = ?';
    return prepared(this.database, sql).get(name) as { fastForward: number; injections: string } | undefined;
  }
}
