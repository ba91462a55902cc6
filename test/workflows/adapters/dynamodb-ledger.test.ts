import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Book } from '../../../workflows/order-processing/adapters/dynamodb/book.js';
import { dynamoDbLedger } from '../../../workflows/order-processing/adapters/dynamodb/dynamodb-ledger.js';
import type { Ledger, NewOrder } from '../../../workflows/order-processing/ports/ledger.js';
import { brokenAnswer, conflictAnswer, refusedAnswer } from '../../faults/fault-answers.js';
import type { OutsideRequest } from '../../faults/outside-request.js';
import { AMPLE, localServices, type LocalServices } from '../local-services.js';

/* What every ledger must do, checked of the DynamoDB one through the AWS SDK against the local DynamoDB API. */

const REF = { orderId: 'o-1', attempt: 1 };
const SECOND = { orderId: 'o-1', attempt: 2 };
const USD = { amount: 1500, currency: 'usd' };
const LINES = [
  { sku: 'bowl', quantity: 1 },
  { sku: 'mug', quantity: 2 },
];
const REASON = { error: 'OutOfStockError', cause: 'none left' };
const RECEIVED: NewOrder = {
  ...REF,
  status: 'RECEIVED',
  fingerprint: 'f-1',
  executionArn: 'arn',
  currency: 'usd',
  userId: 'u-1',
  document: '{}',
};

let services: LocalServices;
let ledger: Ledger;
beforeEach(async () => {
  services = await localServices({ mug: 3, bowl: 1 });
  ledger = services.ledger;
});
afterEach(() => services.close());

const stock = (sku: string) => services.rows('inventory').find((row) => row['sku'] === sku);
async function captured(): Promise<void> {
  await ledger.openOrder(RECEIVED);
  await ledger.freezeAmount(REF, 1500);
  await ledger.reserve(REF, LINES);
  await ledger.claimPayment(REF, USD);
  await ledger.recordIntent(REF, 'pi_1');
  await ledger.recordAuthorized(REF, 'pi_1');
  await ledger.recordCaptured(REF, 'pi_1');
}

describe('an order', () => {
  it('is opened once; the same document again is welcome, another is not', async () => {
    expect(await ledger.openOrder(RECEIVED)).toEqual({ kind: 'admitted' });
    expect(await ledger.openOrder(RECEIVED)).toEqual({ kind: 'admitted' });
    expect(await ledger.openOrder({ ...RECEIVED, fingerprint: 'f-2' })).toEqual({ kind: 'taken' });
    expect(await ledger.readOrder(REF)).toMatchObject({ orderId: 'o-1', status: 'RECEIVED', fingerprint: 'f-1' });
  });

  it('has a second attempt when the first is undone, in one transaction with that condition', async () => {
    const second = { ...RECEIVED, ...SECOND };
    expect(await ledger.openOrder(second)).toEqual({ kind: 'too-early', previous: 'absent' });
    await ledger.openOrder(RECEIVED);
    expect(await ledger.openOrder(second)).toEqual({ kind: 'too-early', previous: 'RECEIVED' });
    await ledger.fenceOrder(REF, REASON);
    expect(await ledger.openOrder(second)).toEqual({ kind: 'too-early', previous: 'CANCELLING' });
    await ledger.closeCancelled(REF);
    expect(await ledger.openOrder(second)).toEqual({ kind: 'admitted' });
    expect(await ledger.readOrder(SECOND)).toMatchObject({ orderId: 'o-1#2', attempt: 2, status: 'RECEIVED' });
  });

  it('keeps the first amount, and none once it is fenced', async () => {
    await ledger.openOrder(RECEIVED);
    expect(await ledger.freezeAmount(REF, 1500)).toEqual(USD);
    expect(await ledger.freezeAmount(REF, 9)).toEqual(USD);
    await ledger.fenceOrder(REF, REASON);
    expect(await ledger.freezeAmount(REF, 1500)).toBeUndefined();
  });

  it('is fenced once, with the first reason, and not after it was fulfilled', async () => {
    expect(await ledger.fenceOrder(REF, REASON)).toBeUndefined();
    await ledger.openOrder(RECEIVED);
    expect(await ledger.fenceOrder(REF, REASON)).toMatchObject({ status: 'CANCELLING', reason: REASON });
    expect(await ledger.fenceOrder(REF, { error: 'x', cause: 'y' })).toMatchObject({ reason: REASON });
    expect(await ledger.closeCancelled(REF)).toMatchObject({ status: 'CANCELLED' });
    expect(await ledger.closeCancelled(REF)).toMatchObject({ status: 'CANCELLED' });
  });
});

