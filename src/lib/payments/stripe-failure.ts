import { Failure } from '../cli/failure.js';

/** What Stripe's SDK throws, told by its `type`: the `name` is only "Error". https://docs.stripe.com/error-handling */
interface StripeError extends Error {
  readonly type: string;
  readonly statusCode?: number;
  readonly code?: string;
}

/** @returns undefined for what is no error of Stripe's SDK */
export function stripeFailure(error: unknown): Failure | undefined {
  if (!isStripeError(error)) return undefined;
  const { type, message, statusCode: status = 0 } = error;
  const told = (exit: 'denied' | 'unreachable' | 'bug', said: string, suggestions: readonly string[]): Failure =>
    new Failure(exit, `${said}: ${message.replace(/\s*\n\s*/gu, ' ')}`, { suggestions, cause: error });
  if (type === 'StripeAuthenticationError' || type === 'StripePermissionError')
    return told('denied', 'Stripe refuses the key that the environment keeps', [
      'put a valid key into the secret with Stripe\'s key ({"apiKey": "..."})',
    ]);
  if (isRateLimit(error))
    return told('unreachable', 'Stripe takes no more requests', ['wait a little and run it again']);
  if (type === 'StripeConnectionError')
    return told('unreachable', 'cannot reach Stripe', ['check the network, and run it again']);
  // What something on the way answers, e.g. a gateway's page: the SDK cannot read it, and keeps no status.
  if (type === 'StripeAPIError' && error.statusCode === undefined)
    return told('unreachable', "cannot read what answered in Stripe's place", ['wait a little and run it again']);
  if (status === 409 || status >= 500)
    return told('unreachable', `Stripe answered ${status}`, ['wait a little and run it again']);
  return told('bug', `Stripe answered what orders did not expect (${type})`, []);
}

/** More requests than Stripe takes in a second. https://docs.stripe.com/rate-limits */
export function isRateLimit(error: unknown): boolean {
  return isStripeError(error) && (error.type === 'StripeRateLimitError' || error.statusCode === 429);
}

/** The payment that was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return isStripeError(error) && error.code === 'resource_missing';
}

function isStripeError(error: unknown): error is StripeError {
  return error instanceof Error && 'type' in error && /^Stripe/u.test(String(error.type));
}
