import type { Instant, MachineType } from '../../engine/protocol.js';
import { inTransaction, type Database } from './database.js';
import { prepared } from './prepared.js';

/** What an UpdateStateMachine can change; each distinct one is a revision, and executions keep theirs. */
export interface MachineRevision {
  readonly definition: string;
  readonly roleArn: string;
  /** JSON text of loggingConfiguration. */
  readonly logging: string;
  /** JSON text of tracingConfiguration. */
  readonly tracing: string;
  /** JSON text of encryptionConfiguration; null or absent where none was ever given. It encrypts nothing here. */
  readonly encryption?: string | null;
}

export interface StoredMachine extends MachineRevision {
  readonly arn: string;
  readonly name: string;
  readonly type: MachineType;
  readonly revision: number;
  readonly revisionId: string;
  readonly createdAt: Instant;
  /** When this revision was made. */
  readonly updatedAt: Instant;
}

const MACHINE = `
  SELECT m.arn, m.name, m.type, m.created_at AS createdAt, r.revision, r.revision_id AS revisionId, r.definition,
         r.role_arn AS roleArn, r.logging, r.tracing, e.encryption, r.created_at AS updatedAt
  FROM state_machines m`;
/** A table of its own: stores that were made before know none. */
const ENCRYPTION = 'LEFT JOIN state_machine_encryption e ON e.revision = r.revision';

/** Definitions are up to 1 MiB. */
const FOUND_KEPT = 50;

/** State machines and their revisions. Deleted machines stay as rows, because their executions can still be read. */
export class StateMachineStore {
  /** Machines as they were found last, by ARN. */
  private readonly found = new Map<string, StoredMachine>();

  constructor(private readonly database: Database.Database) {}

  find(arn: string): StoredMachine | undefined {
    // Asked at every start, of a row that is mostly the definition: a revision never changes, so its number is enough.
    const current = prepared(
      this.database,
      'SELECT revision, created_at AS createdAt FROM state_machines WHERE arn = ? AND deleted_at IS NULL',
    ).get(arn) as Pick<StoredMachine, 'revision' | 'createdAt'> | undefined;
    if (current === undefined) return undefined;
    const known = this.found.get(arn);
    if (known?.revision === current.revision && known.createdAt === current.createdAt) return known;
    const sql = `${MACHINE} JOIN state_machine_revisions r ON r.revision = m.revision ${ENCRYPTION} WHERE m.arn = ?`;
    const machine = prepared(this.database, sql).get(arn) as StoredMachine;
    if (this.found.size >= FOUND_KEPT) this.found.clear();
    this.found.set(arn, machine);
    return machine;
  }

  /** The machine as it was in one revision, deleted or not. */
  atRevision(revision: number): StoredMachine | undefined {
    const sql = `${MACHINE} JOIN state_machine_revisions r ON r.state_machine_arn = m.arn ${ENCRYPTION} WHERE r.revision = ?`;
    return prepared(this.database, sql).get(revision) as StoredMachine | undefined;
  }

  /** By name, after the given name. */
  page(afterName: string, count: number): StoredMachine[] {
    const sql = `${MACHINE} JOIN state_machine_revisions r ON r.revision = m.revision ${ENCRYPTION}
      WHERE m.deleted_at IS NULL AND m.name > ? ORDER BY m.name LIMIT ?`;
    return prepared(this.database, sql).all(afterName, count) as StoredMachine[];
  }

  /** Creates the machine unless it exists; `created` tells which. Two processes at once make one. */
  create(
    machine: { readonly arn: string; readonly name: string; readonly type: MachineType } & MachineRevision,
    revisionId: string,
    now: Instant,
  ): { readonly machine: StoredMachine; readonly created: boolean } {
    return inTransaction(this.database, () => {
      const existing = this.find(machine.arn);
      if (existing !== undefined) return { machine: existing, created: false };
      const revision = this.insertRevision(machine.arn, machine, revisionId, now);
      prepared(
        this.database,
        `INSERT INTO state_machines (arn, name, type, revision, created_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (arn) DO UPDATE SET type = excluded.type, revision = excluded.revision,
             created_at = excluded.created_at, deleted_at = NULL`,
      ).run(machine.arn, machine.name, machine.type, revision, now);
      const stored = { ...machine, revision, revisionId, createdAt: now, updatedAt: now };
      return { machine: stored, created: true };
    });
  }

  /** Makes `revision` the current one. @returns undefined when there is no such machine. */
  update(arn: string, change: Partial<MachineRevision>, revisionId: string, now: Instant): StoredMachine | undefined {
    return inTransaction(this.database, () => {
      const machine = this.find(arn);
      if (machine === undefined) return undefined;
      const revision = this.insertRevision(arn, { ...machine, ...change }, revisionId, now);
      prepared(this.database, 'UPDATE state_machines SET revision = ? WHERE arn = ?').run(revision, arn);
      return { ...machine, ...change, revision, revisionId, updatedAt: now };
    });
  }

  delete(arn: string, now: Instant): void {
    prepared(this.database, 'UPDATE state_machines SET deleted_at = ? WHERE arn = ? AND deleted_at IS NULL').run(
      now,
      arn,
    );
  }

  private insertRevision(arn: string, content: MachineRevision, revisionId: string, now: Instant): number {
    const { lastInsertRowid } = prepared(
      this.database,
      `INSERT INTO state_machine_revisions (revision_id, state_machine_arn, definition, role_arn, logging, tracing, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(revisionId, arn, content.definition, content.roleArn, content.logging, content.tracing, now);
    const revision = Number(lastInsertRowid);
    if (typeof content.encryption === 'string') {
      prepared(this.database, 'INSERT INTO state_machine_encryption (revision, encryption) VALUES (?, ?)').run(
        revision,
        content.encryption,
      );
    }
    return revision;
  }
}
