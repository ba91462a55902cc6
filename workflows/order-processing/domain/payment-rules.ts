import type { PaymentRow } from './ledger-rows.js';
import type { Money } from './money.js';

/** What a payment at the provider amounts to. */
export type PaymentState =
  /** Made, not yet asked of the bank: no money is touched. */
  | 'UNCONFIRMED'
  | 'AUTHORIZED'
  | 'CAPTURED'
  /** Refused, or the customer would have to act, which nobody can do off-session. */
  | 'DECLINED'
  | 'CANCELED'
  /** The bank is still thinking. */
  | 'PROCESSING';

/** How a run of the authorisation goes on, given the payment's row. */
export type ClaimVerdict =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'authorized' }
  | { readonly kind: 'declined'; readonly code: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'mismatch' };

/**
 * What the payment row tells a run that wants to authorise `asked`. A decline is sticky: another try with the same
 * order would be another charge that nobody ordered.
 */
export function judgeClaim(row: PaymentRow, asked: Money): ClaimVerdict {
  if (isVoided(row)) return { kind: 'cancelled' };
  if (row.amount !== asked.amount || row.currency !== asked.currency) return { kind: 'mismatch' };
  if (row.status === 'DECLINED') return { kind: 'declined', code: row.declineCode ?? 'declined' };
  return { kind: row.status === 'AUTHORIZED' || row.status === 'CAPTURED' ? 'authorized' : 'go-on' };
}

/** Whether a rollback has begun to undo this payment; from then on no forward step counts. */
export function isVoided(row: PaymentRow): boolean {
  return row.status === 'VOIDING' || row.status === 'VOIDED' || row.status === 'REFUNDED';
}

/** What undoes a payment, by what the provider says about it; `wait` when that cannot be known yet. */
export type Undoing = 'nothing' | 'cancel' | 'refund' | 'wait';

export function undoing(state: PaymentState): Undoing {
  switch (state) {
    case 'CANCELED':
      return 'nothing';
    case 'CAPTURED':
      return 'refund';
    case 'PROCESSING':
      return 'wait';
    case 'UNCONFIRMED':
    case 'AUTHORIZED':
    case 'DECLINED':
      return 'cancel';
  }
}
