import type { OrderRow, OrderStatus } from './ledger-rows.js';

/** Whether nothing more happens to this attempt, and money and stock are free again: only then a next attempt may begin. */
export function isUndone(status: OrderStatus): boolean {
  return status === 'CANCELLED' || status === 'REJECTED';
}

/** Whether forward steps are forbidden: somebody cancels, or the order never was one. */
export function isFenced(status: OrderStatus): boolean {
  return status === 'CANCELLING' || isUndone(status);
}

export type Admission =
  | { readonly kind: 'admitted' }
  /** Another document has this order id. */
  | { readonly kind: 'taken' }
  /** The attempt before is still under way, was fulfilled, or never was. */
  | { readonly kind: 'too-early'; readonly previous: OrderStatus | 'absent' };

/**
 * Why an order row could not be put, from what the ledger says.
 *
 * @param standing the row that has this key, if any; the same document again is welcome, whatever became of it.
 * @param previous the row of the attempt before; undefined for the first attempt and where there is none.
 */
export function explainRefusedOpening(
  fingerprint: string,
  standing: OrderRow | undefined,
  previous: OrderRow | undefined,
): Admission {
  if (standing !== undefined) return { kind: standing.fingerprint === fingerprint ? 'admitted' : 'taken' };
  return { kind: 'too-early', previous: previous?.status ?? 'absent' };
}
