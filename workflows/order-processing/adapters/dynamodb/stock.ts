import type { OrderRef, OrderRow, PaymentRow, ReservationRow, StockRow } from '../../domain/ledger-rows.js';
import { TransientDependencyError } from '../../domain/errors.js';
import { explainRefusedFulfillment, type FulfillmentVerdict } from '../../domain/fulfillment-rules.js';
import type { OrderLine } from '../../domain/order.js';
import { orderKey } from '../../domain/order-key.js';
import { explainRefusedReservation, shortages, type ReservationVerdict } from '../../domain/stock-rules.js';
import type { Ledger } from '../../ports/ledger.js';
import { assign, statusIn, updateOf, type Book, type Expression, type WriteAction } from './book.js';

type StockMethods = Pick<Ledger, 'readReservation' | 'readStock' | 'reserve' | 'fulfill' | 'releaseStock'>;

/** A release competes with other orders for the same stock rows, and must win in the end. */
const RELEASE_TRIES = 8;

/** The inventory and reservations tables, and the transactions that keep them in step with the order. */
export class DynamoDbStock implements StockMethods {
  constructor(private readonly book: Book) {}

  readReservation(order: OrderRef): Promise<ReservationRow | undefined> {
    return this.book.get<ReservationRow>(this.book.tables.reservations, this.#key(order));
  }

  readStock(sku: string): Promise<StockRow | undefined> {
    return this.book.get<StockRow>(this.book.tables.inventory, { sku });
  }

  async reserve(order: OrderRef, lines: readonly OrderLine[]): Promise<ReservationVerdict> {
    const stock = await this.#stockOf(lines);
    const missing = shortages(lines, stock);
    if (missing.length === 0) {
      const reservation = {
        ...this.#key(order),
        attempt: order.attempt,
        status: 'HELD',
        updatedAt: this.book.time,
        lines,
      } satisfies ReservationRow;
      const reserved = await this.book.transact([
        this.#orderIs(order, 'RECEIVED'),
        {
          Put: {
            TableName: this.book.tables.reservations,
            Item: reservation,
            ConditionExpression: 'attribute_not_exists(orderId)',
          },
        },
        ...lines.map((line) => this.#hold(line, stock.get(line.sku)?.onHand ?? 0)),
      ]);
      if (reserved.written) return { kind: 'reserved' };
    }
    const [standing, reservation] = await Promise.all([this.#order(order), this.readReservation(order)]);
    return explainRefusedReservation(standing, reservation, missing);
  }

  async fulfill(order: OrderRef, shipmentId: string): Promise<FulfillmentVerdict> {
    const reservation = await this.readReservation(order);
    if (reservation?.status === 'HELD') {
      const time = this.book.time;
      const fulfilled = await this.book.transact([
        {
          Update: updateOf(
            this.book.tables.orders,
            this.#key(order),
            assign({ status: 'FULFILLED', shipmentId, shipment: 'REQUESTED', updatedAt: time }),
            statusIn('RECEIVED'),
          ),
        },
        this.#check(this.book.tables.payments, order, statusIn('CAPTURED')),
        {
          Update: updateOf(
            this.book.tables.reservations,
            this.#key(order),
            assign({ status: 'CONSUMED', updatedAt: time }),
            statusIn('HELD'),
          ),
        },
        ...reservation.lines.map((line) => this.#consume(line)),
      ]);
      if (fulfilled.written) return { kind: 'fulfilled', shipmentId };
    }
    const [row, payment, held, stock] = await Promise.all([
      this.#order(order),
      this.book.get<PaymentRow>(this.book.tables.payments, this.#key(order)),
      this.readReservation(order),
      this.#stockOf(reservation?.lines ?? []),
    ]);
    return explainRefusedFulfillment(row, payment, held, stock);
  }

  async releaseStock(order: OrderRef): Promise<ReservationRow> {
    for (let tries = 0; tries < RELEASE_TRIES; tries += 1) {
      const standing = await this.readReservation(order);
      if (standing !== undefined && standing.status !== 'HELD') return standing;
      const released = {
        ...this.#key(order),
        attempt: order.attempt,
        lines: standing?.lines ?? [],
        status: 'RELEASED',
        updatedAt: this.book.time,
      } satisfies ReservationRow;
      const written = await this.book.transact(
        standing === undefined ? [this.#tombstone(released)] : this.#release(released),
      );
      if (written.written) return released;
    }
    throw new TransientDependencyError(`the stock of order ${order.orderId} could not be released yet`);
  }

  #tombstone(row: ReservationRow): WriteAction {
    return {
      Put: {
        TableName: this.book.tables.reservations,
        Item: { ...row },
        ConditionExpression: 'attribute_not_exists(orderId)',
      },
    };
  }

  #release(row: ReservationRow): WriteAction[] {
    return [
      {
        Update: updateOf(
          this.book.tables.reservations,
          { orderId: row.orderId },
          assign({ status: row.status, updatedAt: row.updatedAt }),
          statusIn('HELD'),
        ),
      },
      ...row.lines.map((line) => this.#move(line, '#reserved = #reserved - :quantity', '#reserved >= :quantity')),
    ];
  }

  /** DynamoDB's conditions cannot add, so the most that may be reserved already is computed from the stock just read. */
  #hold({ sku, quantity }: OrderLine, onHand: number): WriteAction {
    return {
      Update: {
        TableName: this.book.tables.inventory,
        Key: { sku },
        UpdateExpression: 'SET #reserved = #reserved + :quantity',
        ConditionExpression: '#onHand >= :onHand AND #reserved <= :most',
        ExpressionAttributeNames: { '#reserved': 'reserved', '#onHand': 'onHand' },
        ExpressionAttributeValues: { ':quantity': quantity, ':onHand': onHand, ':most': onHand - quantity },
      },
    };
  }

  #consume(line: OrderLine): WriteAction {
    return this.#move(
      line,
      '#reserved = #reserved - :quantity, #onHand = #onHand - :quantity',
      '#reserved >= :quantity AND #onHand >= :quantity',
    );
  }

  #move({ sku, quantity }: OrderLine, change: string, condition: string): WriteAction {
    return {
      Update: {
        TableName: this.book.tables.inventory,
        Key: { sku },
        UpdateExpression: `SET ${change}`,
        ConditionExpression: condition,
        ExpressionAttributeNames: {
          '#reserved': 'reserved',
          ...(change.includes('#onHand') ? { '#onHand': 'onHand' } : {}),
        },
        ExpressionAttributeValues: { ':quantity': quantity },
      },
    };
  }

  #orderIs(order: OrderRef, status: OrderRow['status']): WriteAction {
    return this.#check(this.book.tables.orders, order, statusIn(status));
  }

  #check(table: string, order: OrderRef, condition: Expression): WriteAction {
    return {
      ConditionCheck: {
        TableName: table,
        Key: this.#key(order),
        ConditionExpression: condition.text,
        ExpressionAttributeNames: { ...condition.names },
        ExpressionAttributeValues: { ...condition.values },
      },
    };
  }

  #order(order: OrderRef): Promise<OrderRow | undefined> {
    return this.book.get<OrderRow>(this.book.tables.orders, this.#key(order));
  }

  async #stockOf(lines: readonly OrderLine[]): Promise<Map<string, StockRow>> {
    const rows = await this.book.getAll<StockRow>(
      this.book.tables.inventory,
      lines.map(({ sku }) => ({ sku })),
    );
    return new Map(rows.map((row) => [row.sku, row]));
  }

  #key(order: OrderRef): { orderId: string } {
    return { orderId: orderKey(order.orderId, order.attempt) };
  }
}
