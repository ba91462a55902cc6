import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/command-table.js';
import { EXIT_CODES } from '../../src/lib/cli/exit-codes.js';
import { ROOT, runOrders } from '../support/run-orders.js';

/*
 * Every line that a reader is invited to copy is run: the tour of the README and the examples of each command's help.
 */
const scratch = mkdtempSync(join(tmpdir(), 'orders-examples-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('the tour of the README ends each line as it says', { timeout: 90_000 }, async () => {
  const tour = /## A first tour\n+```sh\n([^]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1] ?? '';
  const lines = tour.split('\n').flatMap((line) => /^orders [^#]*/.exec(line)?.[0].trim() ?? []);
  expect(lines.length).toBeGreaterThan(6);
  const ended: [string, number | null][] = [];
  const cwd = join(ROOT, 'workflows/order-processing/examples');
  for (const line of lines) {
    const { code } = await runOrders(wordsOf(line), { folder: join(scratch, 'tour'), cwd });
    ended.push([line, code]);
  }
  // A declined card, and a fault that nobody catches, are failed executions.
  const fails = (line: string): boolean => line.includes('declined.json --wait') || line.includes('--inject');
  expect(ended).toEqual(lines.map((line) => [line, fails(line) ? EXIT_CODES.failed.code : EXIT_CODES.done.code]));
});

// The real one would fetch providers; this one ends at its first command, when all that was typed has been looked at.
const TERRAFORM_ENV = {
  AWS_REGION: 'us-east-1',
  ORDERS_TERRAFORM_BIN: join(ROOT, 'test/support/fake-terraform.js'),
  FAKE_TERRAFORM: join(scratch, 'terraform.json'),
};

describe('examples in help', () => {
  const cwd = join(scratch, 'cwd');
  const folder = join(scratch, 'data');
  beforeAll(async () => {
    cpSync(join(ROOT, 'workflows/order-processing/examples'), cwd, { recursive: true });
    cpSync(join(ROOT, 'workflows/order-processing/order-processing.asl.json'), join(cwd, 'machine.asl.json'));
    cpSync(join(ROOT, 'workflows/order-processing/workflow.json'), join(cwd, 'workflow.json'));
    writeFileSync(TERRAFORM_ENV.FAKE_TERRAFORM, JSON.stringify({ commands: { init: { code: 1 } } }));
    await runOrders(['start', '--file', 'order.json', '--wait'], { folder, cwd });
  });

  // What they answer depends on the order's state, which other tests look at; none may be misuse or a bug.
  test.each(Object.keys(COMMANDS))('of %s are accepted', { timeout: 60_000 }, async (id) => {
    const command = (await COMMANDS[id]?.())?.default;
    const examples = (command?.examples ?? []) as readonly { readonly command: string }[];
    for (const example of examples) {
      const [line = ''] = example.command.replace('<%= config.bin %>', 'orders').split(' | ');
      const input = readFileSync(join(cwd, 'order.json'), 'utf8');
      const { code, stderr } = await runOrders(wordsOf(line), {
        folder,
        cwd,
        input,
        env: TERRAFORM_ENV,
        // A server goes on until it is told to end.
        onOutput: ({ stdout }, kill) => {
          if (id === 'local:serve' && stdout.includes('\n')) kill('SIGTERM');
        },
      });
      // A question needs a terminal, and says with which flag it is answered elsewhere.
      if (stderr.includes('answer with --')) continue;
      const wrong: readonly (number | null)[] = [EXIT_CODES.bug.code, EXIT_CODES.usage.code, null];
      expect(wrong, `${line}: ${stderr}`).not.toContain(code);
    }
  });
});

/** Words of a command line after `orders`; double quotes hold a word together. */
function wordsOf(line: string): string[] {
  return [...line.replace(/^orders /, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}
