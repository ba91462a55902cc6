import { notifyPaymentDeclined } from '../steps/notify-payment-declined.js';
import { atBoundary } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { messagesOf } from './messages.js';
import { orderOf } from './payload.js';

export const handler = atBoundary((payload, invocation) =>
  notifyPaymentDeclined(orderOf(payload), { ledger: ledgerOf(invocation), messages: messagesOf(invocation) }),
);
