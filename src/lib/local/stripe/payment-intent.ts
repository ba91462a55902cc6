import { StripeRefusal, unexpectedState, type StripeErrorBody } from './stripe-refusal.js';
import { paymentMethodObject, type TestPaymentMethod } from './test-payment-methods.js';

/**
 * The PaymentIntent's states (https://docs.stripe.com/payments/paymentintents/lifecycle), pure: each function takes the
 * objects as they are and gives them as they become.
 *
 *   requires_payment_method <──── declined ────┐
 *            │ payment_method                  │
 *   requires_confirmation ──────────── confirm ┼──> requires_action   (on session, 3-D Secure)
 *                                              ├──> processing ──> (after a while, as approved)
 *                                              ├──> requires_capture ── capture ──> succeeded
 *                                              └──> succeeded            └─ 7 days ──> canceled
 *   anything but succeeded, canceled, processing ── cancel ──> canceled
 */
export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

/** Amounts in minor units, times in epoch seconds: the API's object. */
export interface PaymentIntent {
  readonly id: string;
  readonly object: 'payment_intent';
  /** The types that were allowed, when the request said which. */
  readonly allowed_payment_method_types: readonly string[] | null;
  readonly amount: number;
  readonly amount_capturable: number;
  readonly amount_received: number;
  readonly automatic_payment_methods: null;
  readonly canceled_at: number | null;
  readonly cancellation_reason: string | null;
  readonly capture_method: 'automatic' | 'automatic_async' | 'manual';
  readonly client_secret: string;
  readonly confirmation_method: 'automatic';
  readonly created: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly last_payment_error: StripeErrorBody | null;
  readonly latest_charge: string | null;
  readonly livemode: false;
  readonly metadata: Readonly<Record<string, string>>;
  readonly next_action: object | null;
  readonly payment_method: string | null;
  readonly payment_method_types: readonly string[];
  readonly receipt_email: string | null;
  readonly setup_future_usage: string | null;
  readonly shipping: null;
  readonly statement_descriptor: string | null;
  readonly status: IntentStatus;
}

export interface Charge {
  readonly id: string;
  readonly object: 'charge';
  readonly amount: number;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly captured: boolean;
  readonly created: number;
  readonly currency: string;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly livemode: false;
  readonly metadata: Readonly<Record<string, string>>;
  readonly outcome: object | null;
  readonly paid: boolean;
  readonly payment_intent: string;
  readonly payment_method: string;
  readonly payment_method_details: {
    readonly type: 'card';
    readonly card: { readonly brand: string; readonly last4: string; readonly capture_before: number | null };
  };
  readonly refunded: boolean;
  readonly status: 'succeeded' | 'failed' | 'pending';
}

/** How long an authorisation of a card holds, in seconds. */
export const AUTHORISATION_SECONDS = 7 * 24 * 3600;
/** How long the made-up processing method takes, in seconds. */
export const PROCESSING_SECONDS = 30;

export interface Confirmation {
  readonly intent: PaymentIntent;
  readonly charge?: Charge;
  /** HTTP 402. The intent has changed all the same. */
  readonly declined?: StripeErrorBody;
}

export interface ConfirmInput {
  readonly method: TestPaymentMethod | undefined;
  readonly offSession: boolean;
  readonly chargeId: string;
  readonly now: number;
}

/** @throws StripeRefusal payment_intent_unexpected_state */
export function confirmIntent(
  intent: PaymentIntent,
  { method, offSession, chargeId, now }: ConfirmInput,
): Confirmation {
  const { status } = intent;
  if (status !== 'requires_confirmation' && status !== 'requires_payment_method' && status !== 'requires_action') {
    const why =
      status === 'succeeded'
        ? 'it has already succeeded after being previously confirmed'
        : `it has a status of ${status}`;
    throw unexpectedState(`You cannot confirm this PaymentIntent because ${why}.`, intent);
  }
  if (method === undefined) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent with a payment method and then confirm it again.",
      intent,
    );
  }
  const chosen: PaymentIntent = { ...intent, payment_method: method.id, last_payment_error: null, next_action: null };
  const charge = newCharge(chosen, method, chargeId, now);
  switch (method.answer.kind) {
    case 'approve':
      return approved(chosen, charge, now);
    case 'processing':
      return {
        intent: { ...chosen, status: 'processing', latest_charge: chargeId },
        charge: { ...charge, status: 'pending', paid: false },
      };
    case 'authenticate':
      if (!offSession) {
        const next = { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } };
        return { intent: { ...chosen, status: 'requires_action', next_action: next } };
      }
      return refused(chosen, charge, method, {
        code: 'authentication_required',
        decline_code: 'authentication_required',
        message: 'Your card was declined. This transaction requires authentication.',
      });
    case 'decline': {
      const { code, declineCode, message } = method.answer;
      const reason = declineCode === undefined ? { code, message } : { code, message, decline_code: declineCode };
      return refused(chosen, charge, method, reason);
    }
  }
}

