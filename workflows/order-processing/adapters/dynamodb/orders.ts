import type { OrderRef, OrderRow, Reason } from '../../domain/ledger-rows.js';
import type { Money } from '../../domain/money.js';
import { orderKey } from '../../domain/order-key.js';
import { explainRefusedOpening, type Admission } from '../../domain/order-rules.js';
import type { Ledger, NewOrder } from '../../ports/ledger.js';
import { assign, statusIn, type Book, type WriteAction } from './book.js';

type OrderMethods = Pick<Ledger, 'openOrder' | 'readOrder' | 'freezeAmount' | 'fenceOrder' | 'closeCancelled'>;

/** The orders table: one row an attempt. */
export class DynamoDbOrders implements OrderMethods {
  constructor(private readonly book: Book) {}

  async openOrder(order: NewOrder): Promise<Admission> {
    const { attempt, status, executionArn, currency, userId, document, reason } = order;
    const time = this.book.time;
    const put: WriteAction = {
      Put: {
        TableName: this.book.tables.orders,
        Item: {
          orderId: orderKey(order.orderId, attempt),
          attempt,
          status,
          createdAt: time,
          updatedAt: time,
          fingerprint: order.fingerprint,
          executionArn,
          currency,
          userId,
          document,
          reason,
        },
        ConditionExpression: 'attribute_not_exists(orderId)',
      },
    };
    const opened = await this.book.transact(attempt === 1 ? [put] : [put, this.#previousUndone(order)]);
    if (opened.written) return { kind: 'admitted' };
    const standing = await this.readOrder(order);
    const previous = attempt === 1 ? undefined : await this.readOrder({ ...order, attempt: attempt - 1 });
    return explainRefusedOpening(order.fingerprint, standing, previous);
  }

  readOrder(order: OrderRef): Promise<OrderRow | undefined> {
    return this.book.get<OrderRow>(this.book.tables.orders, this.#key(order));
  }

  async freezeAmount(order: OrderRef, amount: number): Promise<Money | undefined> {
    const row = await this.book.update<OrderRow>(
      this.book.tables.orders,
      this.#key(order),
      {
        text: '#amount = if_not_exists(#amount, :amount), #updatedAt = :updatedAt',
        names: { '#amount': 'amount', '#updatedAt': 'updatedAt' },
        values: { ':amount': amount, ':updatedAt': this.book.time },
      },
      statusIn('RECEIVED', 'FULFILLED'),
    );
    return row === undefined ? undefined : { amount: row.amount ?? amount, currency: row.currency };
  }

  async fenceOrder(order: OrderRef, reason: Reason): Promise<OrderRow | undefined> {
    const change = assign({ status: 'CANCELLING', updatedAt: this.book.time, reason });
    return this.#change(order, change, statusIn('RECEIVED'));
  }

  async closeCancelled(order: OrderRef): Promise<OrderRow> {
    const change = assign({ status: 'CANCELLED', updatedAt: this.book.time });
    const row = await this.#change(order, change, statusIn('CANCELLING'));
    if (row === undefined) throw new Error(`the row of order ${order.orderId} has vanished`);
    return row;
  }

  /** The row as it stands after the change was tried. */
  async #change(
    order: OrderRef,
    change: ReturnType<typeof assign>,
    condition: ReturnType<typeof statusIn>,
  ): Promise<OrderRow | undefined> {
    const changed = await this.book.update<OrderRow>(this.book.tables.orders, this.#key(order), change, condition);
    return changed ?? this.readOrder(order);
  }

  #previousUndone(order: OrderRef): WriteAction {
    const undone = statusIn('CANCELLED', 'REJECTED');
    return {
      ConditionCheck: {
        TableName: this.book.tables.orders,
        Key: this.#key({ orderId: order.orderId, attempt: order.attempt - 1 }),
        ConditionExpression: undone.text,
        ExpressionAttributeNames: { ...undone.names },
        ExpressionAttributeValues: { ...undone.values },
      },
    };
  }

  #key(order: OrderRef): { orderId: string } {
    return { orderId: orderKey(order.orderId, order.attempt) };
  }
}
