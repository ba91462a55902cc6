import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveOrders } from '../support/serve-orders.js';
import { ROOT, runOrders, type Ran } from '../support/run-orders.js';

/*
 * Orders of the local environment are cancelled at moments that are not the usual one; what audit names is mended by what it prints.
 */
const scratch = mkdtempSync(join(tmpdir(), 'orders-compensate-'));
const cwd = join(scratch, 'cwd');
const folder = join(scratch, 'data');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeAll(() => cpSync(join(ROOT, 'workflows/order-processing/examples'), cwd, { recursive: true }));

const orders = (...args: string[]): Promise<Ran> => runOrders(args, { folder, cwd });
const json = async (...args: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await orders(...args, '--json')).stdout) as Record<string, unknown>;

function orderFile(orderId: string, more: object = {}): string {
  const order = JSON.parse(readFileSync(join(cwd, 'order.json'), 'utf8')) as object;
  writeFileSync(join(cwd, `${orderId}.json`), JSON.stringify({ ...order, orderId, ...more }));
  return `${orderId}.json`;
}
const captured = (orderId: string, more: object = {}): Promise<Ran> =>
  orders('start', '--file', orderFile(orderId, more), '--inject', 'FulfillOrder:InternalError', '--wait');

interface Found {
  readonly orderId: string;
  readonly rule: string;
  readonly mend: readonly string[];
}
const findingsOf = async (...args: string[]): Promise<readonly Found[]> =>
  (await json('audit', ...args))['findings'] as readonly Found[];

