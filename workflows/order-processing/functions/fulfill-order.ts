import { fulfillOrder } from '../steps/fulfill-order.js';
import { atBoundary } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { orderOf } from './payload.js';

export const handler = atBoundary((payload, invocation) => fulfillOrder(orderOf(payload), ledgerOf(invocation)));
