import type { Instant } from '../../engine/protocol.js';
import { inTransaction, type Database } from './database.js';
import { prepared } from './prepared.js';

/** Times are epoch milliseconds. A deleted version stays as a row: its number is never given again. */
export const versionsSchema = `
CREATE TABLE IF NOT EXISTS state_machine_versions (
  state_machine_arn TEXT NOT NULL,
  number INTEGER NOT NULL,
  revision INTEGER NOT NULL REFERENCES state_machine_revisions(revision),
  description TEXT,
  created_at INTEGER NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (state_machine_arn, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS state_machine_aliases (
  state_machine_arn TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  routing TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (state_machine_arn, name)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS execution_origins (
  execution INTEGER PRIMARY KEY REFERENCES executions(id) ON DELETE CASCADE,
  version_arn TEXT NOT NULL,
  alias_arn TEXT
);
CREATE INDEX IF NOT EXISTS execution_origins_by_version ON execution_origins (version_arn);
CREATE INDEX IF NOT EXISTS execution_origins_by_alias ON execution_origins (alias_arn);
`;

export interface MachineVersion {
  readonly stateMachineArn: string;
  readonly number: number;
  /** The revision that this version holds on to. */
  readonly revision: number;
  readonly description: string | null;
  readonly createdAt: Instant;
}

/** One way an alias leads: to a version, for so many of a hundred executions. */
export interface Route {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

export interface MachineAlias {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly description: string | null;
  readonly routes: readonly Route[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** By which version, and through which alias if any, an execution was started. */
export interface ExecutionOrigin {
  readonly versionArn: string;
  readonly aliasArn: string | null;
}

const VERSION = 'state_machine_arn AS stateMachineArn, number, revision, description, created_at AS createdAt';
const ALIAS =
  'state_machine_arn AS stateMachineArn, name, description, routing, created_at AS createdAt, updated_at AS updatedAt';

type AliasRow = Omit<MachineAlias, 'routes'> & { readonly routing: string };

/** Published versions of machines, aliases that lead to them, and which of them started an execution. */
export class VersionStore {
  constructor(private readonly database: Database.Database) {}

  /** Several reads and writes as one: nothing changes between a check and what follows from it. */
  atomically<T>(work: () => T): T {
    return inTransaction(this.database, work);
  }

  version(stateMachineArn: string, number: number): MachineVersion | undefined {
    const sql = `SELECT ${VERSION} FROM state_machine_versions WHERE state_machine_arn = ? AND number = ? AND deleted = 0`;
    return prepared(this.database, sql).get(stateMachineArn, number) as MachineVersion | undefined;
  }

  /** Publishes a revision under the next number, unless a version of it is there already. */
  publish(stateMachineArn: string, revision: number, description: string | null, now: Instant): MachineVersion {
    return inTransaction(this.database, () => {
      const find = `SELECT ${VERSION} FROM state_machine_versions
        WHERE state_machine_arn = ? AND revision = ? AND deleted = 0 ORDER BY number DESC LIMIT 1`;
      const present = prepared(this.database, find).get(stateMachineArn, revision) as MachineVersion | undefined;
      if (present !== undefined) return present;
      const highest = prepared(
        this.database,
        'SELECT COALESCE(MAX(number), 0) AS number FROM state_machine_versions WHERE state_machine_arn = ?',
      ).get(stateMachineArn) as { number: number };
      const number = highest.number + 1;
      prepared(
        this.database,
        `INSERT INTO state_machine_versions (state_machine_arn, number, revision, description, created_at)
           VALUES (?, ?, ?, ?, ?)`,
      ).run(stateMachineArn, number, revision, description, now);
      return { stateMachineArn, number, revision, description, createdAt: now };
    });
  }

  /** Newest first, from below the given number on. */
  versions(stateMachineArn: string, below: number, count: number): MachineVersion[] {
    const sql = `SELECT ${VERSION} FROM state_machine_versions
      WHERE state_machine_arn = ? AND number < ? AND deleted = 0 ORDER BY number DESC LIMIT ?`;
    return prepared(this.database, sql).all(stateMachineArn, below, count) as MachineVersion[];
  }

  countVersions(stateMachineArn: string): number {
    const sql = 'SELECT COUNT(*) AS count FROM state_machine_versions WHERE state_machine_arn = ? AND deleted = 0';
    return (prepared(this.database, sql).get(stateMachineArn) as { count: number }).count;
  }

  deleteVersion(stateMachineArn: string, number: number): void {
    const sql = 'UPDATE state_machine_versions SET deleted = 1 WHERE state_machine_arn = ? AND number = ?';
    prepared(this.database, sql).run(stateMachineArn, number);
  }

  alias(stateMachineArn: string, name: string): MachineAlias | undefined {
    const sql = `SELECT ${ALIAS} FROM state_machine_aliases WHERE state_machine_arn = ? AND name = ?`;
    const row = prepared(this.database, sql).get(stateMachineArn, name) as AliasRow | undefined;
    return row === undefined ? undefined : readAlias(row);
  }

  /** By name, after the given name. */
  aliases(stateMachineArn: string, afterName: string, count: number): MachineAlias[] {
    const sql = `SELECT ${ALIAS} FROM state_machine_aliases
      WHERE state_machine_arn = ? AND name > ? ORDER BY name LIMIT ?`;
    const rows = prepared(this.database, sql).all(stateMachineArn, afterName, count) as AliasRow[];
    return rows.map(readAlias);
  }

  /** Stores an alias, new or changed. */
  putAlias({ stateMachineArn, name, description, routes, createdAt, updatedAt }: MachineAlias): void {
    prepared(
      this.database,
      `INSERT OR REPLACE INTO state_machine_aliases
         (state_machine_arn, name, description, routing, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`,
    ).run(stateMachineArn, name, description, JSON.stringify(routes), createdAt, updatedAt);
  }

  /** @returns whether it was there. */
  deleteAlias(stateMachineArn: string, name: string): boolean {
    const sql = 'DELETE FROM state_machine_aliases WHERE state_machine_arn = ? AND name = ?';
    return prepared(this.database, sql).run(stateMachineArn, name).changes > 0;
  }

  /** With a machine go its aliases and versions; one that is made anew under its name counts from 1. */
  forget(stateMachineArn: string): void {
    inTransaction(this.database, () => {
      for (const table of ['state_machine_aliases', 'state_machine_versions']) {
        prepared(this.database, `DELETE FROM ${table} WHERE state_machine_arn = ?`).run(stateMachineArn);
      }
    });
  }

  /** To be called inside the transaction that inserts the execution. */
  noteOrigin(execution: number, { versionArn, aliasArn }: ExecutionOrigin): void {
    prepared(
      this.database,
      'INSERT OR REPLACE INTO execution_origins (execution, version_arn, alias_arn) VALUES (?, ?, ?)',
    ).run(execution, versionArn, aliasArn);
  }

  /** `undefined` for an execution that was started by the machine's own ARN. */
  originOf(execution: number): ExecutionOrigin | undefined {
    const sql = 'SELECT version_arn AS versionArn, alias_arn AS aliasArn FROM execution_origins WHERE execution = ?';
    return prepared(this.database, sql).get(execution) as ExecutionOrigin | undefined;
  }
}

function readAlias({ routing, ...alias }: AliasRow): MachineAlias {
  return { ...alias, routes: JSON.parse(routing) as Route[] };
}
