import type { OrderRef } from '../domain/ledger-rows.js';
import { orderKey } from '../domain/order-key.js';
import type { Notice } from '../domain/notices.js';
import type { Ledger } from '../ports/ledger.js';
import type { OutgoingMessage } from '../ports/messages.js';

/**
 * Sends one message for an order, at least once. A run that finds it sent does nothing; if a run dies between sending and
 * writing that down, a second copy goes out under the same dedupe id.
 */
export async function sendOnce(
  kind: 'confirmation' | 'declined',
  order: OrderRef & { readonly userId: string | undefined },
  notice: Notice,
  ledger: Ledger,
  send: (message: OutgoingMessage) => Promise<string>,
): Promise<{ messageId: string }> {
  const dedupeId = `${kind}:${orderKey(order.orderId, order.attempt)}`;
  const sent = await ledger.sentMessage(dedupeId);
  if (sent !== undefined) return { messageId: sent };
  const messageId = await send({ ...order, dedupeId, notice });
  await ledger.rememberMessage(dedupeId, messageId);
  return { messageId };
}
