import { OrderCancelledError, OutOfStockError, TransientDependencyError } from '../domain/errors.js';
import type { OrderRef } from '../domain/ledger-rows.js';
import type { OrderLine } from '../domain/order.js';
import { mergeLines } from '../domain/stock-rules.js';
import type { Ledger } from '../ports/ledger.js';

/** Two orders that reserve the same goods at the same moment get in each other's way; the second try mostly succeeds. */
const TRIES = 4;

/** @throws OutOfStockError, OrderCancelledError */
export async function reserveStock(
  order: OrderRef,
  lines: readonly OrderLine[],
  ledger: Ledger,
): Promise<{ outcome: 'RESERVED' }> {
  const merged = mergeLines(lines);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const verdict = await ledger.reserve(order, merged);
    switch (verdict.kind) {
      case 'reserved':
        return { outcome: 'RESERVED' };
      case 'cancelled':
        throw new OrderCancelledError(`order ${order.orderId} is being cancelled`);
      case 'short':
        throw new OutOfStockError(
          verdict.shortages
            .map(({ sku, wanted, available }) => `${sku}: ${wanted} ordered, ${available} there`)
            .join('; '),
        );
      case 'try-again':
        break;
    }
  }
  throw new TransientDependencyError(`the stock of order ${order.orderId} is in high demand`);
}
