import type Stripe from 'stripe';
import type { PaymentState } from '../../domain/payment-rules.js';
import type { Payment } from '../../ports/payments.js';

/**
 * A PaymentIntent in the domain's words. Intents are always made with a payment method, so `requires_payment_method`
 * means that the bank refused it. https://docs.stripe.com/payments/paymentintents/lifecycle
 */
export function paymentOf(intent: Stripe.PaymentIntent): Payment {
  const state = stateOf(intent.status);
  const money = { amount: intent.amount, currency: intent.currency };
  if (state !== 'DECLINED') return { id: intent.id, state, money };
  const { decline_code: declineCode, code } = intent.last_payment_error ?? {};
  const fallback = intent.status === 'requires_action' ? 'authentication_required' : 'card_declined';
  return { id: intent.id, state, money, declineCode: declineCode || code || fallback };
}

function stateOf(status: Stripe.PaymentIntent.Status): PaymentState {
  switch (status) {
    case 'requires_confirmation':
      return 'UNCONFIRMED';
    case 'requires_payment_method':
    case 'requires_action':
      return 'DECLINED';
    case 'requires_capture':
      return 'AUTHORIZED';
    case 'succeeded':
      return 'CAPTURED';
    case 'canceled':
      return 'CANCELED';
    case 'processing':
      return 'PROCESSING';
    default:
      throw new Error(`Stripe has a payment status that orders does not know: ${String(status)}`);
  }
}
