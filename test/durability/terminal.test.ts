import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-orders.js';
import type { LedgerAnswer, ListAnswer, StatusAnswer } from './answers.js';
import { ledgerFaults } from './evidence.js';
import { orderFile } from './example-orders.js';
import { orders, ordersJson, OrdersProcess } from './orders-process.js';

/* Ctrl-C and SIGTERM are in test/e2e/interruptions.test.ts; here are the terminals and readers that go away. */

const SLOW = ['--inject', 'CapturePayment:TransientDependencyError*1'];

function shop(): { readonly folder: string; readonly file: string } {
  const folder = temporaryFolder();
  return { folder, file: orderFile('forty-items.json', 'watched', join(folder, 'files')) };
}

describe('a reader that leaves early', () => {
  it.each([
    ['history', 'watched', '--events'],
    ['history', 'watched', '--events', '--json'],
    ['local', 'show'],
  ])('%s %s %s: ends quietly', async (...args) => {
    const { folder, file } = shop();
    expect((await orders(['start', '--file', file, '--wait'], { folder })).code).toBe(0);
    const run = new OrdersProcess(args, { folder, shell: 'f() { "$@" | head -n 1; exit "${PIPESTATUS[0]}"; }; f' });
    const { stdout, stderr, code } = await run.ended;
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/EPIPE|Error|^ +at /mu);
    expect(code).toBe(0);
  });

  it('does not keep the order from its end', async () => {
    const { folder, file } = shop();
    const run = new OrdersProcess(['start', '--file', file, '--wait', ...SLOW], { folder });
    run.closeStdout();
    await run.ended;
    expect(await ordersJson<StatusAnswer>(['status', 'watched'], { folder })).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a terminal that goes away', () => {
  it('leaves the execution running, for the next command to go on with', async () => {
    const { folder, file } = shop();
    const run = new OrdersProcess(['start', '--file', file, '--wait', ...SLOW], { folder });
    await run.says('CapturePayment: attempt 1 failed');
    run.signal('SIGHUP');
    const { code, signal } = await run.ended;
    expect(code ?? signal).toBe('SIGHUP');
    expect(await ordersJson<StatusAnswer>(['status', 'watched'], { folder })).toMatchObject({ status: 'RUNNING' });
    expect((await orders(['start', '--file', file, '--wait'], { folder })).code).toBe(0);
    const ledger = await ordersJson<LedgerAnswer>(['local', 'show'], { folder });
    expect(ledgerFaults(ledger, await ordersJson<ListAnswer>(['list'], { folder }))).toEqual([]);
  });
});