describe('a payment', () => {
  it('is claimed once, and not for a fenced order', async () => {
    await ledger.openOrder(RECEIVED);
    expect(await ledger.claimPayment(REF, USD)).toMatchObject({ status: 'STARTED', ...USD });
    expect(await ledger.claimPayment(REF, { ...USD, amount: 9 })).toMatchObject({ amount: 1500 });
    await ledger.openOrder({ ...RECEIVED, orderId: 'o-2' });
    await ledger.fenceOrder({ orderId: 'o-2', attempt: 1 }, REASON);
    expect(await ledger.claimPayment({ orderId: 'o-2', attempt: 1 }, USD)).toBeUndefined();
  });

  it('keeps the first intent, and goes forward only', async () => {
    await captured();
    expect(await ledger.recordIntent(REF, 'pi_2')).toMatchObject({ status: 'CAPTURED', paymentIntentId: 'pi_1' });
    expect(await ledger.recordAuthorized(REF, 'pi_1')).toMatchObject({ status: 'CAPTURED' });
    expect(await ledger.recordDeclined(REF, 'generic_decline')).toMatchObject({ status: 'CAPTURED' });
  });

  it("does not take another intent's authorisation or capture", async () => {
    await ledger.openOrder(RECEIVED);
    await ledger.claimPayment(REF, USD);
    await ledger.recordIntent(REF, 'pi_1');
    expect(await ledger.recordAuthorized(REF, 'pi_2')).toMatchObject({ status: 'INTENT' });
    expect(await ledger.recordCaptured(REF, 'pi_1')).toMatchObject({ status: 'INTENT' });
  });

  it('leaves a tombstone where there was none, and settles once', async () => {
    await ledger.openOrder(RECEIVED);
    expect(await ledger.fencePayment(REF)).toMatchObject({ status: 'VOIDING' });
    expect(await ledger.claimPayment(REF, USD)).toMatchObject({ status: 'VOIDING' });
    expect(await ledger.recordIntent(REF, 'pi_1')).toMatchObject({ status: 'VOIDING' });
    expect(await ledger.settlePayment(REF, 'VOIDED')).toMatchObject({ status: 'VOIDED' });
    expect(await ledger.settlePayment(REF, 'REFUNDED', 'succeeded')).toMatchObject({ status: 'VOIDED' });
    expect(await ledger.fencePayment(REF)).toMatchObject({ status: 'VOIDED' });
  });
});

describe('stock', () => {
  it('is held for all lines or for none, once', async () => {
    await ledger.openOrder(RECEIVED);
    const tooMany = [...LINES.slice(0, 1), { sku: 'mug', quantity: 4 }];
    expect(await ledger.reserve(REF, tooMany)).toEqual({
      kind: 'short',
      shortages: [{ sku: 'mug', wanted: 4, available: 3 }],
    });
    expect(stock('bowl')).toMatchObject({ reserved: 0 });
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'reserved' });
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'reserved' });
    expect([stock('mug'), stock('bowl')]).toMatchObject([{ reserved: 2 }, { reserved: 1 }]);
  });

  it('is not held for a fenced order, nor where a tombstone lies', async () => {
    await ledger.openOrder(RECEIVED);
    await ledger.fenceOrder(REF, REASON);
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'cancelled' });
    expect(await ledger.releaseStock(REF)).toMatchObject({ status: 'RELEASED', lines: [] });
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'cancelled' });
  });

  it('is released once', async () => {
    await ledger.openOrder(RECEIVED);
    await ledger.reserve(REF, LINES);
    expect(await ledger.releaseStock(REF)).toMatchObject({ status: 'RELEASED', lines: LINES });
    expect(await ledger.releaseStock(REF)).toMatchObject({ status: 'RELEASED' });
    expect([stock('mug'), stock('bowl')]).toMatchObject([{ reserved: 0 }, { reserved: 0 }]);
  });
});

