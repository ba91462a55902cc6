import type {
  OrderRef,
  OrderRow,
  OrderStatus,
  PaymentRow,
  Reason,
  ReservationRow,
  StockRow,
} from '../domain/ledger-rows.js';
import type { Money } from '../domain/money.js';
import type { OrderLine } from '../domain/order.js';
import type { FulfillmentVerdict } from '../domain/fulfillment-rules.js';
import type { Admission } from '../domain/order-rules.js';
import type { ReservationVerdict } from '../domain/stock-rules.js';

/** A row for an order that has just come in. */
export interface NewOrder extends OrderRef {
  readonly status: Extract<OrderStatus, 'RECEIVED' | 'REJECTED'>;
  readonly fingerprint: string;
  readonly executionArn: string;
  readonly currency: string;
  readonly userId?: string;
  readonly document?: string;
  readonly reason?: Reason;
}

/**
 * The book of orders, payments, reservations and stock.
 *
 * Every write is conditional, and asking again for what is already written is no error: each method that writes answers
 * with what stands afterwards, whoever wrote it. All of them throw TransientDependencyError when the book cannot be reached.
 */
export interface Ledger {
  /** Opens the row of an attempt if its key is free and, from attempt 2 on, the attempt before is undone. */
  openOrder(order: NewOrder): Promise<Admission>;
  readOrder(order: OrderRef): Promise<OrderRow | undefined>;
  readPayment(order: OrderRef): Promise<PaymentRow | undefined>;
  readReservation(order: OrderRef): Promise<ReservationRow | undefined>;
  readStock(sku: string): Promise<StockRow | undefined>;

  /** Writes the order's total unless one is written; undefined when the order is fenced. */
  freezeAmount(order: OrderRef, amount: number): Promise<Money | undefined>;

  /** Holds all lines (one a SKU) or none. */
  reserve(order: OrderRef, lines: readonly OrderLine[]): Promise<ReservationVerdict>;

  /** Puts the payment's row if there is none and the order is not fenced; undefined when it is fenced and has no row. */
  claimPayment(order: OrderRef, money: Money): Promise<PaymentRow | undefined>;
  /** STARTED -> INTENT. */
  recordIntent(order: OrderRef, paymentIntentId: string): Promise<PaymentRow>;
  /** INTENT -> AUTHORIZED. */
  recordAuthorized(order: OrderRef, paymentIntentId: string): Promise<PaymentRow>;
  /** STARTED or INTENT -> DECLINED. */
  recordDeclined(order: OrderRef, declineCode: string): Promise<PaymentRow>;
  /** AUTHORIZED -> CAPTURED. */
  recordCaptured(order: OrderRef, paymentIntentId: string): Promise<PaymentRow>;

  /** In one transaction: order FULFILLED, reservation CONSUMED, goods out of stock; only if captured and not fenced. */
  fulfill(order: OrderRef, shipmentId: string): Promise<FulfillmentVerdict>;

  /** RECEIVED -> CANCELLING. Answers with the row as it stands, whatever its status; undefined if there is none. */
  fenceOrder(order: OrderRef, reason: Reason): Promise<OrderRow | undefined>;
  /** Any status, or no row at all, -> VOIDING; VOIDED and REFUNDED stay. */
  fencePayment(order: OrderRef): Promise<PaymentRow>;
  /** VOIDING -> VOIDED or REFUNDED. */
  settlePayment(order: OrderRef, outcome: 'VOIDED' | 'REFUNDED', refundStatus?: string): Promise<PaymentRow>;
  /** HELD, or no row at all, -> RELEASED, and the stock is free again. */
  releaseStock(order: OrderRef): Promise<ReservationRow>;
  /** CANCELLING -> CANCELLED. */
  closeCancelled(order: OrderRef): Promise<OrderRow>;

  /** The id of the message that was sent under this dedupe id, if one was and it is not forgotten. */
  sentMessage(dedupeId: string): Promise<string | undefined>;
  rememberMessage(dedupeId: string, messageId: string): Promise<void>;
}
