import type { Database } from '../store/database.js';
import { prepared } from '../store/prepared.js';

export const secretsSchema = `
CREATE TABLE IF NOT EXISTS secrets (
  name TEXT PRIMARY KEY, arn TEXT NOT NULL, description TEXT, created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS secret_versions (
  name TEXT NOT NULL, version_id TEXT NOT NULL, stages TEXT NOT NULL, text TEXT, binary TEXT, created_at INTEGER NOT NULL,
  PRIMARY KEY (name, version_id)
) WITHOUT ROWID;
`;

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
}

export interface SecretVersion {
  readonly versionId: string;
  /** AWSCURRENT, AWSPREVIOUS or labels of one's own. */
  readonly stages: readonly string[];
  readonly text?: string;
  /** Base64. */
  readonly binary?: string;
  readonly createdAt: number;
}

/** AWS ends the ARN in six random characters; here they are fixed, so that the ARN follows from the name. */
export function secretArn(name: string): string {
  return `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-000000`;
}

/** By name, ARN, or ARN without the six last characters. */
export function findSecret(database: Database.Database, id: string): Secret | undefined {
  const sql =
    'SELECT name, arn, created_at FROM secrets WHERE name = ? OR arn = ? OR substr(arn, 1, length(arn) - 7) = ?';
  const row = prepared(database, sql).get(id, id, id) as { name: string; arn: string; created_at: number } | undefined;
  return row === undefined ? undefined : { name: row.name, arn: row.arn, createdAt: row.created_at };
}

export function createSecret(
  database: Database.Database,
  name: string,
  description: string | undefined,
  now: number,
): Secret {
  const arn = secretArn(name);
  prepared(database, 'INSERT INTO secrets VALUES (?, ?, ?, ?)').run(name, arn, description ?? null, now);
  return { name, arn, createdAt: now };
}

export function versionsOf(database: Database.Database, name: string): readonly SecretVersion[] {
  const rows = prepared(database, 'SELECT * FROM secret_versions WHERE name = ? ORDER BY created_at').all(
    name,
  ) as VersionRow[];
  return rows.map((row) => ({
    versionId: row.version_id,
    stages: JSON.parse(row.stages) as string[],
    ...(row.text === null ? {} : { text: row.text }),
    ...(row.binary === null ? {} : { binary: row.binary }),
    createdAt: row.created_at,
  }));
}

/** Adds a version. A stage belongs to one version, and what was AWSCURRENT becomes AWSPREVIOUS. */
export function addVersion(database: Database.Database, name: string, version: SecretVersion): void {
  const versions = versionsOf(database, name);
  const takesCurrent = version.stages.includes('AWSCURRENT');
  const moved = versions.map((other) => {
    const wasCurrent = takesCurrent && other.stages.includes('AWSCURRENT');
    const kept = other.stages.filter(
      (stage) => !version.stages.includes(stage) && !(takesCurrent && stage === 'AWSPREVIOUS'),
    );
    return { ...other, stages: wasCurrent ? [...kept, 'AWSPREVIOUS'] : kept };
  });
  const statement = prepared(database, 'INSERT OR REPLACE INTO secret_versions VALUES (?, ?, ?, ?, ?, ?)');
  for (const one of [...moved, version]) {
    statement.run(name, one.versionId, JSON.stringify(one.stages), one.text ?? null, one.binary ?? null, one.createdAt);
  }
}

/** Makes a secret that is not there yet. @returns its ARN. */
export function ensureSecret(
  database: Database.Database,
  name: string,
  text: string,
  now: number,
  versionId: string,
): string {
  const present = findSecret(database, name);
  if (present !== undefined) return present.arn;
  const secret = createSecret(database, name, undefined, now);
  addVersion(database, name, { versionId, stages: ['AWSCURRENT'], text, createdAt: now });
  return secret.arn;
}

interface VersionRow {
  readonly version_id: string;
  readonly stages: string;
  readonly text: string | null;
  readonly binary: string | null;
  readonly created_at: number;
}
