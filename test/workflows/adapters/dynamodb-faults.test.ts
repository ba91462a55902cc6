import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireRequest, WireResponse } from '../../../src/lib/local/ports.js';
import { Book } from '../../../workflows/order-processing/adapters/dynamodb/book.js';
import { dynamoDbLedger } from '../../../workflows/order-processing/adapters/dynamodb/dynamodb-ledger.js';
import type { Ledger } from '../../../workflows/order-processing/ports/ledger.js';
import { AMPLE, localServices, TABLES, type LocalServices } from '../local-services.js';
import {
  cancelledTransaction,
  dynamoDbError,
  isWrite,
  LINES,
  once,
  operationOf,
  READS,
  RECEIVED,
  REF,
  RESET,
  upTo,
  WRITES,
} from './ledger-steps.js';

/* The ledger through the SDK over HTTP, with a local DynamoDB that is now and then cut off, busy or late. */

let services: LocalServices;
let ledger: Ledger;
beforeEach(async () => {
  services = await localServices({ mug: 3, bowl: 1 });
  ledger = services.ledger;
});
afterEach(() => services.close());

const clock = { now: () => Date.UTC(2026, 0, 1) };
const book = (tables = TABLES, deadline = AMPLE, maxAttempts = 1) =>
  new Book(services.documents({ maxAttempts }), tables, clock, deadline);

const transient = { name: 'TransientDependencyError' };

/** All that is in the tables but for the times. */
const everything = (of = services) =>
  (Object.keys(TABLES) as (keyof typeof TABLES)[]).flatMap((table) =>
    of.rows(table).map((row) => ({ ...row, updatedAt: '', createdAt: '' })),
  );

describe.each(WRITES)('%s', (_, from, call, answer) => {
  /** What a run without faults leaves. */
  async function undisturbed(): Promise<unknown> {
    const other = await localServices({ mug: 3, bowl: 1 });
    await upTo[from](other.ledger);
    await call(other.ledger);
    const rows = everything(other);
    await other.close();
    return rows;
  }

  const expectAnswer = (given: unknown) => {
    if (answer === undefined) expect(given).toBeUndefined();
    else expect(given).toMatchObject(answer);
  };

  it('whose answer is lost has happened once when it is called again', async () => {
    await upTo[from](ledger);
    services.interpose(once(isWrite, async (_request, pass) => (await pass(), RESET)));
    await expect(call(ledger)).rejects.toMatchObject(transient);
    expectAnswer(await call(ledger));
    expect(everything()).toEqual(await undisturbed());
  });

  it('that never arrived happens when it is called again', async () => {
    await upTo[from](ledger);
    const untouched = everything();
    services.interpose(once(isWrite, () => Promise.resolve(RESET)));
    await expect(call(ledger)).rejects.toMatchObject(transient);
    expect(everything()).toEqual(untouched);
    expectAnswer(await call(ledger));
    expect(everything()).toEqual(await undisturbed());
  });

  it('whose answer is lost is no matter when the SDK itself tries again, under the same token', async () => {
    await upTo[from](ledger);
    const sent: WireRequest[] = [];
    const lost = once(isWrite, async (_request, pass) => (await pass(), RESET));
    services.interpose((request, pass) => {
      if (isWrite(request)) sent.push(request);
      return lost(request, pass);
    });
    expectAnswer(await call(dynamoDbLedger(book(TABLES, AMPLE, 3))));
    expect(everything()).toEqual(await undisturbed());
    const tokens = sent
      .filter((request) => operationOf(request) === 'TransactWriteItems')
      .map(({ body }) => (JSON.parse(body) as { ClientRequestToken?: string }).ClientRequestToken);
    expect(tokens).not.toContain(undefined);
    expect(new Set(tokens).size).toBeLessThanOrEqual(1);
    expect(sent).toHaveLength(2);
  });
});

