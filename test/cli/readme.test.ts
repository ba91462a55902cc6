import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from '../support/run-orders.js';

test('the README shows the help as it is (else: node build/readme.js)', () => {
  const script = `import('./build/readme.js').then(({ commandSection, sectionInReadme }) =>
    process.stdout.write(JSON.stringify([sectionInReadme(), commandSection()])))`;
  const output = execFileSync(process.execPath, ['--eval', script], { cwd: ROOT, encoding: 'utf8' });
  const [there, wanted] = JSON.parse(output) as [string, string];
  expect(there).toBe(wanted);
});
