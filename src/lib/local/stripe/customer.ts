import type { Customer } from './customer-object.js';
import type { OperationContext, Outcome } from './operation.js';
import { badParameter, noSuch } from './stripe-refusal.js';
import { testPaymentMethod } from './test-payment-methods.js';

export function createCustomer(context: OperationContext): Outcome {
  const customer: Customer = {
    id: context.newId('cus'),
    object: 'customer',
    created: context.now,
    description: null,
    email: null,
    invoice_settings: { default_payment_method: null },
    livemode: false,
    metadata: {},
    name: null,
  };
  return changed(context, customer);
}

export function updateCustomer(context: OperationContext): Outcome {
  return changed(context, customerOf(context));
}

export function retrieveCustomer(context: OperationContext): Outcome {
  context.parameters.refuseOthers();
  return { kind: 'object', object: customerOf(context) };
}

/** @throws StripeRefusal for a customer that a payment names and nobody knows. */
export function knownCustomer({ store }: OperationContext, id: string | undefined): string | null {
  if (id === undefined) return null;
  if (store.find('customer', id) === undefined) throw noSuch('customer', id, 'customer', 400);
  return id;
}

function customerOf({ store, id }: OperationContext): Customer {
  const customer = store.find('customer', id);
  if (customer === undefined) throw noSuch('customer', id, 'id');
  return customer;
}

function changed({ parameters, store }: OperationContext, customer: Customer): Outcome {
  const method = parameters.nestedText('invoice_settings', 'default_payment_method');
  if (method !== undefined && testPaymentMethod(method) === undefined) {
    throw badParameter(
      `No such PaymentMethod: '${method}'`,
      'invoice_settings[default_payment_method]',
      'resource_missing',
    );
  }
  const metadata = parameters.metadata();
  const object: Customer = {
    ...customer,
    description: parameters.text('description') ?? customer.description,
    email: parameters.text('email') ?? customer.email,
    name: parameters.text('name') ?? customer.name,
    ...(method === undefined ? {} : { invoice_settings: { default_payment_method: method } }),
    ...(metadata === undefined ? {} : { metadata: { ...customer.metadata, ...metadata } }),
  };
  parameters.refuseOthers();
  store.save(object);
  return { kind: 'object', object };
}
