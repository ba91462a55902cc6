import { freezeTotal } from '../steps/freeze-total.js';
import { atBoundary } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { orderOf, pricedLinesOf } from './payload.js';

export const handler = atBoundary((payload, invocation) =>
  freezeTotal(orderOf(payload), pricedLinesOf(payload), ledgerOf(invocation)),
);
