import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { ROOT } from '../../support/run-orders.js';
import { servedEnvironment } from './local-fixture.js';

/*
 * The table of operations in docs/local.md. After a change that is meant: UPDATE_DOCS=1 npx vitest run test/local/states/operations
 */
const PAGE = join(ROOT, 'docs', 'local.md');
const MARKED = /(<!-- operations -->\n)([^]*?)(<!-- \/operations -->)/;

/** Every operation of the SDK's model of the service. */
const OPERATIONS = Object.keys(sdk)
  .filter((name) => /^[A-Z]\w+Command$/.test(name))
  .map((name) => name.replace(/Command$/, ''))
  .sort();

test('docs/local.md says which operations of Step Functions are offered', async () => {
  const { port } = await servedEnvironment();
  const offered: string[] = [];
  const refused: string[] = [];
  for (const operation of OPERATIONS) ((await isOffered(port, operation)) ? offered : refused).push(operation);
  const table = `\n| | |\n|---|---|\n| offered | ${offered.join(', ')} |\n| refused by name | ${refused.join(', ')} |\n\n`;

  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(
      PAGE,
      readFileSync(PAGE, 'utf8').replace(MARKED, (_, open, __, close) => `${open}${table}${close}`),
    );
  }
  expect(OPERATIONS.length).toBeGreaterThan(30);
  expect(MARKED.exec(readFileSync(PAGE, 'utf8'))?.[2]).toBe(table);
});

/** An empty request: what is offered finds fault with it or answers; what is not is an unknown operation. */
async function isOffered(port: number, operation: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AWSStepFunctions.${operation}` },
    body: '{}',
  });
  return !(await answer.text()).includes('UnknownOperation');
}