describe('fulfilment', () => {
  it('happens in one transaction, once', async () => {
    await captured();
    expect(await ledger.fulfill(REF, 's-1')).toEqual({ kind: 'fulfilled', shipmentId: 's-1' });
    expect(await ledger.fulfill(REF, 's-2')).toEqual({ kind: 'fulfilled', shipmentId: 's-1' });
    expect(await ledger.readReservation(REF)).toMatchObject({ status: 'CONSUMED' });
    expect([stock('mug'), stock('bowl')]).toMatchObject([
      { onHand: 1, reserved: 0 },
      { onHand: 0, reserved: 0 },
    ]);
    expect(await ledger.fenceOrder(REF, REASON)).toMatchObject({ status: 'FULFILLED' });
    expect(await ledger.releaseStock(REF)).toMatchObject({ status: 'CONSUMED' });
  });

  it('waits for the money, the goods and nobody who cancels', async () => {
    await ledger.openOrder(RECEIVED);
    expect(await ledger.fulfill(REF, 's-1')).toMatchObject({ kind: 'not-ready' });
    await ledger.reserve(REF, LINES);
    expect(await ledger.fulfill(REF, 's-1')).toMatchObject({ kind: 'not-ready', why: 'its payment is absent' });
    await captured();
    await services.setStock('mug', { onHand: 1, reserved: 2 });
    expect(await ledger.fulfill(REF, 's-1')).toEqual({ kind: 'gone', sku: 'mug' });
    await ledger.fenceOrder(REF, REASON);
    expect(await ledger.fulfill(REF, 's-1')).toEqual({ kind: 'cancelled' });
    expect(await ledger.readOrder(REF)).toMatchObject({ status: 'CANCELLING' });
  });
});

it('remembers which message was sent', async () => {
  expect(await ledger.sentMessage('confirmation:o-1')).toBeUndefined();
  await ledger.rememberMessage('confirmation:o-1', 'm-1');
  expect(await ledger.sentMessage('confirmation:o-1')).toBe('m-1');
});

describe('a DynamoDB that is in trouble', () => {
  /** The SDK, and at the other end always the same answer. */
  function answering(answer: (request: OutsideRequest) => ReturnType<typeof refusedAnswer>): Ledger {
    const client = new DynamoDBClient({
      region: 'us-east-1',
      endpoint: 'http://nowhere',
      credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
      maxAttempts: 1,
      requestHandler: {
        handle: (request: {
          headers: Record<string, string>;
          body: string | Uint8Array;
          method: string;
          path: string;
        }) => {
          const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
          const body = Buffer.from(request.body as string).toString();
          const wire = { method: request.method, path: request.path, query: {}, headers: request.headers, body };
          const { status, headers, body: text } = answer({ service: 'dynamodb', operation, wire });
          return Promise.resolve({ response: { statusCode: status, headers, body: Buffer.from(text) } });
        },
      } as never,
    });
    const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    const tables = { orders: 'o', payments: 'p', inventory: 'i', reservations: 'r', idempotency: 'd' };
    return dynamoDbLedger(new Book(documents, tables, { now: () => 0 }, AMPLE));
  }

  it.each([
    ['throttles', refusedAnswer],
    ['has the item in another transaction', conflictAnswer],
    ['is broken', brokenAnswer],
  ] as const)('%s: every method says that the call may be tried again', async (_, answer) => {
    const troubled = answering(answer);
    const calls = [
      () => troubled.openOrder(RECEIVED),
      () => troubled.openOrder({ ...RECEIVED, ...SECOND }),
      () => troubled.freezeAmount(REF, 1),
      () => troubled.claimPayment(REF, USD),
      () => troubled.recordIntent(REF, 'pi_1'),
      () => troubled.fencePayment(REF),
      () => troubled.fenceOrder(REF, REASON),
      () => troubled.rememberMessage('d', 'm'),
    ];
    // A plain read is never in another transaction's way, so it is left out of what claiming does first.
    for (const call of calls) await expect(call()).rejects.toMatchObject({ name: 'TransientDependencyError' });
  });
});
