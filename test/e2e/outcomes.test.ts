import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, runOrders, type Ran } from '../support/run-orders.js';

/*
 * What becomes of an order, through the command line and nothing else: start, redrive, and `local show` for what is committed.
 */

const scratch = mkdtempSync(join(tmpdir(), 'orders-outcomes-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const EXAMPLES = join(ROOT, 'workflows/order-processing/examples');
let shops = 0;

interface Ledger {
  orders: { orderId: string; status: string }[];
  payments: { orderId: string; status: string }[];
  reservations: { orderId: string; status: string }[];
  inventory: { sku: string; onHand: number; reserved: number }[];
  messages: { topic: string; message: string }[];
  queued: unknown[];
  paymentIntents: {
    status: string;
    authorizations: number;
    captures: number;
    amountCaptured: number;
    amountRefunded: number;
  }[];
  executions: Record<string, number>;
}

interface Answer {
  verdict: string;
  status: string;
  executionArn: string;
  failure?: { stateName: string; error: string; class: string; attempts: number; failState?: string; where?: string };
  redrive: { helps: boolean };
}

/** A local environment of its own. */
class Shop {
  readonly folder = join(scratch, String((shops += 1)));

  constructor() {
    mkdirSync(this.folder);
  }

  run(...args: string[]): Promise<Ran> {
    return runOrders(args, { folder: this.folder });
  }

  /** Starts an example order (or one of the given content) and gives exit code and answer. */
  async start(file: string, ...flags: string[]): Promise<{ code: number | null; answer: Answer }> {
    const path = file.startsWith('/') ? file : join(EXAMPLES, file);
    const { code, stdout } = await this.run('start', '--file', path, '--wait', '--json', ...flags);
    return { code, answer: JSON.parse(stdout) as Answer };
  }

  /** Of one order, or everything. */
  async ledger(...orderId: string[]): Promise<Ledger> {
    return JSON.parse((await this.run('local', 'show', ...orderId, '--json')).stdout) as Ledger;
  }

  async stock(sku: string): Promise<{ onHand: number; reserved: number } | undefined> {
    const row = (await this.ledger()).inventory.find((item) => item.sku === sku);
    return row && { onHand: row.onHand, reserved: row.reserved };
  }
}

function rows(ledger: Ledger): Record<string, unknown> {
  return {
    orders: ledger.orders.map((row) => row.status),
    payments: ledger.payments.map((row) => row.status),
    reservations: ledger.reservations.map((row) => row.status),
    money: ledger.paymentIntents.map((intent) => [
      intent.status,
      intent.authorizations,
      intent.captures,
      intent.amountCaptured - intent.amountRefunded,
    ]),
    topics: ledger.messages.map((message) => message.topic),
  };
}

/** The example order.json under another id. */
function orderAs(id: string): string {
  const path = join(scratch, `${id}.json`);
  const order = JSON.parse(readFileSync(join(EXAMPLES, 'order.json'), 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...order, orderId: id }));
  return path;
}

describe('an order', () => {
  it('that is fine: one capture, stock consumed, one confirmation', async () => {
    const shop = new Shop();
    const { code, answer } = await shop.start('order.json');
    expect({ code, verdict: answer.verdict, status: answer.status }).toEqual({
      code: 0,
      verdict: 'started',
      status: 'SUCCEEDED',
    });
    const ledger = await shop.ledger('1001');
    expect(rows(ledger)).toEqual({
      orders: ['FULFILLED'],
      payments: ['CAPTURED'],
      reservations: ['CONSUMED'],
      money: [['succeeded', 1, 1, 9350]],
      topics: ['orders-local-confirmations'],
    });
    expect(ledger.inventory.find((item) => item.sku === 'mug-white')).toMatchObject({ onHand: 498, reserved: 0 });
    expect(ledger.queued).toEqual([]);
  });

  it.each([
    ['declined.json', '1003', 'kettle-steel'],
    ['three-d-secure.json', '1004', 'teapot-iron'],
  ])('%s: no money, stock back, the customer told', async (file, orderId, sku) => {
    const shop = new Shop();
    const before = await shop.stock(sku);
    const { code, answer } = await shop.start(file);
    expect({ code, status: answer.status }).toEqual({ code: 3, status: 'FAILED' });
    expect(answer.failure).toMatchObject({
      stateName: 'ChargePayment',
      error: 'PaymentDeclinedError',
      class: 'business',
      failState: 'OrderFailed',
    });
    expect(answer.redrive.helps).toBe(false);
    expect(rows(await shop.ledger(orderId))).toMatchObject({
      orders: ['CANCELLED'],
      reservations: ['RELEASED'],
      money: [['canceled', 0, 0, 0]],
      topics: ['orders-local-customer-notices'],
    });
    expect(await shop.stock(sku)).toEqual(before);
  });

  it('out of stock: the authorisation is void', async () => {
    const shop = new Shop();
    const { code, answer } = await shop.start('out-of-stock.json');
    expect({ code, status: answer.status }).toEqual({ code: 3, status: 'FAILED' });
    expect(answer.failure).toMatchObject({ stateName: 'CheckInventory', error: 'OutOfStockError', class: 'business' });
    const after = rows(await shop.ledger('1005'));
    expect(after).toMatchObject({ orders: ['CANCELLED'], payments: ['VOIDED'], reservations: ['RELEASED'] });
    expect(
      (after['money'] as unknown[][]).every(
        ([status, , captures, money]) => status === 'canceled' && captures === 0 && money === 0,
      ),
    ).toBe(true);
    expect(await shop.stock('lamp-brass')).toEqual({ onHand: 2, reserved: 0 });
  });

  it('with an unknown product: the item is named', async () => {
    const { code, answer } = await new Shop().start('unknown-product.json');
    expect(code).toBe(3);
    expect(answer.failure).toMatchObject({
      stateName: 'ProcessItem',
      where: 'ProcessLineItems > item 2',
      error: 'LineItemRejectedError',
    });
  });

  it('that is invalid: every fault named, nothing sent', async () => {
    const shop = new Shop();
    const { code, stdout, stderr } = await shop.run('start', '--file', join(EXAMPLES, 'invalid/many-faults.json'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const path of [
      '$.orderId',
      '$.userId',
      '$.items[0].quantity',
      '$.items[1].productId',
      '$.shippingAddress.country',
      '$.currency',
    ])
      expect(stderr).toContain(path);
    const ledger = await shop.ledger();
    expect([ledger.executions, ledger.orders]).toEqual([{}, []]);
  });

  it('declined, then with another payment method as attempt 2: succeeds', async () => {
    const shop = new Shop();
    await shop.start('declined.json');
    const { code, answer } = await shop.start('retry-after-decline.json', '--attempt', '2');
    expect({ code, status: answer.status }).toEqual({ code: 0, status: 'SUCCEEDED' });
    const ledger = await shop.ledger('1003');
    expect(ledger.orders.map((row) => row.status).sort()).toEqual(['CANCELLED', 'FULFILLED']);
    expect(ledger.paymentIntents.reduce((sum, intent) => sum + intent.captures, 0)).toBe(1);
    const status = await shop.run('status', '1003');
    expect(status.stdout).toMatch(/^order 1003, attempt 2 {2}SUCCEEDED/);
  });

  it('of forty lines succeeds', async () => {
    expect(await new Shop().start('forty-items.json')).toMatchObject({ code: 0, answer: { status: 'SUCCEEDED' } });
  });
});

describe('an infrastructure fault', () => {
  // One shop for all: each order is its own.
  let shop: Shop;
  beforeAll(() => {
    shop = new Shop();
  });

  it.each([
    'ValidateOrder',
    'ProcessItem',
    'AggregateResults',
    'CheckInventory',
    'ChargePayment',
    'CapturePayment',
    'FulfillOrder',
  ])(
    'in %s: is retried; and where it stays, FAILED there and completed by a redrive, with one charge',
    async (state) => {
      const retried = await shop.start(
        orderAs(`retried-${state}`),
        '--fast-forward',
        '--inject',
        `${state}:TransientDependencyError*2`,
      );
      expect(retried).toMatchObject({ code: 0, answer: { status: 'SUCCEEDED' } });

      const id = `stuck-${state}`;
      const { code, answer } = await shop.start(
        orderAs(id),
        '--fast-forward',
        '--inject',
        `${state}:TransientDependencyError*99`,
      );
      expect(code).toBe(3);
      expect(answer.failure).toMatchObject({
        stateName: state,
        error: 'TransientDependencyError',
        class: 'infrastructure',
        attempts: 6,
      });
      expect(answer.failure).not.toHaveProperty('failState');
      expect(answer.redrive.helps).toBe(true);

      const redriven = await shop.run('redrive', id, '--wait', '--json');
      expect(redriven.code).toBe(0);
      expect(JSON.parse(redriven.stdout)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, redriven: true });
      expect(rows(await shop.ledger(id))).toMatchObject({
        orders: ['FULFILLED'],
        reservations: ['CONSUMED'],
        money: [['succeeded', 1, 1, 9350]],
        topics: ['orders-local-confirmations'],
      });
    },
  );

  it('in SendConfirmation: the confirmation waits in the queue, the order succeeds', async () => {
    const { code } = await shop.start(
      orderAs('unconfirmed'),
      '--fast-forward',
      '--inject',
      'SendConfirmation:TransientDependencyError*99',
    );
    expect(code).toBe(0);
    const ledger = await shop.ledger('unconfirmed');
    expect([ledger.messages, ledger.queued.length]).toEqual([[], 1]);
  });

  it('in HandleDeclinedPayment: a lost notice does not hold the stock', async () => {
    const own = new Shop();
    const { code } = await own.start(
      'declined.json',
      '--fast-forward',
      '--inject',
      'HandleDeclinedPayment:TransientDependencyError*99',
    );
    expect(code).toBe(3);
    expect(rows(await own.ledger('1003'))).toMatchObject({
      orders: ['CANCELLED'],
      reservations: ['RELEASED'],
      topics: [],
    });
  });

  it('in CompensatingTransaction: FAILED there, what it was about stands beside it, and a redrive completes the compensation', async () => {
    const own = new Shop();
    const { code, answer } = await own.start(
      'out-of-stock.json',
      '--fast-forward',
      '--inject',
      'CompensatingTransaction:TransientDependencyError*99',
    );
    expect(code).toBe(3);
    expect(answer.failure).toMatchObject({
      stateName: 'CompensatingTransaction',
      class: 'infrastructure',
      caughtBefore: { stateName: 'CheckInventory', error: 'OutOfStockError' },
    });
    const redriven = await own.run('redrive', '1005', '--wait');
    expect(redriven.code).toBe(3);
    expect(redriven.stdout).toContain('OutOfStockError');
    expect(rows(await own.ledger('1005'))).toMatchObject({ orders: ['CANCELLED'], payments: ['VOIDED'] });
  });
});

describe('the same order', () => {
  it('five times at once: one execution, one charge, one process that says it started it', async () => {
    const shop = new Shop();
    const runs = await Promise.all([1, 2, 3, 4, 5].map(() => shop.start('order.json')));
    expect(runs.map((run) => run.code)).toEqual([0, 0, 0, 0, 0]);
    expect(runs.filter((run) => run.answer.verdict === 'started')).toHaveLength(1);
    const ledger = await shop.ledger('1001');
    expect(ledger.executions).toEqual({ SUCCEEDED: 1 });
    expect(ledger.paymentIntents.map((intent) => intent.captures)).toEqual([1]);
    expect(ledger.messages).toHaveLength(1);
  });

  it('five times one after another: one execution', async () => {
    const shop = new Shop();
    const verdicts: string[] = [];
    for (let round = 0; round < 5; round += 1) verdicts.push((await shop.start('order.json')).answer.verdict);
    expect(verdicts).toEqual(['started', 'finished', 'finished', 'finished', 'finished']);
    expect((await shop.ledger('1001')).executions).toEqual({ SUCCEEDED: 1 });
  });

  it('with another content: conflict', async () => {
    const shop = new Shop();
    await shop.start('declined.json');
    const { code, answer } = await shop.start('retry-after-decline.json');
    expect({ code, verdict: answer.verdict }).toEqual({ code: 8, verdict: 'conflict' });
  });
});

describe('an invalid order that comes over the wire', () => {
  it('fails at ValidateOrder, and nothing is touched', async () => {
    const shop = new Shop();
    let sent: Promise<unknown> | undefined;
    const serving = await runOrders(['local', 'serve', '--port', '0'], {
      folder: shop.folder,
      onOutput({ stdout, stderr }, kill) {
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout + stderr)?.[0];
        if (url === undefined || sent !== undefined) return;
        sent = startBroken(url).finally(() => kill('SIGINT'));
      },
    });
    expect(await sent).toBe('FAILED');
    expect(serving.code).not.toBe(1);
    const status = await shop.run('status', 'broken', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      status: 'FAILED',
      failure: { stateName: 'ValidateOrder', error: 'ValidationError', class: 'business', failState: 'OrderFailed' },
    });
    const ledger = await shop.ledger('broken');
    expect(rows(ledger)).toEqual({ orders: ['REJECTED'], payments: [], reservations: [], money: [], topics: [] });
    expect(ledger.inventory.every((item) => item.reserved === 0)).toBe(true);
  });
});

/** Waits for the end by asking, as any SDK program would. */
async function startBroken(endpoint: string): Promise<string | undefined> {
  const sfn = new SFN({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { executionArn } = await sfn.startExecution({
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:order-processing',
    name: 'order-broken',
    input: JSON.stringify({ orderId: 'broken', items: [] }),
  });
  for (;;) {
    const { status } = await sfn.describeExecution({ executionArn });
    if (status !== 'RUNNING') return status;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
