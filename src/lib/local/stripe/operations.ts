import type { LocalSources } from '../ports.js';
import { createCustomer, knownCustomer, retrieveCustomer, updateCustomer } from './customer.js';
import { pageOf, searchPage } from './lists.js';
import type { OperationContext, Outcome, StripeOperation } from './operation.js';
import {
  cancelIntent,
  captureIntent,
  confirmIntent,
  passTime,
  type Charge,
  type PaymentIntent,
} from './payment-intent.js';
import { passRefundTime, refundCharge, type Refund } from './refund.js';
import { badParameter, noSuch, unexpectedState } from './stripe-refusal.js';
import type { StripeStore } from './stripe-store.js';
import { paymentMethodObject, testPaymentMethod, type TestPaymentMethod } from './test-payment-methods.js';

const LARGEST_AMOUNT = 99_999_999;
/** Minor units; other currencies have theirs too, which are not modelled: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const SMALLEST_AMOUNTS: Readonly<Record<string, number>> = { usd: 50, eur: 50, gbp: 30, chf: 50, jpy: 50 };
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));
const REFUND_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;
const CANCELLATION_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'] as const;

/** By name, as faults are ordered: `resource.verb`. */
export const operations: Readonly<Record<string, StripeOperation>> = {
  'payment_intents.create': createPaymentIntent,
  'payment_intents.retrieve': (context) => {
    context.parameters.ignored('client_secret');
    context.parameters.refuseOthers();
    return shown(intentOf(context).intent);
  },
  'payment_intents.update': updatePaymentIntent,
  'payment_intents.confirm': confirmPaymentIntent,
  'payment_intents.capture': (context) => {
    const amount = context.parameters.integer('amount_to_capture');
    context.parameters.refuseOthers();
    const { intent, charge } = intentOf(context);
    return saved(context, captureIntent(intent, charge, amount));
  },
  'payment_intents.cancel': (context) => {
    const reason = context.parameters.word('cancellation_reason', CANCELLATION_REASONS) ?? null;
    context.parameters.refuseOthers();
    const { intent, charge } = intentOf(context);
    return saved(context, cancelIntent(intent, charge, reason, context.now));
  },
  'payment_intents.list': (context) => {
    const customer = context.parameters.text('customer');
    const wanted = context.parameters.times('created');
    const intents = current(context).filter(
      (intent) => (customer === undefined || intent.customer === customer) && wanted(intent.created),
    );
    return shown(pageOf(context.parameters, '/v1/payment_intents', intents));
  },
  'payment_intents.search': (context) =>
    shown(searchPage(context.parameters, '/v1/payment_intents/search', current(context))),
  'charges.retrieve': (context) => {
    context.parameters.refuseOthers();
    const charge = context.store.find('charge', context.id);
    if (charge === undefined) throw noSuch('charge', context.id, 'id');
    return shown(refundedCharge(context, charge));
  },
  'charges.list': (context) => {
    const intent = context.parameters.text('payment_intent');
    const charges = intent === undefined ? context.store.all('charge') : context.store.of('charge', intent);
    return shown(
      pageOf(
        context.parameters,
        '/v1/charges',
        charges.map((charge) => refundedCharge(context, charge)),
      ),
    );
  },
  'refunds.create': createRefund,
  'refunds.retrieve': (context) => {
    context.parameters.refuseOthers();
    const refund = context.store.find('refund', context.id);
    if (refund === undefined) throw noSuch('refund', context.id, 'id');
    return shown(refundNow(context, refund));
  },
  'refunds.list': (context) => {
    const intent = context.parameters.text('payment_intent');
    const charge = context.parameters.text('charge');
    const refunds = intent === undefined ? context.store.all('refund') : context.store.of('refund', intent);
    return shown(
      pageOf(
        context.parameters,
        '/v1/refunds',
        refunds
          .filter((one) => charge === undefined || one.charge === charge)
          .map((refund) => refundNow(context, refund)),
      ),
    );
  },
  'customers.create': createCustomer,
  'customers.retrieve': retrieveCustomer,
  'customers.update': updateCustomer,
  'customers.search': (context) =>
    shown(searchPage(context.parameters, '/v1/customers/search', context.store.all('customer'))),
  'payment_methods.retrieve': (context) => {
    context.parameters.refuseOthers();
    const method = testPaymentMethod(context.id);
    if (method === undefined) throw noSuch('PaymentMethod', context.id, 'payment_method');
    return shown(paymentMethodObject(method));
  },
};

