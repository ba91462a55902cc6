import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';
import type {
  OrderRow,
  OrderStatus,
  PaymentRow,
  ReservationRow,
  StockRow,
} from '../../../workflows/order-processing/domain/ledger-rows.js';
import { ORDER_LIMITS } from '../../../workflows/order-processing/domain/order.js';
import { orderKey } from '../../../workflows/order-processing/domain/order-key.js';
import { Failure } from '../cli/failure.js';
import { plainRow } from './plain-row.js';

export type LedgerCalls = Pick<DynamoDB, 'getItem' | 'query' | 'scan'>;

/** An order's row without the customer's document, which nobody who looks after orders has to read. */
export type LedgerOrder = Omit<OrderRow, 'document' | 'userId'>;

/** What the ledger says of one attempt at an order. */
export interface LedgerRows {
  readonly order: LedgerOrder | undefined;
  readonly payment: PaymentRow | undefined;
  readonly reservation: ReservationRow | undefined;
}

const ORDER_COLUMNS: readonly (keyof LedgerOrder)[] = [
  'orderId', 'attempt', 'status', 'createdAt', 'updatedAt', 'fingerprint', 'executionArn', 'currency', 'amount', 'shipmentId', 'shipment',
  'reason',
]; // prettier-ignore

type Key = Readonly<Record<string, AttributeValue>>;

/**
 * Reads the order workflow's tables; never writes. Single rows are read consistently, lists are not (an index cannot).
 *
 * @param tables table of workflow.json -> its deployed name, as the environment has published it. The SDK's errors pass
 *   through: who may not read hears AccessDeniedException.
 */
export class LedgerReader {
  constructor(
    private readonly calls: LedgerCalls,
    private readonly tables: Readonly<Record<string, string>>,
  ) {}

  /** @param key the attempt's key, see orderKey(). */
  async orderOf(key: string): Promise<LedgerOrder | undefined> {
    return this.row<LedgerOrder>('orders', key, ORDER_COLUMNS);
  }

  /** @param key the attempt's key, see orderKey(). */
  async rowsOf(key: string): Promise<LedgerRows> {
    const [order, payment, reservation] = await Promise.all([
      this.orderOf(key),
      this.row<PaymentRow>('payments', key),
      this.row<ReservationRow>('reservations', key),
    ]);
    return { order, payment, reservation };
  }

  /** Keys of the attempts at an order that have a row, oldest first: an attempt is only admitted after the one before. */
  async attemptsOf(orderId: string): Promise<string[]> {
    const keys: string[] = [];
    for (let attempt = 1; attempt <= ORDER_LIMITS.attempt; attempt += 1) {
      const key = orderKey(orderId, attempt);
      if ((await this.orderOf(key)) === undefined) break;
      keys.push(key);
    }
    return keys;
  }

  /** Keys of the orders with this status, page by page. @param since only those changed since then, RFC 3339. */
  async *keysWithStatus(status: OrderStatus, since?: string): AsyncGenerator<string> {
    let from: Key | undefined;
    do {
      const page = await this.calls.query({
        TableName: this.table('orders'),
        IndexName: 'byStatus',
        KeyConditionExpression: since === undefined ? '#status = :status' : '#status = :status AND updatedAt >= :since',
        ProjectionExpression: 'orderId',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':status': { S: status },
          ...(since === undefined ? {} : { ':since': { S: since } }),
        },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      for (const { orderId } of page.Items ?? []) if (orderId?.S !== undefined) yield orderId.S;
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  /** Every row of a table, page by page: reads (and pays for) all of it. */
  stock(): AsyncGenerator<StockRow> {
    return this.all<StockRow>('inventory');
  }

  /** The same for what orders hold or have used of the stock. */
  reservations(): AsyncGenerator<ReservationRow> {
    return this.all<ReservationRow>('reservations');
  }

  private async *all<Row>(table: string): AsyncGenerator<Row> {
    let from: Key | undefined;
    do {
      const page = await this.calls.scan({
        TableName: this.table(table),
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      for (const item of page.Items ?? []) yield plainRow<Row>(item);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  private async row<Row>(table: string, key: string, columns: readonly string[] = []): Promise<Row | undefined> {
    // Names of columns may be reserved words of DynamoDB's.
    const names = columns.map((column): [string, string] => [`#${column}`, column]);
    const { Item } = await this.calls.getItem({
      TableName: this.table(table),
      Key: { orderId: { S: key } },
      ConsistentRead: true,
      ...(names.length > 0 && {
        ProjectionExpression: names.map(([placeholder]) => placeholder).join(', '),
        ExpressionAttributeNames: Object.fromEntries(names),
      }),
    });
    return Item === undefined ? undefined : plainRow<Row>(Item);
  }

  private table(name: string): string {
    const deployed = this.tables[name];
    if (deployed === undefined) {
      throw new Failure('notFound', `the environment has published no table ${name}`, {
        suggestions: ['orders deploy publishes all of them'],
      });
    }
    return deployed;
  }
}
