import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '../..');
const SOURCES = ['src', 'workflows', 'build', 'package-lock.json'];
const LOCK = join(ROOT, 'dist', '.building');
const LOCK_GONE_STALE_MS = 120_000;

/**
 * Tests run what is shipped: dist is built before the first of them, if a source is newer. One process builds, others
 * wait for it.
 */
export default async function setup(): Promise<void> {
  // Inherited by the test processes: the SDK has a word about Node 20 for each of them.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  while (!isFresh()) {
    if (takeLock()) {
      try {
        if (!isFresh()) build();
        return;
      } finally {
        rmSync(LOCK, { recursive: true, force: true });
      }
    }
    await wait(200);
  }
}

/** A failed build stops the tests that run the CLI (see run-orders.ts), not those of parts that need no build. */
function build(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'build', 'build.js')], { encoding: 'utf8' });
  if (status === 0) return;
  process.env['ORDERS_TEST_BUILD_FAILED'] = stderr;
  process.stderr.write(`npm run build failed, tests of the command line will fail:\n${stderr}\n`);
}

function isFresh(): boolean {
  // The loader is written last, so its time is that of the build.
  const built = join(ROOT, 'dist', 'load.cjs');
  if (!existsSync(built)) return false;
  const at = statSync(built).mtimeMs;
  return SOURCES.every((source) => newest(join(ROOT, source)) <= at);
}

function newest(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), mtimeMs);
}

/** A folder is made by one process only; one that was left behind by a killed build is taken over. */
function takeLock(): boolean {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    const age = existsSync(LOCK) ? Date.now() - statSync(LOCK).mtimeMs : 0;
    if (age > LOCK_GONE_STALE_MS) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}
