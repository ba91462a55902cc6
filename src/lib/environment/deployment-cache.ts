import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Under which name, and seen from where, a deployment was looked up. */
export interface LookUp {
  readonly environment: string;
  readonly region: string;
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
}

/** What is remembered of a look-up. */
export interface Remembered extends LookUp {
  /** The account it led to: kept after the document has gone stale, since a change of account is not to pass unnoticed. */
  readonly accountId: string;
  /** SHA-256 of the access key's id that it was read with. */
  readonly credentials: string;
  /** Epoch milliseconds. */
  readonly readAt: number;
  /** The document as it was published; absent once it has been forgotten. */
  readonly document?: string | undefined;
}

const FORMAT = 1;

/**
 * Documents that were read from SSM, a file each, readable by their owner only. Nothing depends on it: what cannot be
 * read, is somebody else's or is not understood, is not there.
 */
export class DeploymentCache {
  /** @param folder made at the first write */
  constructor(private readonly folder: string) {}

  /** The file of a look-up, for messages. */
  file(lookUp: LookUp): string {
    const { environment, region, profile = '', endpointUrl = '' } = lookUp;
    const hash = createHash('sha256')
      .update(JSON.stringify([environment, region, profile, endpointUrl]))
      .digest('hex');
    return join(this.folder, `${environment}-${hash.slice(0, 16)}.json`);
  }

  read(lookUp: LookUp): Remembered | undefined {
    return readRemembered(this.file(lookUp));
  }

  write(remembered: Remembered): void {
    const file = this.file(remembered);
    const part = `${file}.${process.pid}`;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(part, JSON.stringify({ format: FORMAT, ...remembered }), { mode: 0o600 });
      renameSync(part, file);
    } catch {
      removeQuietly(part);
    }
  }

  /** All that is remembered, whatever name and place. */
  all(): readonly Remembered[] {
    return this.files().flatMap((file) => readRemembered(file) ?? []);
  }

  /**
   * Lets the next command read the document anew.
   * @param what `document`: a deployment has changed it. `all`: it is gone, and the account with it
   */
  forget(environment: string, what: 'document' | 'all'): void {
    for (const file of this.files()) {
      const remembered = readRemembered(file);
      if (remembered?.environment !== environment) continue;
      if (what === 'all') removeQuietly(file);
      else this.write({ ...remembered, document: undefined });
    }
  }

  private files(): readonly string[] {
    try {
      return readdirSync(this.folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(this.folder, name));
    } catch {
      return [];
    }
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A folder that cannot be written to has nothing of ours.
  }
}

function readRemembered(file: string): Remembered | undefined {
  try {
    const handle = openSync(file, 'r');
    try {
      // It says where orders are started: a file that others may write is not believed.
      const { mode, uid } = fstatSync(handle);
      if (process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0)) return undefined;
      return asRemembered(JSON.parse(readFileSync(handle, 'utf8')));
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

const TEXTS = ['environment', 'region', 'accountId', 'credentials'] as const;

function asRemembered(value: unknown): Remembered | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Record<string, unknown>;
  if (record['format'] !== FORMAT || typeof record['readAt'] !== 'number') return undefined;
  return TEXTS.every((name) => typeof record[name] === 'string') ? (value as Remembered) : undefined;
}
