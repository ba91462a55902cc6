import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import type { OrderRef } from '../../domain/ledger-rows.js';
import { orderKey } from '../../domain/order-key.js';
import type { Payment, PaymentRequest, Payments, Preparation } from '../../ports/payments.js';
import type { Deadline } from '../deadline.js';
import type { StripeConnection } from './stripe-connection.js';
import { codeOf, isCardRefusal, isWornOutKey, namedStripeError, refusedPayment } from './stripe-errors.js';
import { paymentOf } from './payment-intent.js';

/** Milliseconds one request may take; the SDK's own default is 80 s. */
const REQUEST_TIME = 8_000;

interface PayerDefaults {
  readonly customer?: string;
  readonly paymentMethod?: string;
}

/**
 * Payments as Stripe PaymentIntents with manual capture.
 *
 * Creating has one idempotency key an attempt, so that a run that was cut off finds its intent again. Everything else has
 * a key of this invocation: the intent's own status keeps it from happening twice, and Stripe would replay a stored 500
 * for a day under a lasting key.
 */
export class StripePayments implements Payments {
  constructor(
    private readonly connection: StripeConnection,
    private readonly deadline: Deadline,
    /** Different in every invocation. */
    private readonly invocation: string,
  ) {}

  async prepare(request: PaymentRequest): Promise<Preparation> {
    const defaults = await this.#payer(request);
    const paymentMethod = request.paymentMethod ?? defaults.paymentMethod;
    if (paymentMethod === undefined) return { kind: 'refused', declineCode: 'no_payment_method' };
    const params: Stripe.PaymentIntentCreateParams = {
      amount: request.money.amount,
      currency: request.money.currency,
      capture_method: 'manual',
      // Nobody is there to be redirected.
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      payment_method: paymentMethod,
      ...(defaults.customer === undefined ? {} : { customer: defaults.customer }),
      metadata: { orderId: request.orderId, attempt: String(request.attempt) },
    };
    try {
      return { kind: 'prepared', payment: paymentOf(await this.#create(request, params)) };
    } catch (error) {
      const declineCode = isCardRefusal(error) ? (codeOf(error) ?? 'card_declined') : refusedPayment(error);
      if (declineCode !== undefined) return { kind: 'refused', declineCode };
      throw namedStripeError(error);
    }
  }

  async look(paymentId: string): Promise<Payment> {
    try {
      return paymentOf(await this.#call((stripe, options) => stripe.paymentIntents.retrieve(paymentId, {}, options)));
    } catch (error) {
      throw namedStripeError(error);
    }
  }

  async authorize(order: OrderRef, paymentId: string): Promise<Payment> {
    try {
      return paymentOf(
        await this.#call(
          (stripe, options) => stripe.paymentIntents.confirm(paymentId, { off_session: true }, options),
          this.#key(order, 'confirm', this.invocation),
        ),
      );
    } catch (error) {
      if (!isCardRefusal(error)) return this.#standing(paymentId, error);
      const standing = await this.look(paymentId);
      return { ...standing, state: 'DECLINED', declineCode: codeOf(error) ?? 'card_declined' };
    }
  }

  async capture(order: OrderRef, paymentId: string): Promise<Payment> {
    try {
      return paymentOf(
        await this.#call(
          (stripe, options) => stripe.paymentIntents.capture(paymentId, {}, options),
          this.#key(order, 'capture', this.invocation),
        ),
      );
    } catch (error) {
      const standing = await this.#standing(paymentId, error);
      // Stripe knows of the lapse before it cancels the intent.
      return codeOf(error) === 'charge_expired_for_capture' ? { ...standing, state: 'CANCELED' } : standing;
    }
  }

  async cancel(order: OrderRef, paymentId: string): Promise<Payment> {
    try {
      return paymentOf(
        await this.#call(
          (stripe, options) => stripe.paymentIntents.cancel(paymentId, {}, options),
          this.#key(order, 'cancel', this.invocation),
        ),
      );
    } catch (error) {
      return this.#standing(paymentId, error);
    }
  }

