import { authorizePayment, type PaymentServices } from '../steps/authorize-payment.js';
import { capturePayment } from '../steps/capture-payment.js';
import { atBoundary, type Work } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { actionOf, moneyOf, orderOf, paymentMethodOf } from './payload.js';
import { paymentsOf } from './payments.js';

export const work: Work<PaymentServices> = (payload, services) =>
  actionOf(payload) === 'capture'
    ? capturePayment(orderOf(payload), moneyOf(payload), services)
    : authorizePayment(orderOf(payload), moneyOf(payload), paymentMethodOf(payload), services);

export const handler = atBoundary(work, (invocation) => ({
  ledger: ledgerOf(invocation),
  payments: paymentsOf(invocation),
}));
