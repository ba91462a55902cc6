import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-orders.js';
import type { LedgerAnswer, ListAnswer, StatusAnswer } from './answers.js';
import { ledgerFaults } from './evidence.js';
import { orderFile } from './example-orders.js';
import { functionLines } from './function-logs.js';
import { Installation } from './installation.js';
import { orders, ordersJson } from './orders-process.js';
import { startServer } from './server.js';

/** Writes so many lines before it misbehaves. */
const LINES = 500;
const chatter = `for (let line = 1; line <= ${LINES}; line += 1) console.log('line ' + line);`;

const MISBEHAVIOUR = [
  { does: 'loops for ever', code: 'for (;;) {}', error: 'Sandbox.Timedout' },
  {
    does: 'waits for ever',
    code: 'await new Promise((resolve) => setTimeout(resolve, 1e9));',
    error: 'Sandbox.Timedout',
  },
  { does: 'calls process.exit', code: 'process.exit(3);', error: 'Runtime.ExitError' },
  {
    does: 'eats all memory',
    code: 'const kept = []; for (;;) kept.push(new Array(10_000).fill(kept.length));',
    error: 'Runtime.ExitError',
  },
] as const;

describe('a function that', () => {
  let installation: Installation;
  beforeAll(() => {
    installation = new Installation();
    installation.limitFunction('fulfill-order', { timeoutSeconds: 2, memoryMb: 96 });
  });
  afterAll(() => installation.remove());

  it.each(MISBEHAVIOUR)(
    '$does gives $error, with its log to the last line, and the order can be redriven',
    async ({ code, error }) => {
      installation.replaceFunction('fulfill-order', `export const handler = async () => { ${chatter} ${code} };`);
      const { folder, answer } = await startBroken(installation);
      expect(answer).toMatchObject({ status: 'FAILED', error });

      const server = await startServer({ folder });
      const lines = await functionLines(server.url, 'fulfill-order');
      await server.stop();
      expect(lines.filter((line) => line.includes('line ')).map((line) => Number(line.split('line ')[1]))).toEqual(
        Array.from({ length: LINES }, (_, index) => index + 1),
      );
      expect(lines.at(0)).toMatch(/^START RequestId/u);
      expect(lines.at(-1)).toMatch(/^REPORT RequestId/u);

      // With the function that is shipped.
      expect((await orders(['redrive', 'misled', '--wait'], { folder })).code).toBe(0);
      const ledger = await ordersJson<LedgerAnswer>(['local', 'show'], { folder });
      expect(ledgerFaults(ledger, await ordersJson<ListAnswer>(['list'], { folder }))).toEqual([]);
      expect(ledger.paymentIntents.map(({ captures }) => captures)).toEqual([1]);
    },
    30_000,
  );

  it('throws what is no Error fails with what it threw', async () => {
    installation.replaceFunction('fulfill-order', `export const handler = async () => { throw 'out of paper'; };`);
    const { folder, answer } = await startBroken(installation);
    expect(answer.status).toBe('FAILED');
    const { stdout } = await orders(['status', 'misled'], { folder });
    expect(stdout).toContain('out of paper');
  }, 30_000);
});

async function startBroken({ root }: Installation): Promise<{ folder: string; answer: StatusAnswer }> {
  const folder = temporaryFolder();
  const file = orderFile('order.json', 'misled', join(folder, 'files'));
  const { code, stdout, stderr } = await orders(['start', '--file', file, '--wait', '--json'], { folder, root });
  // The CLI survives, and says how the execution ended.
  expect([code, stderr]).toEqual([3, '']);
  return { folder, answer: JSON.parse(stdout) as StatusAnswer };
}
