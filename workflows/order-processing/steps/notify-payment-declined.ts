import type { OrderRef } from '../domain/ledger-rows.js';
import { declinedNotice } from '../domain/notices.js';
import type { MessageServices } from './send-confirmation.js';
import { sendOnce } from './send-message.js';

/** Tells the customer that the payment was declined, in words that give nothing away to a thief. */
export async function notifyPaymentDeclined(
  order: OrderRef,
  { ledger, messages }: MessageServices,
): Promise<{ messageId: string }> {
  const [row, payment] = await Promise.all([ledger.readOrder(order), ledger.readPayment(order)]);
  const notice = declinedNotice(order.orderId, payment?.declineCode);
  return sendOnce('declined', { ...order, userId: row?.userId }, notice, ledger, (message) => messages.notify(message));
}
