import type { Ledger } from '../ports/ledger.js';
import { freezeTotal } from '../steps/freeze-total.js';
import { atBoundary, type Work } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { orderOf, pricedLinesOf } from './payload.js';

export const work: Work<{ readonly ledger: Ledger }> = (payload, { ledger }) =>
  freezeTotal(orderOf(payload), pricedLinesOf(payload), ledger);

export const handler = atBoundary(work, (invocation) => ({ ledger: ledgerOf(invocation) }));
