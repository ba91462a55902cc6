import type { Parameters } from './parameters.js';
import type { StripeErrorBody } from './stripe-refusal.js';
import type { StripeStore } from './stripe-store.js';

/** What an operation answers: an object, or a decline (402) that has changed objects all the same. */
export type Outcome =
  { readonly kind: 'object'; readonly object: object } | { readonly kind: 'declined'; readonly error: StripeErrorBody };

export interface OperationContext {
  readonly store: StripeStore;
  readonly parameters: Parameters;
  /** The id in the address, or ''. */
  readonly id: string;
  /** Epoch seconds. */
  readonly now: number;
  newId(prefix: string): string;
}

export type StripeOperation = (context: OperationContext) => Outcome;