/** @throws StripeRefusal */
export function captureIntent(
  intent: PaymentIntent,
  charge: Charge | undefined,
  amount = intent.amount_capturable,
): { readonly intent: PaymentIntent; readonly charge: Charge } {
  if (intent.status !== 'requires_capture' || charge === undefined) {
    throw unexpectedState(
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      intent,
    );
  }
  if (amount < 1 || amount > intent.amount_capturable) {
    throw new StripeRefusal(400, {
      type: 'invalid_request_error',
      code: 'amount_too_large',
      param: 'amount_to_capture',
      message: `The amount to capture (${amount}) must be at least 1 and at most the amount capturable (${intent.amount_capturable}).`,
    });
  }
  return {
    intent: { ...intent, status: 'succeeded', amount_capturable: 0, amount_received: amount },
    // What is not captured goes back to the customer.
    charge: { ...charge, captured: true, amount_captured: amount, amount_refunded: charge.amount - amount },
  };
}

/** @throws StripeRefusal */
export function cancelIntent(
  intent: PaymentIntent,
  charge: Charge | undefined,
  reason: string | null,
  now: number,
): { readonly intent: PaymentIntent; readonly charge?: Charge } {
  const { status } = intent;
  if (status === 'succeeded' || status === 'canceled' || status === 'processing') {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action.`,
      intent,
    );
  }
  const canceled: PaymentIntent = {
    ...intent,
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: now,
    cancellation_reason: reason,
    next_action: null,
  };
  if (status !== 'requires_capture' || charge === undefined) return { intent: canceled };
  return { intent: canceled, charge: { ...charge, amount_refunded: charge.amount, refunded: true } };
}

/** What time alone has done to an intent by `now`; the same objects when nothing. */
export function passTime(
  intent: PaymentIntent,
  charge: Charge | undefined,
  now: number,
): { readonly intent: PaymentIntent; readonly charge?: Charge } {
  if (charge === undefined) return { intent };
  if (intent.status === 'processing' && now >= charge.created + PROCESSING_SECONDS) {
    const { intent: settled, charge: paid } = approved(
      intent,
      { ...charge, status: 'succeeded', paid: true },
      charge.created + PROCESSING_SECONDS,
    );
    return paid === undefined ? { intent: settled } : { intent: settled, charge: paid };
  }
  const lapses = charge.payment_method_details.card.capture_before;
  if (intent.status === 'requires_capture' && lapses !== null && now >= lapses) {
    return cancelIntent(intent, charge, 'automatic', lapses);
  }
  return { intent, charge };
}

function newCharge(intent: PaymentIntent, method: TestPaymentMethod, id: string, now: number): Charge {
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    captured: false,
    created: now,
    currency: intent.currency,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: intent.metadata,
    outcome: { network_status: 'approved_by_network', type: 'authorized', seller_message: 'Payment complete.' },
    paid: true,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: 'card', card: { brand: method.brand, last4: method.last4, capture_before: null } },
    refunded: false,
    status: 'succeeded',
  };
}

function approved(intent: PaymentIntent, charge: Charge, now: number): Confirmation {
  if (intent.capture_method !== 'manual') {
    return {
      intent: { ...intent, status: 'succeeded', amount_received: intent.amount, latest_charge: charge.id },
      charge: { ...charge, captured: true, amount_captured: charge.amount },
    };
  }
  const { card } = charge.payment_method_details;
  return {
    intent: { ...intent, status: 'requires_capture', amount_capturable: intent.amount, latest_charge: charge.id },
    charge: {
      ...charge,
      payment_method_details: { type: 'card', card: { ...card, capture_before: now + AUTHORISATION_SECONDS } },
    },
  };
}

function refused(
  intent: PaymentIntent,
  charge: Charge,
  method: TestPaymentMethod,
  reason: { readonly code: string; readonly decline_code?: string; readonly message: string },
): Confirmation {
  const error: StripeErrorBody = {
    type: 'card_error',
    charge: charge.id,
    ...reason,
    payment_method: paymentMethodObject(method),
  };
  const open: PaymentIntent = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    latest_charge: charge.id,
    last_payment_error: error,
  };
  return {
    intent: open,
    charge: {
      ...charge,
      paid: false,
      status: 'failed',
      failure_code: reason.code,
      failure_message: reason.message,
      outcome: {
        network_status: 'declined_by_network',
        type: 'issuer_declined',
        reason: reason.decline_code ?? reason.code,
      },
    },
    declined: { ...error, payment_intent: open },
  };
}
