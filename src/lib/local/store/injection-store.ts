import type { Injection } from '../local-environment.js';
import type { Database } from './database.js';

interface Preparation {
  readonly injections: readonly Injection[];
  readonly fastForward: boolean;
}

/** Faults to inject and waiting to skip: prepared by execution name, then kept with the execution until used up. */
export class InjectionStore {
  constructor(private readonly database: Database.Database) {}

  prepare(name: string, { injections, fastForward }: Preparation): void {
    this.database
      .prepare('INSERT OR REPLACE INTO preparations (name, fast_forward, injections) VALUES (?, ?, ?)')
      .run(name, fastForward ? 1 : 0, JSON.stringify(injections));
  }

  /** Forgets what was prepared for a start that turned out to be no new run. */
  discard(name: string): void {
    this.database.prepare('DELETE FROM preparations WHERE name = ?').run(name);
  }

  /** A run begins (inside its transaction): what was prepared replaces what an earlier run has left. */
  apply(name: string, execution: number): void {
    const row = this.database
      .prepare('SELECT fast_forward AS fastForward, injections FROM preparations WHERE name = ?')
      .get(name) as { fastForward: number; injections: string } | undefined;
    this.database.prepare('DELETE FROM injections WHERE execution = ?').run(execution);
    this.database.prepare('UPDATE executions SET fast_forward = ? WHERE id = ?').run(row?.fastForward ?? 0, execution);
    if (row === undefined) return;
    this.discard(name);
    const insert = this.database.prepare(
      'INSERT INTO injections (execution, position, state_name, error, remaining) VALUES (?, ?, ?, ?, ?)',
    );
    (JSON.parse(row.injections) as Injection[]).forEach((injection, position) => {
      insert.run(execution, position, injection.stateName, injection.error, injection.times);
    });
  }

  /** The faults an execution still has before it, in the order they were given. */
  left(execution: number): (Injection & { readonly position: number })[] {
    return this.database
      .prepare(
        `SELECT position, state_name AS stateName, error, remaining AS times FROM injections
         WHERE execution = ? AND remaining > 0 ORDER BY position`,
      )
      .all(execution) as (Injection & { position: number })[];
  }

  /** Inside the transaction that stores the fault's events. */
  consume(execution: number, position: number): void {
    this.database
      .prepare('UPDATE injections SET remaining = remaining - 1 WHERE execution = ? AND position = ?')
      .run(execution, position);
  }
}
