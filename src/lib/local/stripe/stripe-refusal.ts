/** The body of an error, as https://docs.stripe.com/api/errors describes it. */
export interface StripeErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly charge?: string;
  readonly payment_intent?: object;
  readonly payment_method?: object;
}

/** A request the fake refuses before or instead of changing anything. */
export class StripeRefusal extends Error {
  override readonly name = 'StripeRefusal';

  constructor(
    readonly status: number,
    readonly body: StripeErrorBody,
    /** Whether an idempotency key remembers this answer: refused parameters are not remembered. */
    readonly remembered = false,
  ) {
    super(body.message);
  }
}

export function badParameter(message: string, param: string, code?: string): StripeRefusal {
  const coded = code === undefined ? {} : { code };
  return new StripeRefusal(400, { type: 'invalid_request_error', message, param, ...coded });
}

/** 404 for the object in the address, 400 for one that a parameter names. */
export function noSuch(kind: string, id: string, param: string, status: 400 | 404 = 404): StripeRefusal {
  const message = `No such ${kind}: '${id}'`;
  return new StripeRefusal(status, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

/** The object is in no state for this. */
export function unexpectedState(message: string, intent: object): StripeRefusal {
  const code = 'payment_intent_unexpected_state';
  return new StripeRefusal(400, { type: 'invalid_request_error', code, message, payment_intent: intent }, true);
}