function createPaymentIntent(context: OperationContext): Outcome {
  const { parameters, now } = context;
  const amount = parameters.integer('amount');
  if (amount === undefined) throw badParameter('Missing required param: amount.', 'amount', 'parameter_missing');
  const currency = parameters.requiredText('currency').toLowerCase();
  if (!CURRENCIES.has(currency)) throw badParameter(`Invalid currency: ${currency}`, 'currency');
  requireAmount(amount, currency);
  const method = methodOf(parameters.text('payment_method'));
  const confirm = parameters.flag('confirm');
  const offSession = parameters.flag('off_session');
  if (offSession && !confirm) {
    throw badParameter('off_session can only be used when confirm is set to true.', 'off_session');
  }
  const allowed = parameters.list('allowed_payment_method_types');
  if (allowed !== undefined && !allowed.includes('card')) {
    throw badParameter('The fake of Stripe knows cards only.', 'allowed_payment_method_types');
  }
  const id = context.newId('pi');
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: allowed ?? null,
    amount,
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: parameters.word('capture_method', ['automatic', 'automatic_async', 'manual']) ?? 'automatic_async',
    client_secret: `${id}_secret_${context.newId('fake')}`,
    confirmation_method: 'automatic',
    created: now,
    currency,
    customer: knownCustomer(context, parameters.text('customer')),
    description: parameters.text('description') ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: parameters.metadata() ?? {},
    next_action: null,
    payment_method: method?.id ?? null,
    payment_method_types: ['card'],
    receipt_email: parameters.text('receipt_email') ?? null,
    setup_future_usage: parameters.text('setup_future_usage') ?? null,
    shipping: null,
    statement_descriptor: parameters.text('statement_descriptor') ?? null,
    status: method === undefined ? 'requires_payment_method' : 'requires_confirmation',
  };
  parameters.ignored(
    'automatic_payment_methods',
    'confirmation_method',
    'shipping',
    'return_url',
    'error_on_requires_action',
    'payment_method_options',
    'statement_descriptor_suffix',
    'transfer_group',
  );
  parameters.refuseOthers();
  context.store.save(intent);
  return confirm ? confirmed(context, intent, method, offSession) : shown(intent);
}

function updatePaymentIntent(context: OperationContext): Outcome {
  const { parameters, store } = context;
  const amount = parameters.integer('amount');
  const method = methodOf(parameters.text('payment_method'));
  const metadata = parameters.metadata();
  const description = parameters.text('description');
  parameters.refuseOthers();
  const { intent } = intentOf(context);
  if (amount !== undefined) requireAmount(amount, intent.currency);
  const open = intent.status === 'requires_payment_method' || intent.status === 'requires_confirmation';
  if (!open && (amount !== undefined || method !== undefined)) {
    throw unexpectedState(
      `This PaymentIntent's payment could not be updated because it has a status of ${intent.status}.`,
      intent,
    );
  }
  const updated: PaymentIntent = {
    ...intent,
    ...(amount === undefined ? {} : { amount }),
    ...(description === undefined ? {} : { description }),
    ...(method === undefined ? {} : { payment_method: method.id, status: 'requires_confirmation' }),
    ...(metadata === undefined ? {} : { metadata: mergedMetadata(intent.metadata, metadata) }),
  };
  store.save(updated);
  return shown(updated);
}

function confirmPaymentIntent(context: OperationContext): Outcome {
  const { parameters } = context;
  const given = methodOf(parameters.text('payment_method'));
  const offSession = parameters.flag('off_session');
  parameters.ignored(
    'return_url',
    'error_on_requires_action',
    'mandate_data',
    'receipt_email',
    'payment_method_options',
    'capture_method',
  );
  parameters.refuseOthers();
  const { intent } = intentOf(context);
  return confirmed(context, intent, given ?? methodOf(intent.payment_method ?? undefined), offSession);
}

function confirmed(
  context: OperationContext,
  intent: PaymentIntent,
  method: TestPaymentMethod | undefined,
  offSession: boolean,
): Outcome {
  const result = confirmIntent(intent, { method, offSession, chargeId: context.newId('ch'), now: context.now });
  const outcome = saved(context, result);
  return result.declined === undefined ? outcome : { kind: 'declined', error: result.declined };
}

function createRefund(context: OperationContext): Outcome {
  const { parameters, store } = context;
  const intentId = parameters.text('payment_intent');
  const chargeId = parameters.text('charge');
  const amount = parameters.integer('amount');
  const reason = parameters.word('reason', REFUND_REASONS) ?? null;
  const metadata = parameters.metadata() ?? {};
  parameters.refuseOthers();
  const charge = refundedCharge(
    context,
    intentId === undefined ? chargeNamed(store, chargeId) : chargeOfIntent(context, intentId),
  );
  const result = refundCharge(charge, { id: context.newId('re'), amount, reason, metadata, now: context.now });
  store.save(result.charge);
  store.save(result.refund);
  return shown(result.refund);
}

