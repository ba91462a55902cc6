import type { OrderLine } from './order.js';
import type { OrderRow, ReservationRow, StockRow } from './ledger-rows.js';

export interface Shortage {
  readonly sku: string;
  readonly wanted: number;
  readonly available: number;
}

export type ReservationVerdict =
  /** The stock is held for this order, or was already consumed by it. */
  | { readonly kind: 'reserved' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'short'; readonly shortages: readonly Shortage[] }
  /** Nothing stands in the way: somebody else moved the stock at the same moment. */
  | { readonly kind: 'try-again' };

/** One line a SKU, in order of SKU: a transaction may touch an item once, and a fixed order makes for fewer conflicts. */
export function mergeLines(lines: readonly OrderLine[]): OrderLine[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities]
    .map(([sku, quantity]) => ({ sku, quantity }))
    .sort((left, right) => (left.sku < right.sku ? -1 : 1));
}

/** What cannot be delivered from this stock. A SKU without a row has none. */
export function shortages(lines: readonly OrderLine[], stock: ReadonlyMap<string, StockRow>): Shortage[] {
  return lines.flatMap(({ sku, quantity }) => {
    const row = stock.get(sku);
    const available = row === undefined ? 0 : row.onHand - row.reserved;
    return available >= quantity ? [] : [{ sku, wanted: quantity, available }];
  });
}

/** Why a reservation did not go through, from what the ledger says now. */
export function explainRefusedReservation(
  order: OrderRow | undefined,
  reservation: ReservationRow | undefined,
  missing: readonly Shortage[],
): ReservationVerdict {
  if (order === undefined) return { kind: 'cancelled' };
  if (order.status === 'FULFILLED') return { kind: 'reserved' };
  if (order.status !== 'RECEIVED' || reservation?.status === 'RELEASED') return { kind: 'cancelled' };
  if (reservation !== undefined) return { kind: 'reserved' };
  return missing.length > 0 ? { kind: 'short', shortages: missing } : { kind: 'try-again' };
}