describe('a DynamoDB in trouble', () => {
  const PASSING: [string, WireResponse][] = [
    ['ProvisionedThroughputExceededException', dynamoDbError('ProvisionedThroughputExceededException')],
    ['ThrottlingException', dynamoDbError('ThrottlingException')],
    ['RequestLimitExceeded', dynamoDbError('RequestLimitExceeded')],
    ['InternalServerError', dynamoDbError('InternalServerError', {}, 500)],
    ['a gateway without words', { status: 503, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['a broken connection', RESET],
  ];
  const calls = [...WRITES.map(([name, , call]) => [name, call] as const), ...READS];

  it.each(PASSING)('%s: every method says that the call may be tried again', async (_, answer) => {
    services.interpose(() => Promise.resolve(answer));
    for (const [name, call] of calls) {
      const outcome = await call(ledger).then(
        () => 'done',
        (error: Error) => error.name,
      );
      expect([name, outcome]).toEqual([name, 'TransientDependencyError']);
    }
  });

  it.each([
    ['TransactionConflict', 'None'],
    ['None', 'ThrottlingError'],
    ['ProvisionedThroughputExceeded', 'None'],
  ])('a transaction that was cancelled by %s, %s alone may be tried again', async (...codes) => {
    await upTo.opened(ledger);
    services.interpose(once(isWrite, () => Promise.resolve(cancelledTransaction(...codes))));
    await expect(ledger.reserve(REF, LINES)).rejects.toMatchObject(transient);
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'reserved' });
  });

  it.each(['ValidationError', 'ItemCollectionSizeLimitExceeded'])(
    'a transaction that was cancelled by %s would be again: it keeps its name',
    async (code) => {
      await upTo.opened(ledger);
      services.interpose(once(isWrite, () => Promise.resolve(cancelledTransaction('TransactionConflict', code))));
      await expect(ledger.reserve(REF, LINES)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    },
  );

  it.each(['TransactionConflictException', 'TransactionInProgressException'])('%s may be tried again', async (name) => {
    await upTo.opened(ledger);
    services.interpose(once(isWrite, () => Promise.resolve(dynamoDbError(name))));
    await expect(ledger.fenceOrder(REF, { error: 'x', cause: 'y' })).rejects.toMatchObject(transient);
    expect(await ledger.fenceOrder(REF, { error: 'x', cause: 'y' })).toMatchObject({ status: 'CANCELLING' });
  });

  it('a condition that failed counts for more than a conflict beside it', async () => {
    await upTo.opened(ledger);
    const codes = ['ConditionalCheckFailed', 'None', 'TransactionConflict', 'None'];
    services.interpose(once(isWrite, () => Promise.resolve(cancelledTransaction(...codes))));
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'try-again' });
  });

  it.each(['AccessDeniedException', 'ValidationException', 'IdempotentParameterMismatchException'])(
    '%s is nobody’s bad luck: it keeps its name',
    async (name) => {
      services.interpose(() => Promise.resolve(dynamoDbError(name)));
      for (const [, call] of calls) await expect(call(ledger)).rejects.toMatchObject({ name });
    },
  );

  it('a table that is not there is nobody’s bad luck', async () => {
    const lost = dynamoDbLedger(book({ ...TABLES, orders: 'nowhere' }));
    await expect(lost.readOrder(REF)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(lost.openOrder(RECEIVED)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is given up at the deadline, and may be asked again', async () => {
    const time = new AbortController();
    const late = dynamoDbLedger(book(TABLES, { left: () => 1, signal: () => time.signal }));
    services.interpose(() => {
      time.abort();
      return new Promise(() => undefined);
    });
    await expect(late.openOrder(RECEIVED)).rejects.toMatchObject(transient);
    services.interpose(undefined);
    expect(await ledger.openOrder(RECEIVED)).toEqual({ kind: 'admitted' });
  });
});

describe('a transaction', () => {
  const put = (sku: string, condition?: string) => ({
    Put: {
      TableName: 'inventory',
      Item: { sku, onHand: 1, reserved: 0 },
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
    },
  });
  const absent = 'attribute_not_exists(sku)';

  it('tells the code of each action in their order, and has written nothing', async () => {
    const outcome = await book().transact([put('jug', absent), put('mug', absent), put('pot'), put('bowl', absent)]);
    expect(outcome).toEqual({
      written: false,
      codes: ['None', 'ConditionalCheckFailed', 'None', 'ConditionalCheckFailed'],
    });
    expect(services.rows('inventory').map(({ sku }) => sku)).toEqual(['bowl', 'mug']);
  });

  it('is written as a whole', async () => {
    expect(await book().transact([put('jug', absent), put('pot')])).toEqual({ written: true });
    expect(services.rows('inventory').map(({ sku }) => sku)).toEqual(['bowl', 'jug', 'mug', 'pot']);
  });

  it('that touches an item twice is a bug', async () => {
    await expect(book().transact([put('jug'), put('jug')])).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('reading many rows', () => {
  const skus = Array.from({ length: 40 }, (_, index) => ({ sku: `sku-${String(index).padStart(2, '0')}` }));
  interface Batch {
    RequestItems: Record<string, { Keys: object[]; ConsistentRead: boolean }>;
  }

  beforeEach(async () => {
    for (const { sku } of skus) await services.setStock(sku, { onHand: 5, reserved: 0 });
  });

  /** Serves at most `most` keys of each request; the rest comes back unprocessed. */
  const serving = (most: number) => async (request: WireRequest, pass: () => Promise<WireResponse>) => {
    const answer = await pass();
    if (operationOf(request) !== 'BatchGetItem') return answer;
    const { RequestItems } = JSON.parse(request.body) as Batch;
    const { Responses } = JSON.parse(answer.body) as { Responses: Record<string, object[]> };
    const rows = Responses['inventory']?.slice(0, most) ?? [];
    const rest = { ...RequestItems['inventory'], Keys: RequestItems['inventory']?.Keys.slice(most) };
    const unprocessed = rest.Keys?.length === 0 ? {} : { inventory: rest };
    return {
      ...answer,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ Responses: { inventory: rows }, UnprocessedKeys: unprocessed }),
    };
  };

  it('asks for what was left over until it has all', async () => {
    services.interpose(serving(9));
    const rows = await book().getAll<{ sku: string }>('inventory', skus);
    expect(rows.map(({ sku }) => sku).sort()).toEqual(skus.map(({ sku }) => sku));
  });

  it('gives up a table that does not keep up, for now', async () => {
    await upTo.opened(ledger);
    services.interpose(serving(0));
    const lines = skus.map((key) => ({ ...key, quantity: 1 }));
    await expect(ledger.reserve(REF, lines)).rejects.toMatchObject(transient);
    services.interpose(undefined);
    expect(await ledger.reserve(REF, lines)).toEqual({ kind: 'reserved' });
  });

  it('of no rows asks nobody', async () => {
    services.interpose(() => Promise.resolve(RESET));
    expect(await book().getAll('inventory', [])).toEqual([]);
  });
});

it('every read is a consistent one', async () => {
  const reads: WireRequest[] = [];
  services.interpose((request, pass) => {
    if (['GetItem', 'BatchGetItem'].includes(operationOf(request))) reads.push(request);
    return pass();
  });
  await upTo.captured(ledger);
  await ledger.fulfill(REF, 's-1');
  await ledger.fulfill(REF, 's-1');
  for (const [, read] of READS) await read(ledger);
  expect(reads.length).toBeGreaterThan(8);
  for (const { body } of reads) {
    const { ConsistentRead, RequestItems } = JSON.parse(body) as {
      ConsistentRead?: boolean;
      RequestItems?: Record<string, { ConsistentRead?: boolean }>;
    };
    expect(
      RequestItems === undefined ? ConsistentRead : Object.values(RequestItems).every((one) => one.ConsistentRead),
    ).toBe(true);
  }
});
