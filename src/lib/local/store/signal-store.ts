import type { Signal } from '../../engine/protocol.js';
import type { Database } from './database.js';
import { prepared } from './prepared.js';

export interface StoredSignal {
  readonly id: number;
  readonly signal: Signal;
}

/** Signals for an execution from outside its driver: a stop, a callback. They wait here until the driver takes them in. */
export class SignalStore {
  constructor(private readonly database: Database.Database) {}

  post(execution: number, signal: Signal): void {
    prepared(this.database, 'INSERT INTO signals (execution, signal) VALUES (?, ?)').run(
      execution,
      JSON.stringify(signal),
    );
  }

  waitingFor(execution: number): StoredSignal[] {
    const rows = prepared(this.database, 'SELECT id, signal FROM signals WHERE execution = ? ORDER BY id').all(
      execution,
    ) as { id: number; signal: string }[];
    return rows.map(({ id, signal }) => ({ id, signal: JSON.parse(signal) as Signal }));
  }

  /** Executions that have something waiting. */
  addressees(): number[] {
    const rows = prepared(this.database, 'SELECT DISTINCT execution FROM signals').all() as { execution: number }[];
    return rows.map(({ execution }) => execution);
  }

  /** Inside the transaction that stores what they led to. */
  remove(signals: readonly StoredSignal[]): void {
    const remove = prepared(this.database, 'DELETE FROM signals WHERE id = ?');
    for (const { id } of signals) remove.run(id);
  }
}
