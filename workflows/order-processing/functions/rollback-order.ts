import { rollbackOrder } from '../steps/rollback-order.js';
import { atBoundary } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { orderOf, reasonOf } from './payload.js';
import { paymentsOf } from './payments.js';

export const handler = atBoundary((payload, invocation) =>
  rollbackOrder(orderOf(payload), reasonOf(payload), {
    ledger: ledgerOf(invocation),
    payments: paymentsOf(invocation),
  }),
);
