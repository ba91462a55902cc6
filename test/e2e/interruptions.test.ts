import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, runOrders, temporaryFolder, type Ran } from '../support/run-orders.js';

const scratch = mkdtempSync(join(tmpdir(), 'orders-interruptions-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const example = JSON.parse(
  readFileSync(join(ROOT, 'workflows/order-processing/examples/order.json'), 'utf8'),
) as object;
let files = 0;

function orderAs(orderId: string): string {
  const path = join(scratch, `${(files += 1)}.json`);
  writeFileSync(path, JSON.stringify({ ...example, orderId }));
  return path;
}

/** Starts an order whose capture fails twice, and sends `signal` as soon as the first failure is told: it waits then. */
async function cutOff(folder: string, file: string, signal: NodeJS.Signals): Promise<Ran> {
  let sent = false;
  return runOrders(['start', '--file', file, '--wait', '--inject', 'CapturePayment:TransientDependencyError*2'], {
    folder,
    onOutput({ stderr }, kill) {
      if (sent || !stderr.includes('CapturePayment: attempt 1 failed')) return;
      sent = true;
      kill(signal);
    },
  });
}

async function captures(folder: string, orderId: string): Promise<number[]> {
  const shown = await runOrders(['local', 'show', orderId, '--json'], { folder });
  return (JSON.parse(shown.stdout) as { paymentIntents: { captures: number }[] }).paymentIntents.map(
    (intent) => intent.captures,
  );
}

describe('a start that is cut off', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s exits %d, leaves the execution running and says so', async (signal, code) => {
    const folder = temporaryFolder();
    const ran = await cutOff(folder, orderAs('cut'), signal);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain('the execution order-cut stays RUNNING, but nobody drives it now');
    const status = await runOrders(['status', 'cut', '--exit-status'], { folder });
    expect(status.code).toBe(6);
    expect(status.stdout).toContain('nobody drives it\n');
    expect(status.stderr).toContain('next: orders local serve drives it on');
  });

  it('by a kill is gone on with by the same command, with one charge', async () => {
    const folder = temporaryFolder();
    const file = orderAs('killed');
    expect((await cutOff(folder, file, 'SIGKILL')).code).toBeNull();
    const again = await runOrders(['start', '--file', file, '--wait', '--json'], { folder });
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'running', status: 'SUCCEEDED' });
    expect(await captures(folder, 'killed')).toEqual([1]);
  });

  it('can be waited for, and stopped', async () => {
    const folder = temporaryFolder();
    await cutOff(folder, orderAs('left'), 'SIGKILL');
    const waited = await runOrders(['status', 'left', '--wait', '--timeout', '300ms'], { folder });
    expect(waited.code).toBe(6);
    expect(waited.stderr).toContain('nobody drives this execution');
    const stopped = await runOrders(['stop', 'left', '--yes', '--reason', 'no longer wanted', '--json'], { folder });
    expect(JSON.parse(stopped.stdout)).toMatchObject({ stopped: true, status: 'ABORTED' });
    const status = await runOrders(['status', 'left'], { folder });
    expect(status.stdout).toContain('it was stopped in CapturePayment: StoppedByOperator\n  no longer wanted\n');
    const redriven = await runOrders(['redrive', 'left', '--wait'], { folder });
    expect(redriven.code).toBe(0);
    expect(await captures(folder, 'left')).toEqual([1]);
  });
});

describe('an order id', () => {
  it.each(['with a space', 'a/b:c', '🛒', 'x'.repeat(500), '7-a2', 'Ünïcödé'])('may be %j', async (orderId) => {
    const folder = temporaryFolder();
    const started = await runOrders(['start', '--file', orderAs(orderId), '--json'], { folder });
    expect(started.code).toBe(0);
    const { name, next } = JSON.parse(started.stdout) as { name: string; next: string[] };
    expect(name).toMatch(/^order_[0-9a-f]{64}$/);
    expect((await runOrders(['status', orderId, '--exit-status'], { folder })).code).toBe(0);
    // What is proposed can be pasted into a shell.
    expect(next).toEqual([expect.stringMatching(/^orders history [0-9A-Za-z_:-]{1,160}$/)]);
  });
});
