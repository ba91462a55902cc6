import { notifyPaymentDeclined } from '../steps/notify-payment-declined.js';
import type { MessageServices } from '../steps/send-confirmation.js';
import { atBoundary, type Work } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { messagesOf } from './messages.js';
import { orderOf } from './payload.js';

export const work: Work<MessageServices> = (payload, services) => notifyPaymentDeclined(orderOf(payload), services);

export const handler = atBoundary(work, (invocation) => ({
  ledger: ledgerOf(invocation),
  messages: messagesOf(invocation),
}));