function chargeNamed(store: StripeStore, id: string | undefined): Charge {
  if (id === undefined) {
    throw badParameter(
      'One of the following params should be provided for this request: payment_intent or charge.',
      'charge',
      'parameter_missing',
    );
  }
  const charge = store.find('charge', id);
  if (charge === undefined) throw noSuch('charge', id, 'charge', 400);
  return charge;
}

function chargeOfIntent(context: OperationContext, id: string): Charge {
  const { intent, charge } = intentOf({ ...context, id }, 400);
  if (intent.status !== 'succeeded' || charge === undefined) {
    throw unexpectedState(`This PaymentIntent (${id}) does not have a successful charge to refund.`, intent);
  }
  return charge;
}

/** The intent of the address as it is now: what time has done to it is done first. */
function intentOf(
  context: Pick<OperationContext, 'store' | 'id' | 'now'>,
  missing: 400 | 404 = 404,
): { intent: PaymentIntent; charge?: Charge } {
  const intent = context.store.find('payment_intent', context.id);
  if (intent === undefined)
    throw noSuch('payment_intent', context.id, missing === 404 ? 'intent' : 'payment_intent', missing);
  return brought(context, intent);
}

function current(context: OperationContext): readonly PaymentIntent[] {
  return context.store.all('payment_intent').map((intent) => brought(context, intent).intent);
}

function brought(
  { store, now }: Pick<OperationContext, 'store' | 'now'>,
  intent: PaymentIntent,
): { intent: PaymentIntent; charge?: Charge } {
  const charge = intent.latest_charge === null ? undefined : store.find('charge', intent.latest_charge);
  const result = passTime(intent, charge, now);
  if (result.intent !== intent) store.save(result.intent);
  if (result.charge !== undefined && result.charge !== charge) store.save(result.charge);
  return result;
}

/** A refund as it is now: what time has done to it is done first. */
function refundNow({ store, now }: Pick<OperationContext, 'store' | 'now'>, refund: Refund): Refund {
  const charge = store.find('charge', refund.charge);
  if (charge === undefined) return refund;
  const result = passRefundTime(refund, charge, now);
  if (result.refund !== refund) store.save(result.refund);
  if (result.charge !== charge) store.save(result.charge);
  return result.refund;
}

/** A charge after time has done to its refunds what it does. */
function refundedCharge(context: Pick<OperationContext, 'store' | 'now'>, charge: Charge): Charge {
  if (charge.amount_refunded === 0) return charge;
  for (const refund of context.store.of('refund', charge.payment_intent)) refundNow(context, refund);
  return context.store.find('charge', charge.id) ?? charge;
}

function saved(
  { store }: OperationContext,
  result: { readonly intent: PaymentIntent; readonly charge?: Charge },
): Outcome {
  store.save(result.intent);
  if (result.charge !== undefined) store.save(result.charge);
  return shown(result.intent);
}

function shown(object: object): Outcome {
  return { kind: 'object', object };
}

function methodOf(id: string | undefined): TestPaymentMethod | undefined {
  if (id === undefined) return undefined;
  const method = testPaymentMethod(id);
  if (method === undefined) throw noSuch('PaymentMethod', id, 'payment_method', 400);
  return method;
}

function requireAmount(amount: number, currency: string): void {
  if (amount < 1)
    throw badParameter('This value must be greater than or equal to 1.', 'amount', 'parameter_invalid_integer');
  const smallest = SMALLEST_AMOUNTS[currency] ?? 1;
  if (amount < smallest)
    throw badParameter(
      `Amount must be at least ${smallest} (minor units) in ${currency}`,
      'amount',
      'amount_too_small',
    );
  if (amount > LARGEST_AMOUNT)
    throw badParameter(
      `Amount must be no more than ${LARGEST_AMOUNT} (minor units) in ${currency}`,
      'amount',
      'amount_too_large',
    );
}

/** An empty value takes a key away. */
function mergedMetadata(
  old: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...old, ...changes }).filter(([, value]) => value !== ''));
}

/** Ids like Stripe's from any source of uuids. */
export function idMaker(sources: Pick<LocalSources, 'uuid'>): (prefix: string) => string {
  return (prefix) => `${prefix}_${sources.uuid().replace(/[^A-Za-z0-9]/g, '')}`;
}
