import type { Ledger } from '../ports/ledger.js';
import { fulfillOrder } from '../steps/fulfill-order.js';
import { atBoundary, type Work } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { orderOf } from './payload.js';

export const work: Work<{ readonly ledger: Ledger }> = (payload, { ledger }) => fulfillOrder(orderOf(payload), ledger);

export const handler = atBoundary(work, (invocation) => ({ ledger: ledgerOf(invocation) }));
