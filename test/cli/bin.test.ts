import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, cleanEnvironment, temporaryFolder } from '../support/run-orders.js';

test('without a build it says how to make one', () => {
  const folder = temporaryFolder();
  cpSync(join(ROOT, 'bin'), join(folder, 'bin'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin', 'run.js'), 'list'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toBe(`Error: orders is not built yet: run \`npm run build\` in ${folder}\n`);
});

test('developers run the sources', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin', 'dev.js'), 'local', 'show', '--bogus'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('Error: unknown flag --bogus');
});

test('a reader that leaves early ends it quietly', () => {
  const command = `"${process.execPath}" "${join(ROOT, 'bin', 'run.js')}" help | true`;
  const { status, stderr } = spawnSync(command, { shell: true, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

// Linux has a file that is always full.
test.skipIf(!existsSync('/dev/full'))('an answer that cannot be written is no success', () => {
  for (const flags of [[], ['--json']]) {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin', 'run.js'), 'list', ...flags], {
      encoding: 'utf8',
      env: cleanEnvironment(temporaryFolder()),
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(status).toBe(14);
    expect(stderr).toMatch(/^Error: the answer could not be written: ENOSPC/mu);
  }
});