describe('orders compensate', { timeout: 60_000 }, () => {
  test('an ARN means its own attempt, not the newest', async () => {
    await orders('start', '--file', orderFile('twice', { paymentMethod: 'pm_card_chargeDeclined' }), '--wait');
    const first = (await json('status', 'twice'))['executionArn'] as string;
    await orders('start', '--file', orderFile('twice'), '--attempt', '2', '--inject', 'CapturePayment:InternalError');
    expect(await orders('compensate', first, '--yes')).toEqual({
      stdout: 'order twice was cancelled before: CANCELLED, payment VOIDED\n',
      stderr: '',
      code: 0,
    });
    const rows = (await json('local', 'show', 'twice'))['orders'] as { attempt: number; status: string }[];
    expect(rows.map(({ attempt, status }) => [attempt, status]).sort()).toEqual([
      [1, 'CANCELLED'],
      [2, 'RECEIVED'],
    ]);
    expect(await orders('compensate', first, '--attempt', '2', '--yes')).toMatchObject({
      code: 2,
      stderr: 'Error: --attempt goes with an order id; an ARN names its attempt itself\n',
    });
    expect((await findingsOf('twice')).map(({ mend }) => mend)).toEqual([
      ['orders redrive twice --attempt 2', 'orders compensate twice --attempt 2'],
    ]);
    const second = await orders('compensate', 'twice', '--attempt', '2', '--yes');
    expect([second.code, second.stdout]).toEqual([
      0,
      'attempt 2 of order twice is cancelled: CANCELLED, payment VOIDED\n',
    ]);
    expect(await orders('compensate', 'twice', '--attempt', '3', '--yes')).toEqual({
      stdout: '',
      stderr:
        'Error: the ledger knows no attempt 3 of order twice, so there is nothing to cancel\n' +
        '  if its execution has only begun, orders stop twice --attempt 3 stops it\n' +
        '  orders list shows what there is\n',
      code: 7,
    });
  });

  test('a refund that fails at the bank later is made again', async () => {
    await captured('refund', { paymentMethod: 'pm_card_refundFail' });
    expect(await json('compensate', 'refund', '--yes')).toMatchObject({ paymentStatus: 'REFUNDED', findings: [] });
    expect(await json('compensate', 'refund', '--yes')).toMatchObject({ compensated: false });
    // The bank takes a minute to refuse it: the refund is made that much older.
    const database = new Database(join(folder, 'orders.db'));
    const { changes } = database
      .prepare(
        "UPDATE stripe_objects SET body = json_set(body, '$.created', json_extract(body, '$.created') - 61) WHERE kind = 'refund'",
      )
      .run();
    database.close();
    expect(changes).toBe(1);
    expect((await findingsOf('refund')).map(({ rule, mend }) => [rule, mend[0]])).toEqual([
      ['I1', 'orders compensate refund'],
    ]);
    expect(await json('compensate', 'refund', '--yes')).toMatchObject({ compensated: true, findings: [] });
    expect(await findingsOf('refund')).toEqual([]);
  });

  test('two at the same time cancel it once', async () => {
    await captured('both');
    const both = await Promise.all([orders('compensate', 'both', '--yes'), orders('compensate', 'both', '--yes')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const { paymentIntents, reservations } = await json('local', 'show', 'both');
    expect(paymentIntents).toMatchObject([{ captures: 1, amountRefunded: 9350 }]);
    expect(reservations).toMatchObject([{ status: 'RELEASED' }]);
    expect((await orders('audit', '--stock')).code).toBe(0);
  });

  test('an execution that failed before it wrote anything is named, and mended by a redrive', async () => {
    await orders('start', '--file', orderFile('never'), '--inject', 'ValidateOrder:InternalError', '--wait');
    const named = [{ orderId: 'never', rule: 'unfinished', mend: ['orders redrive never'] }];
    expect(await findingsOf('never')).toMatchObject(named);
    expect(await findingsOf('--since', '1s')).toMatchObject(named);
    expect(await orders('compensate', 'never', '--yes')).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('the ledger knows no order never, so there is nothing to cancel') as string,
    });
    expect((await orders('redrive', 'never', '--wait')).code).toBe(0);
    expect(await findingsOf('never')).toEqual([]);
  });

  test('an order that the workflow has cancelled itself', async () => {
    await orders('start', '--file', 'unknown-product.json', '--wait');
    const { orderId } = JSON.parse(readFileSync(join(cwd, 'unknown-product.json'), 'utf8')) as { orderId: string };
    expect(await json('compensate', orderId, '--yes')).toMatchObject({ compensated: false, status: 'CANCELLED' });
  });

  test.each([
    [['compensate'], 'missing argument ORDER'],
    [['compensate', 'x', '--attempt', '0'], 'flag --attempt: Expected an integer'],
    [['compensate', 'x', '--reason', 'y'.repeat(32_769), '--yes'], 'the reason has 32769 characters'],
    [['compensate', 'x', '--since', '1h'], 'flag --since'],
    [['compensate', 'arn:aws:states:us-east-1:000000000000:stateMachine:m'], 'this ARN names a state machine'],
  ])('%s is refused', async (args, said) => {
    const { code, stdout, stderr } = await orders(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });

  test('a machine of which nothing is published', async () => {
    const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:elsewhere';
    for (const args of [['audit', '7'], ['audit'], ['compensate', '7', '--yes']]) {
      const { code, stderr } = await orders(...args, '--state-machine-arn', arn);
      expect(code).toBe(7);
      expect(stderr).toContain(`nothing is published about ${arn}`);
      expect(stderr).toContain('name the environment that runs it with --env');
    }
  });

  test('the commands of a finding mend it where they are printed for', async () => {
    await captured('paste');
    await captured('paste-2');
    const server = await serveOrders(folder);
    try {
      const found = await findingsOf('--endpoint-url', server.url);
      const lines = ['paste', 'paste-2'].map((orderId, index) => {
        const { rule, mend } = found.find((finding) => finding.orderId === orderId) as Found;
        expect(rule).toBe('I1');
        expect(mend).toHaveLength(2);
        return mend[index] as string;
      });
      expect(lines).toEqual([
        `orders redrive paste --endpoint-url ${server.url}`,
        `orders compensate paste-2 --endpoint-url ${server.url}`,
      ]);
      for (const line of lines) {
        const more = line.includes('compensate') ? '--yes' : '--wait';
        const { code, stderr } = await orders(...line.split(' ').slice(1), more);
        expect(code, stderr).toBe(0);
      }
      expect(await findingsOf('--endpoint-url', server.url)).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
