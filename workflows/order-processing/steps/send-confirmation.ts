import { InvariantViolationError } from '../domain/errors.js';
import type { OrderRef } from '../domain/ledger-rows.js';
import { confirmationNotice } from '../domain/notices.js';
import type { Ledger } from '../ports/ledger.js';
import type { Messages } from '../ports/messages.js';
import { sendOnce } from './send-message.js';

export interface MessageServices {
  readonly ledger: Ledger;
  readonly messages: Messages;
}

export async function sendConfirmation(
  order: OrderRef,
  { ledger, messages }: MessageServices,
): Promise<{ messageId: string }> {
  const row = await ledger.readOrder(order);
  if (row?.status !== 'FULFILLED' || row.shipmentId === undefined) {
    throw new InvariantViolationError(
      `order ${order.orderId} is to be confirmed, but it is ${row?.status ?? 'unknown'}`,
    );
  }
  const notice = confirmationNotice(order.orderId, row.shipmentId);
  return sendOnce('confirmation', { ...order, userId: row.userId }, notice, ledger, (message) =>
    messages.confirm(message),
  );
}
