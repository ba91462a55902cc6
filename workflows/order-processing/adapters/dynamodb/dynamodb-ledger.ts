import type { OrderRef, Reason } from '../../domain/ledger-rows.js';
import type { Money } from '../../domain/money.js';
import type { OrderLine } from '../../domain/order.js';
import type { Ledger, NewOrder } from '../../ports/ledger.js';
import type { Book } from './book.js';
import { DynamoDbOrders } from './orders.js';
import { DynamoDbPayments } from './payments.js';
import { DynamoDbStock } from './stock.js';

/** How long a sent message is remembered, in seconds: longer than an execution can be redriven (14 days). */
const MESSAGE_MEMORY = 30 * 24 * 60 * 60;

/** The ledger on DynamoDB tables. */
export function dynamoDbLedger(book: Book): Ledger {
  const orders = new DynamoDbOrders(book);
  const payments = new DynamoDbPayments(book);
  const stock = new DynamoDbStock(book);
  return {
    openOrder: (order: NewOrder) => orders.openOrder(order),
    readOrder: (order: OrderRef) => orders.readOrder(order),
    freezeAmount: (order: OrderRef, amount: number) => orders.freezeAmount(order, amount),
    fenceOrder: (order: OrderRef, reason: Reason) => orders.fenceOrder(order, reason),
    closeCancelled: (order: OrderRef) => orders.closeCancelled(order),

    readPayment: (order: OrderRef) => payments.readPayment(order),
    claimPayment: (order: OrderRef, money: Money) => payments.claimPayment(order, money),
    recordIntent: (order: OrderRef, id: string) => payments.recordIntent(order, id),
    recordAuthorized: (order: OrderRef, id: string) => payments.recordAuthorized(order, id),
    recordDeclined: (order: OrderRef, code: string) => payments.recordDeclined(order, code),
    recordCaptured: (order: OrderRef, id: string) => payments.recordCaptured(order, id),
    fencePayment: (order: OrderRef) => payments.fencePayment(order),
    settlePayment: (order: OrderRef, outcome: 'VOIDED' | 'REFUNDED', status?: string) =>
      payments.settlePayment(order, outcome, status),

    readReservation: (order: OrderRef) => stock.readReservation(order),
    readStock: (sku: string) => stock.readStock(sku),
    reserve: (order: OrderRef, lines: readonly OrderLine[]) => stock.reserve(order, lines),
    fulfill: (order: OrderRef, shipmentId: string) => stock.fulfill(order, shipmentId),
    releaseStock: (order: OrderRef) => stock.releaseStock(order),

    sentMessage: async (id: string) =>
      (await book.get<{ messageId: string }>(book.tables.idempotency, { id }))?.messageId,
    rememberMessage: (id: string, messageId: string) =>
      book.put(book.tables.idempotency, { id, messageId, expiresAt: book.epochSeconds + MESSAGE_MEMORY }),
  };
}
