import type { OrderRef, PaymentRow } from '../../domain/ledger-rows.js';
import type { Money } from '../../domain/money.js';
import { orderKey } from '../../domain/order-key.js';
import type { Ledger } from '../../ports/ledger.js';
import { assign, statusIn, type Book, type Expression } from './book.js';

type PaymentMethods = Pick<
  Ledger,
  | 'readPayment'
  | 'claimPayment'
  | 'recordIntent'
  | 'recordAuthorized'
  | 'recordDeclined'
  | 'recordCaptured'
  | 'fencePayment'
  | 'settlePayment'
>;

/** The payments table: what we know of the payment at the provider, and the tombstone that keeps late charges out. */
export class DynamoDbPayments implements PaymentMethods {
  constructor(private readonly book: Book) {}

  readPayment(order: OrderRef): Promise<PaymentRow | undefined> {
    return this.book.get<PaymentRow>(this.book.tables.payments, this.#key(order));
  }

  async claimPayment(order: OrderRef, money: Money): Promise<PaymentRow | undefined> {
    const standing = await this.readPayment(order);
    if (standing !== undefined) return standing;
    const received = statusIn('RECEIVED');
    const row = {
      ...this.#key(order),
      attempt: order.attempt,
      status: 'STARTED',
      updatedAt: this.book.time,
      ...money,
    } satisfies PaymentRow;
    const claimed = await this.book.transact([
      {
        ConditionCheck: {
          TableName: this.book.tables.orders,
          Key: this.#key(order),
          ConditionExpression: received.text,
          ExpressionAttributeNames: { ...received.names },
          ExpressionAttributeValues: { ...received.values },
        },
      },
      {
        Put: {
          TableName: this.book.tables.payments,
          Item: row,
          ConditionExpression: 'attribute_not_exists(orderId)',
        },
      },
    ]);
    return claimed.written ? row : this.readPayment(order);
  }

  recordIntent(order: OrderRef, paymentIntentId: string): Promise<PaymentRow> {
    return this.#change(order, { status: 'INTENT', paymentIntentId }, statusIn('STARTED'));
  }

  recordAuthorized(order: OrderRef, paymentIntentId: string): Promise<PaymentRow> {
    return this.#change(order, { status: 'AUTHORIZED' }, whileIntent(paymentIntentId, 'INTENT'));
  }

  recordDeclined(order: OrderRef, declineCode: string): Promise<PaymentRow> {
    return this.#change(order, { status: 'DECLINED', declineCode }, statusIn('STARTED', 'INTENT'));
  }

  recordCaptured(order: OrderRef, paymentIntentId: string): Promise<PaymentRow> {
    return this.#change(order, { status: 'CAPTURED' }, whileIntent(paymentIntentId, 'AUTHORIZED'));
  }

  fencePayment(order: OrderRef): Promise<PaymentRow> {
    const settled = statusIn('VOIDED', 'REFUNDED');
    return this.#change(
      order,
      { status: 'VOIDING', attempt: order.attempt },
      { ...settled, text: `attribute_not_exists(orderId) OR NOT ${settled.text}` },
    );
  }

  settlePayment(order: OrderRef, outcome: 'VOIDED' | 'REFUNDED', refundStatus?: string): Promise<PaymentRow> {
    return this.#change(order, { status: outcome, refundStatus }, statusIn('VOIDING'));
  }

  /** The row as it stands after the change was tried. */
  async #change(
    order: OrderRef,
    fields: Readonly<Record<string, unknown>>,
    condition: Expression,
  ): Promise<PaymentRow> {
    const change = assign({ ...fields, updatedAt: this.book.time });
    const row =
      (await this.book.update<PaymentRow>(this.book.tables.payments, this.#key(order), change, condition)) ??
      (await this.readPayment(order));
    if (row === undefined) throw new Error(`the payment row of order ${order.orderId} has vanished`);
    return row;
  }

  #key(order: OrderRef): { orderId: string } {
    return { orderId: orderKey(order.orderId, order.attempt) };
  }
}

function whileIntent(paymentIntentId: string, status: string): Expression {
  const { text, names, values } = statusIn(status);
  return {
    text: `${text} AND #intent = :intent`,
    names: { ...names, '#intent': 'paymentIntentId' },
    values: { ...values, ':intent': paymentIntentId },
  };
}
