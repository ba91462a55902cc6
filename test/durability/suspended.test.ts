import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-orders.js';
import type { HistoryAnswer, LedgerAnswer, ListAnswer, StatusAnswer } from './answers.js';
import { idFaults, ledgerFaults } from './evidence.js';
import { orderFile } from './example-orders.js';
import { orders, ordersJson, OrdersProcess } from './orders-process.js';

/* A laptop that sleeps, a debugger, Ctrl-Z: the process is there, but does nothing. */
describe('a driver that stands still for longer than its lease', () => {
  it('is replaced, and writes nothing more when it wakes', async () => {
    const here = { folder: temporaryFolder() };
    const file = orderFile('order.json', 'suspended', join(here.folder, 'files'));
    const first = new OrdersProcess(['start', '--file', file, '--wait'], here);
    await first.says('AggregateResults: done');
    first.signal('SIGSTOP');
    // Takes the lease after ten seconds, and ends the order.
    const heir = await orders(['start', '--file', file, '--wait', '--json'], here);
    expect([heir.code, (JSON.parse(heir.stdout) as StatusAnswer).status]).toEqual([0, 'SUCCEEDED']);
    const before = await ordersJson<HistoryAnswer>(['history', 'suspended', '--events'], here);
    first.signal('SIGCONT');
    expect((await first.ended).code).toBe(0);

    const after = await ordersJson<HistoryAnswer>(['history', 'suspended', '--events'], here);
    expect(after).toEqual(before);
    expect(idFaults('suspended', after.events)).toEqual([]);
    const ledger = await ordersJson<LedgerAnswer>(['local', 'show'], here);
    expect(ledgerFaults(ledger, await ordersJson<ListAnswer>(['list'], here))).toEqual([]);
    expect(ledger.paymentIntents.map(({ captures }) => captures)).toEqual([1]);
  }, 60_000);
});
