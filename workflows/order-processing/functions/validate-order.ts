import { validateOrder, type ValidateOrderServices } from '../steps/validate-order.js';
import { atBoundary, type Work } from './boundary.js';
import { defaultCurrency } from './environment.js';
import { ledgerOf } from './ledger.js';
import { executionArnOf } from './payload.js';

export const work: Work<ValidateOrderServices> = (payload, services) =>
  validateOrder(payload['order'], executionArnOf(payload), services);

export const handler = atBoundary(work, (invocation) => ({
  ledger: ledgerOf(invocation),
  defaultCurrency: defaultCurrency(),
}));
