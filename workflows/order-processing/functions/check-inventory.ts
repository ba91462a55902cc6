import { reserveStock } from '../steps/reserve-stock.js';
import { atBoundary } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { linesOf, orderOf } from './payload.js';

export const handler = atBoundary((payload, invocation) =>
  reserveStock(orderOf(payload), linesOf(payload), ledgerOf(invocation)),
);
