import { validateOrder } from '../steps/validate-order.js';
import { atBoundary } from './boundary.js';
import { defaultCurrency } from './environment.js';
import { ledgerOf } from './ledger.js';
import { executionArnOf } from './payload.js';

export const handler = atBoundary((payload, invocation) =>
  validateOrder(payload['order'], executionArnOf(payload), {
    ledger: ledgerOf(invocation),
    defaultCurrency: defaultCurrency(),
  }),
);
