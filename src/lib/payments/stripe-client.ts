/** Stripe's SDK, built into a file of its own: it is loaded when Stripe is asked. */
export { default as Stripe } from 'stripe';
