import { sendConfirmation } from '../steps/send-confirmation.js';
import { atBoundary } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { messagesOf } from './messages.js';
import { orderOf } from './payload.js';

export const handler = atBoundary((payload, invocation) =>
  sendConfirmation(orderOf(payload), { ledger: ledgerOf(invocation), messages: messagesOf(invocation) }),
);
