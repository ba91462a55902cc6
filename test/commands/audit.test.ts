import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL, serveOrders } from '../support/serve-orders.js';
import { ROOT, runOrders, type Ran } from '../support/run-orders.js';

/*
 * Real orders in the local environment, faults injected; the ledger and the fake of Stripe are asked over their own protocols.
 */
const scratch = mkdtempSync(join(tmpdir(), 'orders-audit-'));
const cwd = join(scratch, 'cwd');
const folder = join(scratch, 'data');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const orders = (...args: string[]): Promise<Ran> => runOrders(args, { folder, cwd });
const json = async (...args: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await orders(...args, '--json')).stdout) as Record<string, unknown>;

function orderFile(orderId: string): string {
  const order = JSON.parse(readFileSync(join(cwd, 'order.json'), 'utf8')) as object;
  writeFileSync(join(cwd, `${orderId}.json`), JSON.stringify({ ...order, orderId }));
  return `${orderId}.json`;
}

beforeAll(async () => {
  cpSync(join(ROOT, 'workflows/order-processing/examples'), cwd, { recursive: true });
  await orders('start', '--file', 'order.json', '--wait');
  await orders('start', '--file', 'declined.json', '--wait');
}, 60_000);

describe('orders audit and orders compensate', { timeout: 60_000 }, () => {
  test('orders that ended well', async () => {
    expect(await orders('audit', '--stock')).toEqual({
      stdout: '2 orders checked: nothing found\n',
      stderr: '',
      code: 0,
    });
    expect(await json('audit', '1001')).toEqual({
      environment: 'local',
      checked: 1,
      violations: 0,
      warnings: 0,
      stripe: true,
      stock: false,
      findings: [],
    });
  });

  test('money that was taken for what was not shipped, until the order is cancelled', async () => {
    await orders('start', '--file', orderFile('captured'), '--inject', 'FulfillOrder:InternalError', '--wait');
    const found = await orders('audit');
    expect(found.code).toBe(13);
    expect(found.stdout.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')).toBe(
      [
        'VIOLATION I1  order captured (due TIME)',
        '  93.50 USD was taken, but the order is RECEIVED and its execution FAILED on TIME',
        '  -> orders redrive captured',
        '  -> orders compensate captured',
        '3 orders checked: 1 violation, 0 warnings',
        '',
      ].join('\n'),
    );

    const asked = await orders('compensate', 'captured');
    expect([asked.code, asked.stderr]).toEqual([
      2,
      'Error: cannot ask "Cancel order captured (93.50 USD goes back to the customer) in local?" here\n' +
        '  answer with --yes\n',
    ]);
    const done = {
      environment: 'local',
      orderId: 'captured',
      attempt: 1,
      status: 'CANCELLED',
      paymentStatus: 'REFUNDED',
    };
    expect(await json('compensate', 'captured', '--yes')).toEqual({ ...done, compensated: true, findings: [] });
    // Again: nothing is done twice.
    expect(await json('compensate', 'captured', '--yes')).toEqual({ ...done, compensated: false, findings: [] });
    const { paymentIntents } = await json('local', 'show', 'captured');
    expect(paymentIntents).toMatchObject([{ captures: 1, amountCaptured: 9350, amountRefunded: 9350 }]);
    expect((await orders('audit', '--stock')).code).toBe(0);
  });

  test('an order is cancelled while its execution runs, which then ends by itself', async () => {
    await orders('start', '--file', orderFile('running'), '--inject', 'CapturePayment:TransientDependencyError*4');
    expect(await json('status', 'running')).toMatchObject({ status: 'RUNNING' });
    // The command that started it has gone, so it stands still.
    expect(await json('audit', 'running')).toMatchObject({
      checked: 1,
      violations: 0,
      findings: [{ rule: 'unfinished', mend: ['orders local serve', 'orders compensate running'] }],
    });
    expect(await json('compensate', 'running', '--yes')).toMatchObject({
      status: 'CANCELLED',
      paymentStatus: 'VOIDED',
    });
    const ended = await orders('start', '--file', 'running.json', '--wait', '--fast-forward');
    expect(ended.code).toBe(3);
    expect(await json('status', 'running')).toMatchObject({ status: 'FAILED', error: 'OrderCancelledError' });
    expect(await json('audit', 'running', '--stock')).toMatchObject({ findings: [] });
  });

  test('what is fulfilled stays, what nobody knows is not found', async () => {
    const fulfilled = await orders('compensate', '1001', '--yes');
    expect([fulfilled.code, fulfilled.stderr]).toEqual([
      8,
      'Error: order 1001 is fulfilled: its goods are on their way, and it cannot be cancelled\n' +
        "  give the money back in Stripe's dashboard when the goods come back\n",
    ]);
    for (const [command, code] of [
      [['compensate', 'nobody', '--yes'], 7],
      [['audit', 'nobody'], 7],
      [['audit', '1001', '--since', '1h'], 2],
      [['audit', '--since', 'yesterday'], 2],
      [['audit', 'bad\u0007id'], 2],
    ] as const) {
      const plain = await orders(...command);
      const asJson = await orders(...command, '--json');
      expect([plain.code, asJson.code, plain.stdout], command.join(' ')).toEqual([code, code, '']);
      expect(plain.stderr.split('\n')[0]).toMatch(/^Error: [^\x00-\x1f]+$/);
      expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { message: expect.any(String) as string } });
    }
  });

  test('a payment that no order knows, found through a served environment', async () => {
    await orders('start', '--file', orderFile('lost'), '--wait');
    const server = await serveOrders(folder);
    try {
      const ledger = new DynamoDB({ endpoint: server.url, region: 'us-east-1', credentials: LOCAL });
      // What a careless hand can do to a table.
      await ledger.deleteItem({ TableName: 'orders-local-orders', Key: { orderId: { S: 'lost' } } });
      ledger.destroy();
      const asked = await runOrders(['audit', 'lost', '--json', '--endpoint-url', server.url], { folder, cwd });
      expect(asked.code).toBe(13);
      expect(JSON.parse(asked.stdout)).toMatchObject({
        checked: 1,
        stripe: true,
        findings: [{ orderId: 'lost', rule: 'I1', severity: 'violation' }],
      });
      const all = await runOrders(['audit', '--endpoint-url', server.url], { folder, cwd });
      expect([all.code, all.stdout.split('\n')[0]]).toEqual([13, 'VIOLATION I1  order lost']);
    } finally {
      await server.close();
    }
  });
});
