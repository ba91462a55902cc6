import type { Ledger } from '../ports/ledger.js';
import { reserveStock } from '../steps/reserve-stock.js';
import { atBoundary, type Work } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { linesOf, orderOf } from './payload.js';

export const work: Work<{ readonly ledger: Ledger }> = (payload, { ledger }) =>
  reserveStock(orderOf(payload), linesOf(payload), ledger);

export const handler = atBoundary(work, (invocation) => ({ ledger: ledgerOf(invocation) }));
