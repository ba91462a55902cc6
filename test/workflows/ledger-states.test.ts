import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Ledger } from '../../workflows/order-processing/ports/ledger.js';
import { rollbackOrder } from '../../workflows/order-processing/steps/rollback-order.js';
import { localServices, type LocalServices } from './local-services.js';
import { ORDER, runOrder, type World } from './order-run.js';

/*
 * docs/workflow.md draws how rows of the ledger change. Here orders of many kinds, cancelled between any two calls of the
 * ledger, show every change that there is: the drawing has them all, and no other.
 */

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/workflow.md'), 'utf8');
const TABLES = ['orders', 'payments', 'reservations'] as const;
const REF = { orderId: ORDER.orderId, attempt: 1 };
const REASON = { error: 'CancelledByOperator', cause: 'the customer rang' };

let services: LocalServices;
beforeEach(async () => {
  services = await localServices({ mug: 10, bowl: 5 });
});
afterEach(() => services.close());

/** Statuses by table; `[*]` where there is no row. */
function statuses(): string[] {
  return TABLES.map((table) => (services.rows(table)[0]?.['status'] as string | undefined) ?? '[*]');
}

/** The same world, with something to be done after each call of the ledger. */
function watched(after: () => Promise<void> | void): World {
  const calls = Object.entries(services.ledger).map(([name, call]) => [
    name,
    async (...values: readonly unknown[]): Promise<unknown> => {
      try {
        return await (call as (...given: readonly unknown[]) => Promise<unknown>)(...values);
      } finally {
        await after();
      }
    },
  ]);
  const ledger = Object.fromEntries(calls) as Ledger;
  return { ledger, messages: services.messages, payments: () => services.payments() };
}

/** Runs an order and cancels it after so many calls of the ledger; adds each change of a row to `seen`. Returns the number of calls. */
async function observe(document: unknown, cancelAfter: number, seen: Set<string>): Promise<number> {
  let last = statuses();
  const look = (): void => {
    const now = statuses();
    now.forEach((status, index) => {
      if (status !== last[index]) seen.add(`${TABLES[index]}: ${last[index]} --> ${status}`);
    });
    last = now;
  };
  let calls = 0;
  const cancel = (): Promise<unknown> => {
    const { ledger } = watched(look);
    return rollbackOrder(REF, REASON, { ledger, payments: services.payments() }).catch(() => undefined);
  };
  const world = watched(async () => {
    look();
    calls += 1;
    if (calls === cancelAfter) await cancel();
  });
  await runOrder(world, document).catch(() => undefined);
  return calls;
}

it('the drawings of the ledger have every change of its rows, and no other', { timeout: 120_000 }, async () => {
  const seen = new Set<string>();
  const anew = async (): Promise<void> => {
    await services.close();
    services = await localServices({ mug: 10, bowl: 5 });
  };
  const calls = await observe(ORDER, 0, seen);
  expect(calls).toBeGreaterThan(10);
  for (let cancelAfter = 1; cancelAfter <= calls; cancelAfter += 1) {
    await anew();
    await observe(ORDER, cancelAfter, seen);
  }
  const refused = [
    { items: [] },
    { paymentMethod: 'pm_card_chargeDeclined' },
    { paymentMethod: 'pm_card_nobody_knows' },
  ];
  for (const fields of refused) {
    await anew();
    await observe({ ...ORDER, ...fields }, 0, seen);
  }
  const drawn = [...PAGE.matchAll(/```mermaid\nstateDiagram-v2\n([\s\S]*?)```/g)].flatMap(([, text = ''], index) =>
    [...text.matchAll(/(\S+) --> (\w+)/g)].map(([, from = '', to = '']) => `${TABLES[index]}: ${from} --> ${to}`),
  );
  expect([...seen].sort()).toEqual(drawn.sort());
});
