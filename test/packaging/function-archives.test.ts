import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions } from '../../build/functions.js';
import { archive } from '../../src/lib/packaging/archive.js';
import { writeFunctionArchives, type FunctionArchive } from '../../src/lib/packaging/function-archives.js';

const scratch = mkdtempSync(join(tmpdir(), 'orders-archives-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const hashes = (archives: readonly FunctionArchive[]): string[] =>
  archives.map((made) => `${made.function} ${made.sha256}`);

describe('archives of the functions', () => {
  let names: string[];
  let first: FunctionArchive[];
  beforeAll(async () => {
    names = await buildFunctions({ outFolder: join(scratch, 'one', 'functions') });
    first = await writeFunctionArchives({
      bundles: join(scratch, 'one', 'functions'),
      functions: names,
      into: join(scratch, 'first'),
    });
  });

  test('are the same bytes when everything is built again somewhere else', async () => {
    const bundles = join(scratch, 'another place', 'functions');
    await buildFunctions({ outFolder: bundles });
    const second = await writeFunctionArchives({ bundles, functions: names, into: join(scratch, 'second') });
    expect(hashes(second)).toEqual(hashes(first));
    expect(first).toHaveLength(9);
    for (const { file, sha256, bytes } of first) {
      const contents = readFileSync(file);
      expect([createHash('sha256').update(contents).digest('hex'), contents.length]).toEqual([sha256, bytes]);
    }
  });

  test('run alone: unpacked into an empty folder, each has its handler', { timeout: 60_000 }, () => {
    for (const { function: name, file } of first) {
      const folder = join(scratch, 'unpacked', name);
      for (const [path, contents] of Object.entries(unzipSync(readFileSync(file)))) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), contents);
      }
      // All modules, those too that are loaded only when a certain kind of credentials is used.
      const script = `
        import { readdirSync } from 'node:fs';
        for (const entry of readdirSync('.', { recursive: true })) if (entry.endsWith('.mjs')) await import('./' + entry);
        const { handler } = await import('./index.mjs');
        process.stdout.write(typeof handler);`;
      const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: folder,
        env: { AWS_REGION: 'us-east-1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
        encoding: 'utf8',
      });
      expect(`${name}: ${said}`).toBe(`${name}: function`);
    }
  });

  test('leave out what only other functions need, and forget functions that are gone', async () => {
    const into = join(scratch, 'few');
    const all = { bundles: join(scratch, 'one', 'functions'), into };
    await writeFunctionArchives({ ...all, functions: names });
    await writeFunctionArchives({ ...all, functions: ['validate-order'] });
    expect(readdirSync(into)).toEqual(['validate-order.zip']);
    const files = Object.keys(unzipSync(readFileSync(join(into, 'validate-order.zip'))));
    expect(files[0]).toMatch(/^chunks\//);
    expect(files).toContain('index.mjs');
    expect(files).toContain('validate-order/index.mjs');
    expect(files.join()).not.toContain('charge-payment');
  });

  test('say which function is not built', async () => {
    const wish = { bundles: join(scratch, 'nothing'), functions: ['validate-order'], into: join(scratch, 'none') };
    await expect(writeFunctionArchives(wish)).rejects.toThrow(/^function validate-order cannot be packed: ENOENT/);
  });
});

test('an archive follows from names and contents, in any zone and order', () => {
  const script = (zone: string, files: string): string => {
    const code = `
      import { createHash } from 'node:crypto';
      import { archive } from './src/lib/packaging/archive.ts';
      process.stdout.write(createHash('sha256').update(archive(new Map(${files}))).digest('hex'));`;
    return execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
    });
  };
  const text = (content: string): string => `new Uint8Array([${[...Buffer.from(content)].join()}])`;
  const a = `['a', ${text('one')}]`;
  const b = `['b', ${text('two')}]`;
  const here = createHash('sha256')
    .update(
      archive(
        new Map([
          ['b', Buffer.from('two')],
          ['a', Buffer.from('one')],
        ]),
      ),
    )
    .digest('hex');
  expect(script('Pacific/Kiritimati', `[${b}, ${a}]`)).toBe(here);
  expect(script('America/Los_Angeles', `[${a}, ${b}]`)).toBe(here);
  // Changes when fflate compresses otherwise: then every function is deployed once more.
  expect(here).toBe('1a89dc0e5799369db231e46c99968dc40bc6e9457dd831b56ac147ad4a82b3bf');
});
