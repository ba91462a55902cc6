import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-orders.js';
import type { ErrorAnswer, LedgerAnswer, ListAnswer, StatusAnswer } from './answers.js';
import { ledgerFaults } from './evidence.js';
import { orderFile } from './example-orders.js';
import { orders, ordersJson, OrdersProcess, type Ended } from './orders-process.js';

/** A store with one order in it, as a closed file. */
const healthy = join(temporaryFolder(), 'store');
const files = temporaryFolder();
const order = orderFile('order.json', 'kept', files);
const another = orderFile('order.json', 'another', files);

beforeAll(async () => {
  mkdirSync(healthy);
  expect((await orders(['start', '--file', order, '--wait'], { folder: healthy })).code).toBe(0);
  const database = new Database(join(healthy, 'orders.db'));
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
  database.close();
  for (const suffix of ['-wal', '-shm']) rmSync(join(healthy, `orders.db${suffix}`), { force: true });
});

/** A copy of it. */
function store(): { readonly folder: string; readonly file: string } {
  const folder = temporaryFolder();
  cpSync(healthy, folder, { recursive: true });
  return { folder, file: join(folder, 'orders.db') };
}

const writeOver = (file: string, at: number, bytes: Buffer): void => {
  const content = readFileSync(file);
  bytes.copy(content, at);
  writeFileSync(file, content);
};

/** One clear sentence, what to do, exit 14, nothing of our insides; the same under --json. */
function expectStoreFailure(plain: Ended, json: Ended, words: string): void {
  expect([plain.code, json.code]).toEqual([14, 14]);
  expect(plain.stdout).toBe('');
  expect(plain.stderr).toContain(words);
  expect(plain.stderr.split('\n').filter((line) => line.startsWith('Error: '))).toHaveLength(1);
  expect(plain.stderr).not.toMatch(/^ +at |SqliteError|ConnectionFailed|\.cjs/mu);
  const { error } = JSON.parse(json.stdout) as ErrorAnswer;
  expect(error).toMatchObject({ code: 14, name: 'localStore' });
  expect(error.message).toContain(words);
  expect(error.suggestions.length).toBeGreaterThan(0);
  expect(json.stderr).toBe('');
}

describe('a file that is no store any more', () => {
  it.each([
    ['random bytes', (file: string) => writeFileSync(file, randomBytes(100_000)), 'its file is damaged'],
    [
      'a text',
      (file: string) => writeFileSync(file, 'shopping list: mugs, plates\n'.repeat(50)),
      'its file is damaged',
    ],
    ['half of it', (file: string) => truncateSync(file, 100_000), 'its file is damaged'],
    ['random bytes in the middle', (file: string) => writeOver(file, 8192, randomBytes(60_000)), 'its file is damaged'],
    [
      'a folder',
      (file: string) => {
        rmSync(file);
        mkdirSync(file);
      },
      'orders.db cannot be opened there',
    ],
  ])(
    '%s: says so, and changes nothing',
    async (_, damage, words) => {
      const { folder, file } = store();
      damage(file);
      const before =
        existsSync(file) && !readdirSync(folder, { withFileTypes: true })[0]?.isDirectory()
          ? readFileSync(file)
          : undefined;
      const [plain, json] = await Promise.all([
        orders(['start', '--file', another, '--wait'], { folder }),
        orders(['history', 'kept', '--json'], { folder }),
      ]);
      expectStoreFailure(plain, json, words);
      if (before !== undefined) expect(readFileSync(file).equals(before)).toBe(true);
    },
    20_000,
  );

  it('is replaced by an empty one on reset', async () => {
    const { folder, file } = store();
    writeFileSync(file, randomBytes(100_000));
    expect((await orders(['local', 'reset', '--yes'], { folder })).code).toBe(0);
    expect((await ordersJson<ListAnswer>(['list'], { folder })).executions).toEqual([]);
  });

  it('with nothing in it at all is an empty store: so a first use leaves it that was killed at once', async () => {
    const { folder, file } = store();
    writeFileSync(file, '');
    expect((await orders(['start', '--file', another, '--wait'], { folder })).code).toBe(0);
  });
});

