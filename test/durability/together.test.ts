import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-orders.js';
import type { ErrorAnswer, LedgerAnswer, ListAnswer, StatusAnswer } from './answers.js';
import { ledgerFaults } from './evidence.js';
import { orderFile } from './example-orders.js';
import { orders, ordersJson, OrdersProcess, type Launch } from './orders-process.js';
import { startServer } from './server.js';

/* Processes that share one data folder. */

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:order-processing';
/** Fails twice, so that the execution stands in the middle for two seconds and more. */
const SLOW = ['--inject', 'CapturePayment:TransientDependencyError*2'];

function shop(): Launch & { order(example: string, orderId: string): string } {
  const folder = temporaryFolder();
  return { folder, order: (example, orderId) => orderFile(example, orderId, join(folder, 'files')) };
}

async function ledgerOf(launch: Launch): Promise<{ ledger: LedgerAnswer; list: ListAnswer }> {
  const ledger = await ordersJson<LedgerAnswer>(['local', 'show'], launch);
  const list = await ordersJson<ListAnswer>(['list'], launch);
  expect(ledgerFaults(ledger, list)).toEqual([]);
  return { ledger, list };
}

describe('several processes at once', () => {
  it('start the same order five times and make one execution and one charge of it', async () => {
    const here = shop();
    const file = here.order('order.json', 'five-times');
    const start = (): Promise<StatusAnswer> => ordersJson(['start', '--file', file, '--wait'], here);
    const answers = await Promise.all([start(), start(), start(), start(), start()]);
    const verdicts = answers.map(({ verdict }) => verdict ?? '');
    const others = verdicts.filter((verdict) => ['running', 'finished'].includes(verdict));
    expect([verdicts.filter((verdict) => verdict === 'started').length, others.length]).toEqual([1, 4]);
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill('SUCCEEDED'));
    const { ledger, list } = await ledgerOf(here);
    expect(list.executions).toHaveLength(1);
    expect(ledger.paymentIntents.map(({ captures }) => captures)).toEqual([1]);
  });

  it('set up an empty folder without harming each other', async () => {
    const here = shop();
    const runs = ['one', 'other'].map((id) =>
      ordersJson<StatusAnswer>(['start', '--file', here.order('order.json', id), '--wait'], here),
    );
    const looks = [orders(['list'], here), orders(['local', 'show'], here)];
    expect((await Promise.all(runs)).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect((await Promise.all(looks)).map(({ code }) => code)).toEqual([0, 0]);
    const { ledger } = await ledgerOf(here);
    expect(ledger.paymentIntents).toHaveLength(2);
  });

  it('start, stop and redrive beside a server', async () => {
    const here = shop();
    const server = await startServer(here);
    const slow = here.order('order.json', 'slow');
    const started = new OrdersProcess(['start', '--file', slow, '--wait', ...SLOW], here);
    const quick = await orders(['start', '--file', here.order('order.json', 'quick'), '--wait'], here);
    expect(quick.code).toBe(0);
    await started.says('CapturePayment: attempt 1 failed');
    expect((await orders(['stop', 'slow', '--yes'], here)).code).toBe(0);
    expect((await started.ended).code).toBe(5);
    expect((await orders(['redrive', 'slow', '--wait'], here)).code).toBe(0);
    expect((await server.stop()).code).toBe(130);
    const { ledger, list } = await ledgerOf(here);
    expect(list.executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(ledger.paymentIntents.map(({ captures }) => captures)).toEqual([1, 1]);
  });

  it('go on at once with what a killed server had taken up', async () => {
    const here = shop();
    const first = await startServer(here);
    const file = here.order('order.json', 'passed-on');
    const begun = new OrdersProcess(['start', '--file', file, '--wait', ...SLOW], here);
    await begun.says('CapturePayment: attempt 1 failed');
    begun.signal('SIGKILL');
    await begun.ended;
    first.process.signal('SIGKILL');
    await first.process.ended;
    expect((await orders(['start', '--file', file, '--wait'], here)).code).toBe(0);
    await ledgerOf(here);
  });
});

describe('a reset while another process is at work', () => {
  it('is refused while an execution is driven, and harms nothing', async () => {
    const here = shop();
    const driving = new OrdersProcess(['start', '--file', here.order('order.json', 'kept'), '--wait', ...SLOW], here);
    await driving.says('CapturePayment: attempt 1 failed');
    const { stdout, code } = await orders(['local', 'reset', '--yes', '--json'], here);
    expect(code).toBe(8);
    expect((JSON.parse(stdout) as ErrorAnswer).error.message).toContain(
      `process ${driving.pid} is driving an execution`,
    );
    expect((await driving.ended).code).toBe(0);
    await ledgerOf(here);
  });

  it('leaves a server that stands idle an empty store to go on with', async () => {
    const here = shop();
    const server = await startServer(here);
    expect((await orders(['start', '--file', here.order('order.json', 'gone'), '--wait'], here)).code).toBe(0);
    expect((await orders(['local', 'reset', '--yes'], here)).code).toBe(0);
    const through = ['--endpoint-url', server.url, '--state-machine-arn', MACHINE];
    const file = here.order('order.json', 'next');
    expect((await orders(['start', '--file', file, '--wait', ...through], here)).code).toBe(0);
    await server.stop();
    const { list } = await ledgerOf(here);
    expect(list.executions.map(({ orderId, status }) => [orderId, status])).toEqual([['next', 'SUCCEEDED']]);
  });
});
