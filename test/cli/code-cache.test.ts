import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runOrders, temporaryFolder } from '../support/run-orders.js';

// A run that ends before any data is touched, so that nothing but loading happens.
const RUN = ['local', 'show', '--bogus'] as const;

async function runWith(cache: string): Promise<void> {
  const ran = await runOrders(RUN, { env: { XDG_CACHE_HOME: cache } });
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toContain('unknown flag --bogus');
}

function compiledIn(cache: string): string[] {
  const folder = join(cache, 'orders', 'code');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

describe('compiled code in the user cache', () => {
  test('is written once, for our eyes only, named by build, Node and machine', async () => {
    const cache = temporaryFolder();
    await runWith(cache);
    const [file, ...others] = compiledIn(cache);
    expect(others).toEqual([]);
    expect(file).toMatch(
      new RegExp(`[0-9a-f]{20}-${process.version}-${process.arch}-local-show-cli\\.cjs\\.bin$`, 'u'),
    );
    const written = statSync(file ?? '');
    expect(written.mode & 0o077).toBe(0);
    expect(statSync(join(cache, 'orders', 'code')).mode & 0o077).toBe(0);
    await runWith(cache);
    expect(statSync(file ?? '').mtimeMs).toBe(written.mtimeMs);
  });

  test('is made anew when it is damaged, and not taken when others may write it', async () => {
    const cache = temporaryFolder();
    await runWith(cache);
    const [file = ''] = compiledIn(cache);
    writeFileSync(file, 'not compiled code');
    await runWith(cache);
    expect(statSync(file).size).toBeGreaterThan(10_000);

    chmodSync(file, 0o666);
    await runWith(cache);
    expect(statSync(file).mode & 0o022).toBe(0);
  });

  test('that cannot be written costs nothing but time', async () => {
    const cache = temporaryFolder();
    writeFileSync(join(cache, 'orders'), 'a file where the folder should be');
    await runWith(cache);
    expect(compiledIn(cache)).toEqual([]);
  });

  test('of builds that are gone is removed after a while', async () => {
    const cache = temporaryFolder();
    const folder = join(cache, 'orders', 'code');
    mkdirSync(folder, { recursive: true });
    const old = join(folder, 'ffffffffffffffffffff-v20.0.0-x64-list-cli.cjs.bin');
    writeFileSync(old, '');
    utimesSync(old, new Date('2020-01-01'), new Date('2020-01-01'));
    await runWith(cache);
    expect(existsSync(old)).toBe(false);
  });

  test('is not kept for misspelt commands', async () => {
    const cache = temporaryFolder();
    await runOrders(['lits'], { env: { XDG_CACHE_HOME: cache } });
    expect(compiledIn(cache)).toEqual([]);
  });
});
