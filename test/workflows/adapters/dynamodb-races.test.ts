import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../../workflows/order-processing/ports/ledger.js';
import { reserveStock } from '../../../workflows/order-processing/steps/reserve-stock.js';
import { localServices, type LocalServices } from '../local-services.js';
import { isWrite, LINES, OTHER, REASON, RECEIVED, REF, SECOND, upTo, USD } from './ledger-steps.js';

/* What somebody else does between a read of the ledger and the write that rests on it, over HTTP. */

let services: LocalServices;
let ledger: Ledger;
beforeEach(async () => {
  services = await localServices({ mug: 3, bowl: 1 });
  ledger = services.ledger;
});
afterEach(() => services.close());

const stock = () => services.rows('inventory').map(({ sku, onHand, reserved }) => ({ sku, onHand, reserved }));
const untouched = [
  { sku: 'bowl', onHand: 1, reserved: 0 },
  { sku: 'mug', onHand: 3, reserved: 0 },
];

/** Does something when the next write arrives, and lets it through only then. */
function beforeTheWrite(act: () => Promise<unknown>): void {
  services.interpose(async (request, pass) => {
    if (!isWrite(request)) return pass();
    services.interpose(undefined);
    await act();
    return pass();
  });
}

describe('a payment that is claimed', () => {
  it('while the order is being cancelled is not', async () => {
    await upTo.opened(ledger);
    beforeTheWrite(() => ledger.fenceOrder(REF, REASON));
    expect(await ledger.claimPayment(REF, USD)).toBeUndefined();
    expect(services.rows('payments')).toEqual([]);
  });

  it('while another run does has the other’s amount', async () => {
    await upTo.opened(ledger);
    beforeTheWrite(() => ledger.claimPayment(REF, { ...USD, amount: 900 }));
    expect(await ledger.claimPayment(REF, USD)).toMatchObject({ amount: 900 });
  });

  it('while a rollback leaves its tombstone meets that', async () => {
    await upTo.opened(ledger);
    beforeTheWrite(() => ledger.fencePayment(REF));
    expect(await ledger.claimPayment(REF, USD)).toMatchObject({ status: 'VOIDING' });
  });
});

describe('a payment’s next step', () => {
  it.each([
    ['recordIntent', 'claimed', () => ledger.recordIntent(REF, 'pi_1')],
    ['recordAuthorized', 'intended', () => ledger.recordAuthorized(REF, 'pi_1')],
    ['recordDeclined', 'intended', () => ledger.recordDeclined(REF, 'lost_card')],
    ['recordCaptured', 'authorized', () => ledger.recordCaptured(REF, 'pi_1')],
  ] as const)('%s loses against a rollback that came first', async (_, from, step) => {
    await upTo[from](ledger);
    beforeTheWrite(() => ledger.fencePayment(REF));
    expect(await step()).toMatchObject({ status: 'VOIDING' });
  });

  it('recordIntent of two runs: the first id stays', async () => {
    await upTo.claimed(ledger);
    beforeTheWrite(() => ledger.recordIntent(REF, 'pi_other'));
    expect(await ledger.recordIntent(REF, 'pi_mine')).toMatchObject({ paymentIntentId: 'pi_other' });
  });
});

describe('stock that is reserved', () => {
  it('while another order takes it is not, not even in part', async () => {
    await upTo.opened(ledger);
    await ledger.openOrder({ ...RECEIVED, ...OTHER });
    beforeTheWrite(() => ledger.reserve(OTHER, [{ sku: 'mug', quantity: 2 }]));
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'try-again' });
    expect(stock()).toMatchObject([{ reserved: 0 }, { reserved: 2 }]);
    expect(await ledger.reserve(REF, LINES)).toEqual({
      kind: 'short',
      shortages: [{ sku: 'mug', wanted: 2, available: 1 }],
    });
  });

  it('while the shelf is counted anew is judged by the new count', async () => {
    await upTo.opened(ledger);
    beforeTheWrite(() => services.setStock('mug', { onHand: 1, reserved: 0 }));
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'try-again' });
    expect(await ledger.reserve(REF, LINES)).toMatchObject({ kind: 'short' });
  });

  it('while the order is cancelled, before or after its tombstone, is not', async () => {
    await upTo.opened(ledger);
    beforeTheWrite(() => ledger.fenceOrder(REF, REASON));
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'cancelled' });
    await ledger.openOrder({ ...RECEIVED, ...OTHER });
    beforeTheWrite(() => ledger.releaseStock(OTHER));
    expect(await ledger.reserve(OTHER, LINES)).toEqual({ kind: 'cancelled' });
    expect(stock()).toEqual(untouched);
  });

  it('by two runs of one order is held once', async () => {
    await upTo.opened(ledger);
    beforeTheWrite(() => ledger.reserve(REF, LINES));
    expect(await ledger.reserve(REF, LINES)).toEqual({ kind: 'reserved' });
    expect(stock()).toMatchObject([{ reserved: 1 }, { reserved: 2 }]);
  });

  it('by ten orders at once goes to as many as there are pieces for', async () => {
    const orders = Array.from({ length: 10 }, (_, index) => ({ orderId: `crowd-${index}`, attempt: 1 }));
    await Promise.all(orders.map((order) => ledger.openOrder({ ...RECEIVED, ...order })));
    const outcomes = await Promise.all(
      orders.map((order) =>
        reserveStock(order, [{ sku: 'mug', quantity: 1 }], ledger).then(
          ({ outcome }) => outcome as string,
          (error: Error) => error.name,
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'RESERVED')).toHaveLength(3);
    expect(new Set(outcomes)).toEqual(new Set(['RESERVED', 'OutOfStockError']));
    expect(stock()[1]).toEqual({ sku: 'mug', onHand: 3, reserved: 3 });
  });
});

