import { violations, type Violation } from '../../../workflows/order-processing/domain/invariants.js';
import type { OrderLine } from '../../../workflows/order-processing/domain/order.js';
import type { ReservationRow, StockRow } from '../../../workflows/order-processing/domain/ledger-rows.js';

/**
 * What is reserved against what orders hold (I5). Only totals by SKU are kept while the reservations pass by.
 *
 * An order that is taken in between the two reads looks like a difference: the caller reads again before it believes one.
 */
export async function stockFindings(
  reservations: AsyncIterable<ReservationRow>,
  stock: AsyncIterable<StockRow>,
): Promise<Violation[]> {
  const held = new Map<string, number>();
  for await (const { status, lines } of reservations) {
    if (status !== 'HELD') continue;
    for (const { sku, quantity } of lines) held.set(sku, (held.get(sku) ?? 0) + quantity);
  }
  const rows: StockRow[] = [];
  for await (const row of stock) rows.push(row);
  const known = new Set(rows.map(({ sku }) => sku));
  // Held, but not in the inventory at all.
  for (const sku of held.keys()) if (!known.has(sku)) rows.push({ sku, onHand: 0, reserved: 0, price: 0 });
  const lines: OrderLine[] = [...held].map(([sku, quantity]) => ({ sku, quantity }));
  const total: ReservationRow = { orderId: 'all', attempt: 1, status: 'HELD', updatedAt: '', lines };
  return violations({ orders: [], payments: [], provider: [], reservations: [total], stock: rows });
}
