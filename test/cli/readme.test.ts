import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/run-orders.js';

test('the README shows the help as it is (else: node build/readme.js)', () => {
  const script = `import('./build/readme.js').then((readme) => process.stdout.write(readme.commandSection()))`;
  const section = execFileSync(process.execPath, ['--eval', script], { cwd: ROOT, encoding: 'utf8' });
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(section);
});
