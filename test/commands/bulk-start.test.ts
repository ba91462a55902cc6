import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runOrders, temporaryFolder } from '../support/run-orders.js';
import { lines, runAgainst } from './fixed.js';

const order = (orderId: string, quantity = 1): object => ({
  orderId,
  userId: 'u-1',
  items: [{ productId: 'mug-white', quantity }],
  shippingAddress: { country: 'DE' },
});
const text = (...orders: (object | string)[]): string =>
  orders.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n');
const sorted = (output: string): string[] => output.trim().split('\n').sort();

interface Listed {
  readonly executions: readonly { readonly orderId: string; readonly redriveCount: number; readonly status: string }[];
}
const list = async (folder: string): Promise<Listed['executions']> => {
  const { stdout } = await runOrders(['list', '--limit', '1000', '--json'], { folder });
  return (JSON.parse(stdout) as Listed).executions;
};

describe('orders start, many, locally', () => {
  it('gives each a line, names faulty ones and goes on', async () => {
    const folder = temporaryFolder();
    const input = text(order('b1'), '', '{"orderId":', order('b2'), order('b1'), order('a b'));
    const { stdout, stderr, code } = await runOrders(['start', '-f', '-'], { folder, input });
    expect(code).toBe(12);
    expect(sorted(stdout)).toEqual([
      'duplicate  b1  line 5  the same order stands in line 1',
      'faulty     line 3  it is not JSON: line 3, column 12: the text ends too early',
      'started    a b  SUCCEEDED',
      'started    b1  SUCCEEDED',
      'started    b2  SUCCEEDED',
    ]);
    expect(stderr).toBe(
      lines('standard input: 4 orders, 1 faulty, 1 there more than once', '3 of 5 orders went well; 2 faulty'),
    );
    // Nothing is left of the work but its locks.
    expect(readdirSync(join(folder, 'bulk'))).toEqual(['input']);
    const again = await runOrders(['start', '-f', '-', '--json'], { folder, input: `[${text(order('b1'))}]` });
    expect(again.code).toBe(0);
    expect(
      again.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { line: 1, orderId: 'b1', verdict: 'finished', status: 'SUCCEEDED' },
      { summary: { environment: 'local', outcomes: { done: 1 }, total: 1, exit: 'done' } },
    ]);
  });

  it('starts none of two orders with one id and different contents', async () => {
    const folder = temporaryFolder();
    const { stdout, code } = await runOrders(['start', '-f', '-'], {
      folder,
      input: text(order('b1'), order('b1', 2)),
    });
    expect(code).toBe(2);
    expect(stdout.match(/different contents \(first in line 1\): none was started/gu)).toHaveLength(2);
    expect(await list(folder)).toEqual([]);
  });

  it('exits by the outcome, 12 where it is mixed', async () => {
    const folder = temporaryFolder();
    const fail = ['--inject', 'FulfillOrder:Boom*1'];
    const failed = await runOrders(['start', '-f', '-', '--wait', ...fail], {
      folder,
      input: text(order('b1'), order('b2')),
    });
    expect(failed.code).toBe(3);
    expect(sorted(failed.stdout)).toEqual(['started    b1  FAILED  Boom', 'started    b2  FAILED  Boom']);
    const mixed = await runOrders(['start', '-f', '-', '--wait'], { folder, input: text(order('b1'), order('b3')) });
    expect(mixed.code).toBe(12);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('goes on where %s ended it', { timeout: 90_000 }, async (signal) => {
    const folder = temporaryFolder();
    const file = join(folder, 'many.ndjson');
    writeFileSync(file, text(...Array.from({ length: 40 }, (_, index) => order(`b${index}`))));
    let sent = false;
    const first = await runOrders(['start', '-f', file], {
      folder,
      onOutput: ({ stdout }, kill) => {
        // A second one would end it at once.
        if (sent || !stdout.includes('started    ')) return;
        sent = true;
        kill(signal);
      },
    });
    expect(first.code).toBe(signal === 'SIGINT' ? 130 : null);
    if (signal === 'SIGINT') {
      expect(first.stderr).toContain('interrupted, after');
      expect(first.stderr).toContain('run the same command again: it goes on with those that are left');
    }
    const second = await runOrders(['start', '-f', file], { folder });
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(/40 orders, \d+ sent by an earlier run, which was interrupted\n/u);
    expect(second.stdout.trim().split('\n').length).toBeLessThan(40);
    const executions = await list(folder);
    expect(executions).toHaveLength(40);
    expect(executions.every(({ status }) => status === 'SUCCEEDED')).toBe(true);
  });

  it.each([[[]], [['--json']]])(
    'says in one sentence that a journal is damaged %j',
    { timeout: 60_000 },
    async (flags) => {
      const folder = temporaryFolder();
      const file = join(folder, 'many.ndjson');
      writeFileSync(file, text(...Array.from({ length: 40 }, (_, index) => order(`b${index}`))));
      await runOrders(['start', '-f', file], {
        folder,
        onOutput: ({ stdout }, kill) => stdout.length > 60 && kill('SIGKILL'),
      });
      const journal = readdirSync(join(folder, 'bulk')).find((name) => name.endsWith('.journal')) ?? '';
      const path = join(folder, 'bulk', journal);
      writeFileSync(path, readFileSync(path, 'utf8').replace('"name":"order-', '"name":"other-'));
      const { stdout, stderr, code } = await runOrders(['start', '-f', file, ...flags], { folder });
      expect(code).toBe(14);
      expect(flags.length > 0 ? stdout : stderr).toContain(`the journal ${path} is damaged in line 2`);
      expect(existsSync(path)).toBe(true);
    },
  );
});

describe('bad input of many', () => {
  it.each([
    ['an empty list', '[]', 'standard input holds no orders'],
    ['no order at all', '[1, "x"]', undefined],
    ['a list that does not end', '[{"orderId":"1"', undefined],
  ])('%s', async (_title, input, message) => {
    const { code, stdout, stderr } = await runAgainst([], ['start', '-f', '-'], { input });
    expect(code).toBe(2);
    expect(stderr).not.toContain('    at ');
    if (message === undefined) expect(stdout).toMatch(/^faulty {5}line 1 {2}/u);
    else expect(stderr).toContain(`Error: ${message}\n`);
  });

  it('shows what would be sent, and sends nothing', async () => {
    const { code, stdout } = await runAgainst([], ['start', '-f', '-', '--dry-run'], {
      input: text(order('1'), order('2')),
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: lines('dry-run    1', 'dry-run    2') });
  });
});
