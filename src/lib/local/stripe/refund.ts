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
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** Why the bank did not take it. */
  readonly failure_reason?: string;
}

/** How long a bank takes over a refund that is not done at once, in seconds. */
export const REFUND_SECONDS = 60;

/** Stripe's test methods whose refunds have a story: https://docs.stripe.com/testing#refunds */
const PENDING = 'pm_card_pendingRefund';
const FAILING = 'pm_card_refundFail';

/** A refund as it is by now: a pending one has come through; a failing one has failed, and the charge has its money back. */
export function passRefundTime(
  refund: Refund,
  charge: Charge,
  now: number,
): { readonly refund: Refund; readonly charge: Charge } {
  if (now < refund.created + REFUND_SECONDS) return { refund, charge };
  if (refund.status === 'pending') return { refund: { ...refund, status: 'succeeded' }, charge };
  if (charge.payment_method !== FAILING || refund.status === 'failed') return { refund, charge };
  return {
    refund: { ...refund, status: 'failed', failure_reason: 'expired_or_canceled_card' },
    charge: { ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false },
  };
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
      status: charge.payment_method === PENDING ? 'pending' : 'succeeded',
    },
    charge: { ...charge, amount_refunded: charge.amount_refunded + amount, refunded: amount === left },
  };
}
