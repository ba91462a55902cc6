/**
 * Milliseconds that card payments online stay authorised for, about, where Stripe does not say it of the payment.
 * https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
 */
export const CARD_HOLD = 7 * 86_400_000;
