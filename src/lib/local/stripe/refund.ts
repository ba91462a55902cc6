import type { Charge } from './payment-intent.js';
import { StripeRefusal } from './stripe-refusal.js';

/** Amount in minor units, time in epoch seconds: the API's object. */
export interface Refund {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly payment_intent: string;
  readonly reason: string | null;
  readonly status: 'succeeded';
}

export interface RefundInput {
  readonly id: string;
  /** Minor units; all that is left when not given. */
  readonly amount: number | undefined;
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly now: number;
}

/** @throws StripeRefusal charge_already_refunded, or when the charge has taken nothing. */
export function refundCharge(charge: Charge, input: RefundInput): { readonly refund: Refund; readonly charge: Charge } {
  const refuse = (message: string, code?: string, param?: string): StripeRefusal =>
    new StripeRefusal(
      400,
      {
        type: 'invalid_request_error',
        message,
        ...(code === undefined ? {} : { code }),
        ...(param === undefined ? {} : { param }),
      },
      true,
    );
  if (charge.refunded) throw refuse(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  if (!charge.captured) throw refuse(`Charge ${charge.id} has not been captured: cancel its PaymentIntent instead.`);
  const left = charge.amount - charge.amount_refunded;
  const amount = input.amount ?? left;
  if (amount < 1 || amount > left) {
    throw refuse(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      undefined,
      'amount',
    );
  }
  return {
    refund: {
      id: input.id,
      object: 'refund',
      amount,
      charge: charge.id,
      created: input.now,
      currency: charge.currency,
      metadata: input.metadata,
      payment_intent: charge.payment_intent,
      reason: input.reason,
      status: 'succeeded',
    },
    charge: { ...charge, amount_refunded: charge.amount_refunded + amount, refunded: amount === left },
  };
}
