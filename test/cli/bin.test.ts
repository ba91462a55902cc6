import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from '../support/run-orders.js';

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
