import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../cli/failure.js';

/** Where an environment's state is kept. */
export type Backend =
  | { readonly kind: 'remote'; readonly type: string; readonly file: string }
  | { readonly kind: 'local'; readonly type: 'local'; readonly file: string };

export interface BackendWish {
  /** `--backend-config`. */
  readonly given?: string | undefined;
  readonly environment: string;
  /** Folders with `<environment>.s3.tfbackend`; the first one that has it wins. */
  readonly environments: readonly string[];
  /** Where a local state would be. */
  readonly localState: string;
}

/**
 * The file that is given, else `<environment>.s3.tfbackend` among the environments' files, else a state on this
 * machine.
 * @throws Failure (usage) for a file that is not there
 */
export function chooseBackend(wish: BackendWish): Backend {
  if (wish.given !== undefined) {
    const file = resolve(wish.given);
    if (!existsSync(file)) throw new Failure('usage', `there is no backend file ${wish.given}`);
    return { kind: 'remote', type: backendType(file), file };
  }
  const files = wish.environments.map((folder) => join(folder, `${wish.environment}.s3.tfbackend`));
  const file = files.find((candidate) => existsSync(candidate));
  if (file !== undefined) return { kind: 'remote', type: 's3', file };
  return { kind: 'local', type: 'local', file: wish.localState };
}

/** `prod.gcs.tfbackend` is for gcs; what names no type is for S3. */
function backendType(file: string): string {
  return /\.([a-z][a-z0-9]*)\.tfbackend$/u.exec(basename(file))?.[1] ?? 's3';
}

/** The block that the module leaves to us, as a file that Terraform lays over it. */
export function backendOverride(backend: Backend): string {
  const settings = backend.kind === 'local' ? { path: backend.file } : {};
  return `${JSON.stringify({ terraform: { backend: { [backend.type]: settings } } }, undefined, 2)}\n`;
}

/**
 * A state with resources on this machine would be forgotten, and everything made a second time, if a remote one were used
 * all at once.
 * @throws Failure (usage)
 */
export function assertStateIsNotForgotten(backend: Backend, localState: string, migrate: boolean): void {
  if (backend.kind === 'local' || migrate || !holdsResources(localState)) return;
  throw new Failure('usage', `this environment has its state on this machine until now: ${localState}`, {
    suggestions: [`--migrate-state moves it to the backend of ${backend.file}`],
  });
}

function holdsResources(state: string): boolean {
  if (!existsSync(state)) return false;
  try {
    const { resources } = JSON.parse(readFileSync(state, 'utf8')) as { readonly resources?: readonly unknown[] };
    return (resources?.length ?? 0) > 0;
  } catch {
    // What it is can only be told by Terraform; nothing is lost by asking.
    return true;
  }
}
