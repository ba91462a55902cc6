import { TransientDependencyError } from '../../domain/errors.js';

interface StripeFault extends Error {
  /** The class's name, e.g. StripeCardError: `name` is only "Error". */
  readonly type: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
}

/** Every refusal by a bank is a 402, with many codes: https://docs.stripe.com/error-handling#payment-errors */
export function isCardRefusal(error: unknown): boolean {
  return isStripeFault(error) && (error.type === 'StripeCardError' || error.statusCode === 402);
}

const NO_SUCH_CHARGE = new Set(['amount_too_small', 'amount_too_large']);

/** Stripe will never make this payment: it does not know the payment method, or charges no such amount. Answers with why. */
export function refusedPayment(error: unknown): string | undefined {
  if (!isStripeFault(error) || error.type !== 'StripeInvalidRequestError') return undefined;
  if (error.param === 'payment_method') return 'unknown_payment_method';
  return error.code !== undefined && NO_SUCH_CHARGE.has(error.code) ? error.code : undefined;
}

/** Under this idempotency key Stripe will say the same for a day: it stored a 500, or other parameters. */
export function isWornOutKey(error: unknown): boolean {
  if (!isStripeFault(error)) return false;
  const { type, statusCode = 0 } = error;
  return statusCode >= 500 || (type === 'StripeIdempotencyError' && statusCode === 400);
}

/** The bank's code if there is one, else Stripe's. */
export function codeOf(error: unknown): string | undefined {
  // The SDK turns a missing decline_code into ''.
  return isStripeFault(error) ? error.decline_code || error.code : undefined;
}

/** The error as the workflow should see it: faults that pass are transient, all others keep Stripe's class as their name. */
export function namedStripeError(error: unknown): Error {
  if (!isStripeFault(error)) return error instanceof Error ? error : new Error(String(error));
  const { type, statusCode, code } = error;
  const text = [type, statusCode, code].filter((part) => part !== undefined).join(' ');
  // What something between us and Stripe answers, e.g. a gateway's page: the SDK cannot read it, and keeps no status.
  const unreadable = type === 'StripeAPIError' && statusCode === undefined;
  if (type === 'StripeConnectionError' || type === 'StripeRateLimitError' || unreadable || isPassing(statusCode)) {
    return new TransientDependencyError(`Stripe did not answer: ${text}`, { cause: error });
  }
  // Stripe's own message may quote what was sent.
  const named = new Error(`Stripe refused: ${text}`, { cause: error });
  named.name = type;
  return named;
}

function isPassing(statusCode: number | undefined): boolean {
  return statusCode !== undefined && (statusCode === 409 || statusCode === 429 || statusCode >= 500);
}

function isStripeFault(error: unknown): error is StripeFault {
  return (
    error instanceof Error &&
    typeof (error as { type?: unknown }).type === 'string' &&
    /^Stripe/.test((error as StripeFault).type)
  );
}