  async refund(order: OrderRef, paymentId: string): Promise<string> {
    try {
      const refund = await this.#call(
        (stripe, options) => stripe.refunds.create({ payment_intent: paymentId }, options),
        this.#key(order, 'refund', this.invocation),
      );
      return refund.status ?? 'pending';
    } catch (error) {
      if (codeOf(error) === 'charge_already_refunded') return 'succeeded';
      throw namedStripeError(error);
    }
  }

  async #create(request: PaymentRequest, params: Stripe.PaymentIntentCreateParams): Promise<Stripe.PaymentIntent> {
    const create = (key: string): Promise<Stripe.PaymentIntent> =>
      this.#call((stripe, options) => stripe.paymentIntents.create(params, options), key);
    try {
      return await create(this.#key(request, 'create'));
    } catch (error) {
      // An unconfirmed intent too many costs nothing; an order that hears the same stored error for a day does.
      if (isWornOutKey(error)) return create(this.#key(request, 'create', this.invocation));
      throw error;
    }
  }

  /** A call that failed may have had its effect: the payment itself tells. Faults that will pass are tried again later. */
  async #standing(paymentId: string, error: unknown): Promise<Payment> {
    const named = namedStripeError(error);
    if (
      named.name !== 'TransientDependencyError' &&
      named.name !== 'StripeInvalidRequestError' &&
      !isCardRefusal(error)
    ) {
      throw named;
    }
    const standing = await this.look(paymentId);
    if (named.name === 'TransientDependencyError' && isOpen(standing)) throw named;
    return standing;
  }

  /** Who pays, and how when the order does not say. */
  async #payer({ userId, paymentMethod }: PaymentRequest): Promise<PayerDefaults> {
    const { testPaymentMethod } = await this.connection.open(this.deadline);
    if (testPaymentMethod !== undefined) return { paymentMethod: testPaymentMethod };
    if (userId === undefined) return {};
    const quoted = userId.replace(/[\\'"]/g, (character) => `\\${character}`);
    try {
      const found = await this.#call((stripe, options) =>
        stripe.customers.search({ query: `metadata['userId']:'${quoted}'`, limit: 1 }, options),
      );
      const customer = found.data[0];
      if (customer === undefined) return {};
      const method = customer.invoice_settings.default_payment_method;
      const methodId = typeof method === 'string' ? method : method?.id;
      return {
        customer: customer.id,
        ...(methodId === undefined || paymentMethod !== null ? {} : { paymentMethod: methodId }),
      };
    } catch (error) {
      throw namedStripeError(error);
    }
  }

  /** One request, bounded by what is left of the invocation; with the key fetched again once if it is refused. */
  async #call<T>(
    request: (stripe: Stripe, options: Stripe.RequestOptions) => Promise<T>,
    idempotencyKey?: string,
  ): Promise<T> {
    const bounded = (): Stripe.RequestOptions => {
      const left = this.deadline.left();
      const retries = left > 2 * REQUEST_TIME ? 1 : 0;
      return {
        timeout: Math.min(REQUEST_TIME, left),
        maxNetworkRetries: retries,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      };
    };
    const { stripe } = await this.connection.open(this.deadline);
    try {
      return await request(stripe, bounded());
    } catch (error) {
      if (namedStripeError(error).name !== 'StripeAuthenticationError') throw error;
      const renewed = await this.connection.renew(this.deadline);
      return request(renewed.stripe, bounded());
    }
  }

  /** At most 255 characters, whatever the order's id. */
  #key(order: OrderRef, verb: string, run?: string): string {
    const id = createHash('sha256').update(orderKey(order.orderId, order.attempt)).digest('hex').slice(0, 40);
    return [id, `attempt-${order.attempt}`, verb, ...(run === undefined ? [] : [run])].join(':');
  }
}

function isOpen(payment: Payment): boolean {
  return payment.state === 'UNCONFIRMED' || payment.state === 'AUTHORIZED' || payment.state === 'PROCESSING';
}
