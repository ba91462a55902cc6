import type { Instant, MachineType } from '../../engine/protocol.js';
import { inTransaction, type Database } from './database.js';

/** What an UpdateStateMachine can change; each distinct one is a revision, and executions keep theirs. */
export interface MachineRevision {
  readonly definition: string;
  readonly roleArn: string;
  /** JSON text of loggingConfiguration. */
  readonly logging: string;
  /** JSON text of tracingConfiguration. */
  readonly tracing: string;
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
         r.role_arn AS roleArn, r.logging, r.tracing, r.created_at AS updatedAt
  FROM state_machines m`;

/** State machines and their revisions. Deleted machines stay as rows, because their executions can still be read. */
export class StateMachineStore {
  constructor(private readonly database: Database.Database) {}

  find(arn: string): StoredMachine | undefined {
    const sql = `${MACHINE} JOIN state_machine_revisions r ON r.revision = m.revision WHERE m.arn = ? AND m.deleted_at IS NULL`;
    return this.database.prepare(sql).get(arn) as StoredMachine | undefined;
  }

  /** The machine as it was in one revision, deleted or not. */
  atRevision(revision: number): StoredMachine | undefined {
    const sql = `${MACHINE} JOIN state_machine_revisions r ON r.state_machine_arn = m.arn WHERE r.revision = ?`;
    return this.database.prepare(sql).get(revision) as StoredMachine | undefined;
  }

  /** By name, after the given name. */
  page(afterName: string, count: number): StoredMachine[] {
    const sql = `${MACHINE} JOIN state_machine_revisions r ON r.revision = m.revision
      WHERE m.deleted_at IS NULL AND m.name > ? ORDER BY m.name LIMIT ?`;
    return this.database.prepare(sql).all(afterName, count) as StoredMachine[];
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
      this.database
        .prepare(
          `INSERT INTO state_machines (arn, name, type, revision, created_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (arn) DO UPDATE SET type = excluded.type, revision = excluded.revision,
             created_at = excluded.created_at, deleted_at = NULL`,
        )
        .run(machine.arn, machine.name, machine.type, revision, now);
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
      this.database.prepare('UPDATE state_machines SET revision = ? WHERE arn = ?').run(revision, arn);
      return { ...machine, ...change, revision, revisionId, updatedAt: now };
    });
  }

  delete(arn: string, now: Instant): void {
    this.database.prepare('UPDATE state_machines SET deleted_at = ? WHERE arn = ? AND deleted_at IS NULL').run(now, arn);
  }

  private insertRevision(arn: string, content: MachineRevision, revisionId: string, now: Instant): number {
    const { lastInsertRowid } = this.database
      .prepare(
        `INSERT INTO state_machine_revisions (revision_id, state_machine_arn, definition, role_arn, logging, tracing, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(revisionId, arn, content.definition, content.roleArn, content.logging, content.tracing, now);
    return Number(lastInsertRowid);
  }
}
