import type { PaymentServices } from '../steps/authorize-payment.js';
import { rollbackOrder } from '../steps/rollback-order.js';
import { atBoundary, type Work } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { orderOf, reasonOf } from './payload.js';
import { paymentsOf } from './payments.js';

export const work: Work<PaymentServices> = (payload, services) =>
  rollbackOrder(orderOf(payload), reasonOf(payload), services);

export const handler = atBoundary(work, (invocation) => ({
  ledger: ledgerOf(invocation),
  payments: paymentsOf(invocation),
}));
