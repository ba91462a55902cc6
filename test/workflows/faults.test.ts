import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from '../../workflows/order-processing/domain/invariants.js';
import { rollbackOrder } from '../../workflows/order-processing/steps/rollback-order.js';
import { hindered, type Hindrance } from './hindrance.js';
import { localServices, type LocalServices } from './local-services.js';
import { ORDER, runOrder, type RunEnd } from './order-run.js';

/*
 * One fault at every effect of a run, of every kind (dying before an effect is dying after the one before it); then the
 * order is redriven, or an operator cancels it and it is redriven after that. In the end it is fulfilled or undone, and no
 * invariant is broken.
 */

const ITEMS = [{ productId: 'mug', quantity: 2 }];
const SCENARIOS: Record<string, { document: object; end: RunEnd['status']; kinds: readonly Hindrance[] }> = {
  fine: { document: { items: ITEMS }, end: 'SUCCEEDED', kinds: ['after', 'late'] },
  declined: {
    document: { items: ITEMS, paymentMethod: 'pm_card_chargeDeclined' },
    end: 'FAILED',
    kinds: ['late'],
  },
  'out of stock': { document: { items: [{ productId: 'lamp', quantity: 1 }] }, end: 'FAILED', kinds: ['late'] },
};
const OPERATOR = { error: 'OperatorCancelled', cause: 'the customer rang' };

let services: LocalServices;
beforeAll(async () => {
  services = await localServices({ mug: 10_000, bowl: 10_000, lamp: 0 });
});
afterAll(() => services.close());

let orders = 0;
async function hinderedOrder(document: object, kind: Hindrance, at: number, compensate: boolean) {
  const order = { ...ORDER, ...document, orderId: `order-${(orders += 1)}` };
  const run = hindered(services, kind, at);
  await runOrder(run.world, order, run.watch).catch((error: unknown) => expect(error).toMatchObject({ name: 'Died' }));
  if (compensate) {
    const withPayments = { ledger: services.ledger, payments: services.payments() };
    await rollbackOrder({ orderId: order.orderId, attempt: 1 }, OPERATOR, withPayments).catch((error: unknown) =>
      expect(error).toMatchObject({ name: 'CompensationRefusedError' }),
    );
  }
  const end = await runOrder(services, order);
  await run.finishLate();
  return { end: end.status, effects: run.effects() };
}

describe.each(Object.entries(SCENARIOS))(
  'an order that is %s',
  (_, { document, end, kinds }) => {
    it.each(kinds)('is redriven to its end after a fault %s any effect', async (kind) => {
      let struck = true;
      for (let at = 1; struck; at += 1) {
        const outcome = await hinderedOrder(document, kind, at, false);
        expect({ at, end: outcome.end }).toEqual({ at, end });
        struck = outcome.effects >= at;
      }
      expect(violations(services.books())).toEqual([]);
    });

    it.each(kinds)(
      'ends one way or the other when an operator cancels it after a fault %s any effect',
      async (kind) => {
        let struck = true;
        for (let at = 1; struck; at += 1) struck = (await hinderedOrder(document, kind, at, true)).effects >= at;
        expect(violations(services.books())).toEqual([]);
      },
    );
  },
  120_000,
);
