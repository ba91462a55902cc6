import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../../workflows/order-processing/ports/ledger.js';
import { localServices, type LocalServices } from '../local-services.js';
import { LINES, OTHER, REASON, RECEIVED, REF, SECOND, upTo, USD } from './ledger-steps.js';

/* What every ledger must do, checked of the DynamoDB one through the AWS SDK against the local DynamoDB API, over HTTP. */

let services: LocalServices;
let ledger: Ledger;
beforeEach(async () => {
  services = await localServices({ mug: 3, bowl: 1 });
  ledger = services.ledger;
});
afterEach(() => services.close());

const stock = (sku: string) => services.rows('inventory').find((row) => row['sku'] === sku);
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
    await upTo.captured(ledger);
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
    await upTo.captured(ledger);
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
    await upTo.captured(ledger);
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

describe('an order of forty lines', () => {
  const lines = Array.from({ length: 40 }, (_, index) => ({
    sku: `sku-${String(index).padStart(2, '0')}`,
    quantity: index + 1,
  }));
  const pieces = () => services.rows('inventory').filter((row) => String(row['sku']).startsWith('sku-'));

  beforeEach(async () => {
    for (const { sku, quantity } of lines) await services.setStock(sku, { onHand: quantity, reserved: 0 });
  });

  it('is reserved and fulfilled, each in one transaction', async () => {
    await upTo.opened(ledger);
    expect(await ledger.reserve(REF, lines)).toEqual({ kind: 'reserved' });
    expect(pieces().every((row) => row['reserved'] === row['onHand'])).toBe(true);
    await ledger.claimPayment(REF, USD);
    await ledger.recordIntent(REF, 'pi_1');
    await ledger.recordAuthorized(REF, 'pi_1');
    await ledger.recordCaptured(REF, 'pi_1');
    expect(await ledger.fulfill(REF, 's-1')).toEqual({ kind: 'fulfilled', shipmentId: 's-1' });
    expect(pieces().map(({ onHand, reserved }) => [onHand, reserved])).toEqual(lines.map(() => [0, 0]));
  });

  it('is released in one, and short as a whole for one piece too few', async () => {
    await upTo.opened(ledger);
    await ledger.reserve(REF, lines);
    expect(await ledger.releaseStock(REF)).toMatchObject({ status: 'RELEASED', lines });
    expect(pieces().every((row) => row['reserved'] === 0)).toBe(true);
    await ledger.openOrder({ ...RECEIVED, ...OTHER });
    await services.setStock('sku-39', { onHand: 39, reserved: 0 });
    expect(await ledger.reserve(OTHER, lines)).toEqual({
      kind: 'short',
      shortages: [{ sku: 'sku-39', wanted: 40, available: 39 }],
    });
    expect(pieces().every((row) => row['reserved'] === 0)).toBe(true);
  });
});

describe('what a row holds comes back as it was', () => {
  it.each([
    [
      'a document with all kinds of signs',
      { document: '{"name":"Zoë \\u0000 \\\\ 李 🏺","list":[],"none":null,"text":""}' },
    ],
    ['a document as long as an execution’s input may be', { document: 'ä'.repeat(128 * 1024) }],
    ['an id of 500 letters', { orderId: 'x'.repeat(500) }],
    ['an id with signs of its own', { orderId: 'a:b/c d' }],
  ])('%s', async (_, fields) => {
    const order = { ...RECEIVED, ...fields };
    expect(await ledger.openOrder(order)).toEqual({ kind: 'admitted' });
    expect(await ledger.readOrder(order)).toMatchObject(fields);
  });

  it('an order without customer and document has no such fields, and may have an empty reason', async () => {
    const { userId: _, document: __, ...order } = RECEIVED;
    await ledger.openOrder({ ...order, status: 'REJECTED', reason: { error: 'ValidationError', cause: '' } });
    const row = await ledger.readOrder(REF);
    expect(row).toMatchObject({ status: 'REJECTED', reason: { error: 'ValidationError', cause: '' } });
    expect(Object.keys(row ?? {})).not.toEqual(expect.arrayContaining(['userId']));
    expect(row).not.toHaveProperty('document');
    expect(row).not.toHaveProperty('amount');
  });

  it('numbers stay whole numbers, from nought to the largest amount', async () => {
    await upTo.opened(ledger);
    expect(await ledger.freezeAmount(REF, 99_999_999)).toEqual({ amount: 99_999_999, currency: 'usd' });
    await services.setStock('mug', { onHand: 0, reserved: 0 });
    expect(await ledger.readStock('mug')).toMatchObject({ onHand: 0, reserved: 0, price: 500 });
    expect(await ledger.readStock('nothing')).toBeUndefined();
  });
});
