import type { ProviderPayment } from '../../../workflows/order-processing/domain/invariants.js';
import type { LedgerRows } from '../ledger/ledger-reader.js';

/** A payment at the provider, with what an operator has to know about it. */
export interface Charge extends ProviderPayment {
  /** Three letters. */
  readonly currency: string;
  /** Epoch milliseconds: until when money that is set aside can be captured. */
  readonly capturableUntil?: number;
}

/** The execution of an attempt, as far as its audit needs it. */
export type AuditedExecution =
  | {
      readonly kind: 'running';
      /** Local: nobody drives it, so that it stands still. */
      readonly undriven?: boolean;
    }
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      /** FAILED, TIMED_OUT or ABORTED. */
      readonly status: string;
      /** Epoch milliseconds. */
      readonly stoppedAt: number;
      /** Whether it ended in a Fail state: then a redrive only ends there again. */
      readonly inFailState: boolean;
      /** Until when it can be redriven (epoch milliseconds); absent when it cannot. */
      readonly redrivableUntil?: number;
    }
  /** Step Functions has forgotten it. */
  | { readonly kind: 'gone' }
  /** An Express execution, or one of another machine: nobody can say how it stands. */
  | { readonly kind: 'unknown' };

/** All that is known of one attempt at an order. */
export interface OrderFacts extends LedgerRows {
  /** The attempt's key, see orderKey(). */
  readonly key: string;
  readonly execution: AuditedExecution;
  /** What the payment provider says; undefined when it was not asked, and then the ledger's word is taken. */
  readonly charges: readonly Charge[] | undefined;
  /** Of a fulfilled attempt: numbers of earlier attempts that are fulfilled, too. */
  readonly fulfilledBefore?: readonly number[];
}
