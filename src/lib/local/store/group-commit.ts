import { inTransaction, type Database } from './database.js';

/** Transactions keep other processes out, so they must stay short. */
const UNITS_PER_COMMIT = 64;

interface Unit {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes of several callers in one transaction: a commit costs as much as ten rows, and under load many requests arrive in
 * the same turn of the event loop. Each caller hears of its result after the commit, never before.
 *
 *     request ─> run(work) ─┐
 *     request ─> run(work) ─┼─ end of the turn ─> BEGIN, work, work, work, COMMIT ─> each promise resolves
 *     request ─> run(work) ─┘
 */
export class GroupCommit {
  private waiting: Unit[] = [];

  constructor(private readonly database: Database.Database) {}

  /**
   * @param work writes, synchronously; it is called again from its beginning when another one of its group has failed, and
   *   must leave nothing behind in memory before it has been committed.
   */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => this.commitAll());
      this.waiting.push({ work, resolve: resolve as Unit['resolve'], reject });
    });
  }

  private commitAll(): void {
    const units = this.waiting;
    this.waiting = [];
    for (let start = 0; start < units.length; start += UNITS_PER_COMMIT) {
      this.commit(units.slice(start, start + UNITS_PER_COMMIT));
    }
  }

  private commit(units: readonly Unit[]): void {
    try {
      const results = inTransaction(this.database, () => units.map(({ work }) => work()));
      units.forEach(({ resolve }, index) => resolve(results[index]));
    } catch (error) {
      if (units.length === 1) units[0]?.reject(error);
      // One of them, or the disk: alone, each hears of its own trouble only.
      else for (const unit of units) this.commit([unit]);
    }
  }
}
