import type { OrderRef } from '../domain/ledger-rows.js';
import type { Money } from '../domain/money.js';
import type { PaymentState } from '../domain/payment-rules.js';

/** A payment at the provider, as it is now. */
export interface Payment {
  readonly id: string;
  readonly state: PaymentState;
  readonly money: Money;
  /** Given when DECLINED: the bank's code if there is one, else the provider's. */
  readonly declineCode?: string;
}

export interface PaymentRequest extends OrderRef {
  readonly money: Money;
  readonly userId: string | undefined;
  /** The customer's default is taken without one. */
  readonly paymentMethod: string | null;
}

export type Preparation =
  | { readonly kind: 'prepared'; readonly payment: Payment }
  /** There is nothing to charge, or the provider does not know the payment method. */
  | { readonly kind: 'refused'; readonly declineCode: string };

/**
 * The payment provider. `look` is the truth: what any other call says may be lost on the way.
 *
 * All throw TransientDependencyError when the provider is busy, broken or cannot be reached; the call may then have had
 * its effect or not.
 */
export interface Payments {
  /** Makes a payment that moves no money yet. */
  prepare(request: PaymentRequest): Promise<Preparation>;
  look(paymentId: string): Promise<Payment>;
  /** Asks the bank to set the money aside. A refusal is an answer (DECLINED), not an error. */
  authorize(order: OrderRef, paymentId: string): Promise<Payment>;
  /** Takes the money that was set aside; the answer is the payment as it stands when that is not possible. */
  capture(order: OrderRef, paymentId: string): Promise<Payment>;
  /** Gives up a payment that was not captured; the answer is the payment as it stands when that is not possible. */
  cancel(order: OrderRef, paymentId: string): Promise<Payment>;
  /** Gives all the money back; a payment that was refunded before is no error. Answers with the refund's status. */
  refund(order: OrderRef, paymentId: string): Promise<string>;
}
