import { sendConfirmation, type MessageServices } from '../steps/send-confirmation.js';
import { atBoundary, type Work } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { messagesOf } from './messages.js';
import { orderOf } from './payload.js';
import { alsoFromQueue } from './queued-payloads.js';

export const work: Work<MessageServices> = (payload, services) => sendConfirmation(orderOf(payload), services);

export const handler = alsoFromQueue(
  atBoundary(work, (invocation) => ({ ledger: ledgerOf(invocation), messages: messagesOf(invocation) })),
);