describe('a write-ahead log that is torn', () => {
  it('by random bytes is left aside, and what was in the store is there', async () => {
    const { folder, file } = store();
    writeFileSync(`${file}-wal`, randomBytes(60_000));
    expect(await ordersJson<StatusAnswer>(['status', 'kept'], { folder })).toMatchObject({ status: 'SUCCEEDED' });
  });

  // As a machine leaves it that lost power: of the log only the beginning is on the disk, and the file has nothing yet.
  it.each([0.99, 0.6, 0.2])(
    'by a cut after %d of it loses what came after, and the order ends with one charge',
    async (share) => {
      const folder = temporaryFolder();
      const run = new OrdersProcess(['start', '--file', order, '--wait'], { folder });
      await run.says('FulfillOrder: done');
      run.signal('SIGKILL');
      await run.ended;
      const log = join(folder, 'orders.db-wal');
      truncateSync(log, Math.floor(statSync(log).size * share));
      rmSync(join(folder, 'orders.db-shm'));
      const answer = await ordersJson<StatusAnswer>(['start', '--file', order, '--wait'], { folder });
      expect(answer.status).toBe('SUCCEEDED');
      const ledger = await ordersJson<LedgerAnswer>(['local', 'show'], { folder });
      expect(ledgerFaults(ledger, await ordersJson<ListAnswer>(['list'], { folder }))).toEqual([]);
      expect(ledger.paymentIntents.map(({ captures }) => captures)).toEqual([1]);
    },
    20_000,
  );
});

describe('a place that cannot be written', () => {
  it('because a file stands where the folder should be', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    const env = { folder, env: { ORDERS_LOCAL_DIR: file } };
    const [plain, json] = await Promise.all([
      orders(['list'], env),
      orders(['start', '--file', another, '--json'], env),
    ]);
    expectStoreFailure(plain, json, 'this is a file, not a folder');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('because the system makes no folders there', async () => {
    const env = { folder: temporaryFolder(), env: { ORDERS_LOCAL_DIR: '/proc/orders' } };
    const [plain, json] = await Promise.all([orders(['list'], env), orders(['list', '--json'], env)]);
    expectStoreFailure(plain, json, 'cannot use the local store in /proc/orders');
  });

  // In blocks of 1024 bytes: the set-up, the first events, the middle, the end of the run do not fit.
  it.each([100, 600, 1200, 1700])(
    'because a file may not grow beyond %d KiB: the order ends when there is room, with one charge',
    async (limit) => {
      const folder = temporaryFolder();
      const shell = `ulimit -f ${limit}; exec`;
      const plain = await orders(['start', '--file', order, '--wait'], { folder, shell });
      const json = await orders(['start', '--file', order, '--wait', '--json'], { folder, shell });
      expect([plain.code, json.code]).toEqual([14, 14]);
      expect(plain.stderr).toContain(`cannot use the local store in ${folder}: `);
      expect(plain.stderr).not.toMatch(/^ +at |SqliteError|a bug in orders/mu);
      expect(JSON.parse(json.stdout)).toMatchObject({ error: { name: 'localStore' } });
      expect((await orders(['start', '--file', order, '--wait'], { folder })).code).toBe(0);
      const ledger = await ordersJson<LedgerAnswer>(['local', 'show'], { folder });
      expect(ledgerFaults(ledger, await ordersJson<ListAnswer>(['list'], { folder }))).toEqual([]);
    },
    30_000,
  );
});

describe('a store of a newer orders', () => {
  it('is refused and left alone', async () => {
    const { folder, file } = store();
    const database = new Database(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const [plain, json] = await Promise.all([
      orders(['start', '--file', another, '--wait'], { folder }),
      orders(['list', '--json'], { folder }),
    ]);
    expectStoreFailure(plain, json, 'has version 99, this orders knows 1');
  });
});

describe('a store that another process keeps locked', () => {
  it('is waited for, then given up, and not even a reset touches it', async () => {
    const { folder, file } = store();
    const holder = new Database(file);
    holder.exec('BEGIN IMMEDIATE');
    const [plain, json] = await Promise.all([
      orders(['local', 'reset', '--yes'], { folder }),
      orders(['start', '--file', another, '--json'], { folder }),
    ]);
    holder.exec('ROLLBACK');
    holder.close();
    expectStoreFailure(plain, json, 'another process keeps it locked');
    expect(await ordersJson<StatusAnswer>(['status', 'kept'], { folder })).toMatchObject({ status: 'SUCCEEDED' });
  }, 40_000);
});
