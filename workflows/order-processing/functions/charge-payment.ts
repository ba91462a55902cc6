import { authorizePayment } from '../steps/authorize-payment.js';
import { capturePayment } from '../steps/capture-payment.js';
import { atBoundary } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { actionOf, moneyOf, orderOf, paymentMethodOf } from './payload.js';
import { paymentsOf } from './payments.js';

export const handler = atBoundary((payload, invocation) => {
  const services = { ledger: ledgerOf(invocation), payments: paymentsOf(invocation) };
  return actionOf(payload) === 'capture'
    ? capturePayment(orderOf(payload), moneyOf(payload), services)
    : authorizePayment(orderOf(payload), moneyOf(payload), paymentMethodOf(payload), services);
});