describe('stock that is released', () => {
  it('while it is being reserved is free in the end', async () => {
    await upTo.opened(ledger);
    beforeTheWrite(() => ledger.reserve(REF, LINES));
    expect(await ledger.releaseStock(REF)).toMatchObject({ status: 'RELEASED', lines: LINES });
    expect(stock()).toEqual(untouched);
  });

  it('by two at once is freed once', async () => {
    await upTo.reserved(ledger);
    beforeTheWrite(() => ledger.releaseStock(REF));
    expect(await ledger.releaseStock(REF)).toMatchObject({ status: 'RELEASED' });
    expect(stock()).toEqual(untouched);
  });

  it('while it is being sent stays sent', async () => {
    await upTo.captured(ledger);
    beforeTheWrite(() => ledger.fulfill(REF, 's-1'));
    expect(await ledger.releaseStock(REF)).toMatchObject({ status: 'CONSUMED' });
  });
});

describe('an order that is fulfilled', () => {
  beforeEach(() => upTo.captured(ledger));

  it('while somebody cancels it is not', async () => {
    beforeTheWrite(() => ledger.fenceOrder(REF, REASON));
    expect(await ledger.fulfill(REF, 's-1')).toEqual({ kind: 'cancelled' });
    expect(stock()).toMatchObject([{ onHand: 1 }, { onHand: 3 }]);
  });

  it('while its payment is being undone is not', async () => {
    beforeTheWrite(() => ledger.fencePayment(REF));
    expect(await ledger.fulfill(REF, 's-1')).toEqual({ kind: 'cancelled' });
  });

  it('while the goods vanish is not', async () => {
    beforeTheWrite(() => services.setStock('bowl', { onHand: 0, reserved: 1 }));
    expect(await ledger.fulfill(REF, 's-1')).toEqual({ kind: 'gone', sku: 'bowl' });
    expect(await ledger.readOrder(REF)).toMatchObject({ status: 'RECEIVED' });
  });

  it('by two runs has the first one’s shipment', async () => {
    beforeTheWrite(() => ledger.fulfill(REF, 's-first'));
    expect(await ledger.fulfill(REF, 's-second')).toEqual({ kind: 'fulfilled', shipmentId: 's-first' });
    expect(stock()).toMatchObject([
      { onHand: 0, reserved: 0 },
      { onHand: 1, reserved: 0 },
    ]);
  });

  it('while somebody wants to cancel it cannot be cancelled any more', async () => {
    beforeTheWrite(() => ledger.fulfill(REF, 's-1'));
    expect(await ledger.fenceOrder(REF, REASON)).toMatchObject({ status: 'FULFILLED' });
  });
});

it('of two documents with one id the first is the order', async () => {
  beforeTheWrite(() => ledger.openOrder({ ...RECEIVED, fingerprint: 'f-other' }));
  expect(await ledger.openOrder(RECEIVED)).toEqual({ kind: 'taken' });
});

it('a second attempt that is opened twice at once is one', async () => {
  await upTo.cancelled(ledger);
  beforeTheWrite(() => ledger.openOrder({ ...RECEIVED, ...SECOND }));
  expect(await ledger.openOrder({ ...RECEIVED, ...SECOND })).toEqual({ kind: 'admitted' });
  expect(services.rows('orders').map(({ orderId }) => orderId)).toEqual(['o-1', 'o-1#2']);
});

it('an amount that two runs freeze is the first one’s', async () => {
  await upTo.opened(ledger);
  beforeTheWrite(() => ledger.freezeAmount(REF, 900));
  expect(await ledger.freezeAmount(REF, 1500)).toEqual({ amount: 900, currency: 'usd' });
});
