import type { Instant } from '../../engine/protocol.js';
import type { DriverInfo } from '../local-environment.js';
import { inTransaction, type Database } from './database.js';
import { prepared } from './prepared.js';

/** A driver that has not renewed for this long is taken for dead, even if a process with its id exists. */
export const LEASE_MS = 10_000;

interface LeaseRow {
  readonly owner: string;
  readonly pid: number;
  readonly since: Instant;
  readonly renewedAt: Instant;
}

/**
 * Who drives which execution: at most one driver each. Taking a lease and every commit of a driver check the owner in a write
 * transaction, so a driver that was suspended and declared dead finds out before it can write.
 */
export class LeaseStore {
  constructor(
    private readonly database: Database.Database,
    /** Names this driver among all drivers of all processes. */
    private readonly owner: string,
    private readonly now: () => Instant,
    private readonly processExists: (pid: number) => boolean = processIsThere,
  ) {}

  /** Takes the execution's lease if nobody alive has it (or we do). */
  acquire(execution: number): boolean {
    return inTransaction(this.database, () => {
      const held = this.row(execution);
      if (held !== undefined && held.owner !== this.owner && this.isAlive(held)) return false;
      this.take(execution);
      return true;
    });
  }

  /** Takes it whoever has it. To be called inside the transaction that has made sure nobody does. */
  take(execution: number): void {
    const now = this.now();
    prepared(
      this.database,
      'INSERT OR REPLACE INTO leases (execution, owner, pid, since, renewed_at) VALUES (?, ?, ?, ?, ?)',
    ).run(execution, this.owner, process.pid, now, now);
  }

  /** Whether the lease is still ours; to be asked inside the transaction that depends on it. */
  isOurs(execution: number): boolean {
    return this.row(execution)?.owner === this.owner;
  }

  renewAll(): void {
    prepared(this.database, 'UPDATE leases SET renewed_at = ? WHERE owner = ?').run(this.now(), this.owner);
  }

  release(execution: number): void {
    prepared(this.database, 'DELETE FROM leases WHERE execution = ? AND owner = ?').run(execution, this.owner);
  }

  holder(execution: number): DriverInfo | undefined {
    const held = this.row(execution);
    return held === undefined ? undefined : { pid: held.pid, alive: this.isAlive(held), since: held.since };
  }

  /** Process ids of live drivers other than this one. */
  otherLivePids(): number[] {
    const rows = prepared(
      this.database,
      'SELECT owner, pid, since, renewed_at AS renewedAt FROM leases WHERE owner <> ?',
    ).all(this.owner) as LeaseRow[];
    return [...new Set(rows.filter((row) => this.isAlive(row)).map((row) => row.pid))];
  }

  private row(execution: number): LeaseRow | undefined {
    return prepared(
      this.database,
      'SELECT owner, pid, since, renewed_at AS renewedAt FROM leases WHERE execution = ?',
    ).get(execution) as LeaseRow | undefined;
  }

  private isAlive(lease: LeaseRow): boolean {
    return this.now() - lease.renewedAt < LEASE_MS && this.processExists(lease.pid);
  }
}

function processIsThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
