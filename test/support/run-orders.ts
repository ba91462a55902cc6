import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
const BIN = join(ROOT, 'bin', 'run.js');

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** null when a signal killed it. */
  readonly code: number | null;
}

export interface RunOptions {
  /** Added to a clean environment; nothing of ours but PATH is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  /** Default: an empty folder, so that no configuration file is found. */
  readonly cwd?: string;
  /** The local environment's data folder; default: one of its own for this run, removed after it. */
  readonly folder?: string;
  /** Called with all of stdout and stderr so far, whenever more arrives; may send signals. */
  readonly onOutput?: (
    output: { readonly stdout: string; readonly stderr: string },
    kill: (signal: NodeJS.Signals) => void,
  ) => void;
}

// Compiled code is worth sharing among the runs of a test process, and belongs to no user.
const scratch = mkdtempSync(join(tmpdir(), 'orders-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** Runs the built CLI as a user does: a process of its own, no AWS settings, pipes for output. */
export async function runOrders(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const broken = process.env['ORDERS_TEST_BUILD_FAILED'];
  if (broken !== undefined) throw new Error(`there is nothing to run, the build failed:\n${broken}`);
  const own = options.folder === undefined ? temporaryFolder() : undefined;
  try {
    return await spawned(args, options, options.folder ?? own ?? '');
  } finally {
    if (own !== undefined) rmSync(own, { recursive: true, force: true });
  }
}

/** A new empty folder; the test removes it, or it goes with the process. */
export function temporaryFolder(): string {
  return mkdtempSync(join(scratch, 'data-'));
}

/** The environment every spawned run gets, AWS's files switched off. */
export function cleanEnvironment(folder: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: scratch,
    XDG_CACHE_HOME: join(scratch, 'cache'),
    ORDERS_LOCAL_DIR: folder,
    AWS_CONFIG_FILE: join(scratch, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(scratch, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

async function spawned(args: readonly string[], options: RunOptions, folder: string): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd ?? temporaryFolder(),
    env: { ...cleanEnvironment(folder), ...options.env },
    stdio: 'pipe',
  });
  const output = { stdout: '', stderr: '' };
  const collect = (name: 'stdout' | 'stderr') => (chunk: string) => {
    output[name] += chunk;
    options.onOutput?.(output, (signal) => child.kill(signal));
  };
  child.stdout.setEncoding('utf8').on('data', collect('stdout'));
  child.stderr.setEncoding('utf8').on('data', collect('stderr'));
  // Who does not read its input may be gone before it is written.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { ...output, code };
}
