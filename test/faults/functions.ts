import type Stripe from 'stripe';
import type { Deadline } from '../../workflows/order-processing/adapters/deadline.js';
import { Book } from '../../workflows/order-processing/adapters/dynamodb/book.js';
import { dynamoDbLedger } from '../../workflows/order-processing/adapters/dynamodb/dynamodb-ledger.js';
import { SecretsManagerKey } from '../../workflows/order-processing/adapters/secrets-manager-key.js';
import { SnsMessages } from '../../workflows/order-processing/adapters/sns-messages.js';
import { stripeClient } from '../../workflows/order-processing/adapters/stripe/stripe-client.js';
import {
  stripeConnection,
  type OpenedStripe,
  type StripeConnection,
} from '../../workflows/order-processing/adapters/stripe/stripe-connection.js';
import { StripePayments } from '../../workflows/order-processing/adapters/stripe/stripe-payments.js';
import { work as aggregateResults } from '../../workflows/order-processing/functions/aggregate-results.js';
import {
  atBoundary,
  type Handler,
  type Surroundings,
  type Wiring,
} from '../../workflows/order-processing/functions/boundary.js';
import { work as chargePayment } from '../../workflows/order-processing/functions/charge-payment.js';
import { work as checkInventory } from '../../workflows/order-processing/functions/check-inventory.js';
import { work as fulfillOrder } from '../../workflows/order-processing/functions/fulfill-order.js';
import { work as notifyPaymentDeclined } from '../../workflows/order-processing/functions/notify-payment-declined.js';
import { work as processLineItem } from '../../workflows/order-processing/functions/process-line-item.js';
import { work as rollbackOrder } from '../../workflows/order-processing/functions/rollback-order.js';
import { work as sendConfirmation } from '../../workflows/order-processing/functions/send-confirmation.js';
import { work as validateOrder } from '../../workflows/order-processing/functions/validate-order.js';
import type { Ledger } from '../../workflows/order-processing/ports/ledger.js';
import type { Messages } from '../../workflows/order-processing/ports/messages.js';
import type { Payments } from '../../workflows/order-processing/ports/payments.js';
import type { Mutation } from './mutation.js';
import { TABLES, TOPICS, type World } from './world.js';

/** All that a function may be given. */
interface Services {
  readonly ledger: Ledger;
  readonly payments: Payments;
  readonly messages: Messages;
  readonly defaultCurrency: string;
}

/** One a world: making it costs as much as a quarter of a run. */
const clients = new WeakMap<World, Stripe>();

/** How a call's requests are told from another's, see Carrier. */
export interface CallMark {
  readonly id: string;
}

/**
 * The nine functions as they are deployed, from the boundary to the adapters: the same modules that the bundles are made
 * of, around clients that lead into the world instead of to AWS.
 *
 * @param markOf who a request id belongs to.
 */
export function workflowFunctions(
  world: World,
  surroundings: Surroundings,
  markOf: (requestId: string) => CallMark,
  mutation: Mutation | undefined,
): Readonly<Record<string, Handler>> {
  const documents = mutation?.documents?.(world.documents) ?? world.documents;
  const stripeOf = (apiKey: string, apiBase: URL | undefined): Stripe => {
    const client = clients.get(world) ?? stripeClient(apiKey, apiBase, world.stripeHttp);
    clients.set(world, client);
    return client;
  };
  const wiring: Wiring<Services> = ({ requestId }) => {
    const mark = markOf(requestId);
    const deadline: Deadline = { left: () => 15_000, signal: () => mark as unknown as AbortSignal };
    const ledger = dynamoDbLedger(new Book(documents, TABLES, { now: () => world.now }, deadline));
    // As a cold start has it: the key is fetched first.
    const key = new SecretsManagerKey(world.secrets, world.secretArn);
    const connection = stripeConnection(key, 'http://stripe/stripe', stripeOf);
    const services: Services = {
      ledger,
      payments: new StripePayments(markedConnection(connection, mark.id), deadline, requestId),
      messages: new SnsMessages(world.sns, TOPICS, deadline),
      defaultCurrency: 'usd',
    };
    return mutation?.services === undefined ? services : { ...services, ...mutation.services(services) };
  };
  return {
    'validate-order': atBoundary(validateOrder, wiring, surroundings),
    'process-line-item': atBoundary(processLineItem, wiring, surroundings),
    'aggregate-results': atBoundary(aggregateResults, wiring, surroundings),
    'check-inventory': atBoundary(checkInventory, wiring, surroundings),
    'charge-payment': atBoundary(chargePayment, wiring, surroundings),
    'notify-payment-declined': atBoundary(notifyPaymentDeclined, wiring, surroundings),
    'fulfill-order': atBoundary(fulfillOrder, wiring, surroundings),
    'send-confirmation': atBoundary(sendConfirmation, wiring, surroundings),
    'rollback-order': atBoundary(rollbackOrder, wiring, surroundings),
  };
}

/** The SDK's requests, each with the mark as its account. */
function markedConnection(connection: StripeConnection, stripeAccount: string): StripeConnection {
  const marked = ({ stripe, ...rest }: OpenedStripe): OpenedStripe => ({
    ...rest,
    stripe: markedStripe(stripe, stripeAccount),
  });
  return {
    open: async (deadline) => marked(await connection.open(deadline)),
    renew: async (deadline) => marked(await connection.renew(deadline)),
  };
}

function markedStripe({ paymentIntents, refunds }: Stripe, stripeAccount: string): Stripe {
  const mark = (options?: Stripe.RequestOptions): Stripe.RequestOptions => ({ ...options, stripeAccount });
  return {
    paymentIntents: {
      create: (params: Stripe.PaymentIntentCreateParams, options?: Stripe.RequestOptions) =>
        paymentIntents.create(params, mark(options)),
      retrieve: (id: string, params: Stripe.PaymentIntentRetrieveParams, options?: Stripe.RequestOptions) =>
        paymentIntents.retrieve(id, params, mark(options)),
      confirm: (id: string, params: Stripe.PaymentIntentConfirmParams, options?: Stripe.RequestOptions) =>
        paymentIntents.confirm(id, params, mark(options)),
      capture: (id: string, params: Stripe.PaymentIntentCaptureParams, options?: Stripe.RequestOptions) =>
        paymentIntents.capture(id, params, mark(options)),
      cancel: (id: string, params: Stripe.PaymentIntentCancelParams, options?: Stripe.RequestOptions) =>
        paymentIntents.cancel(id, params, mark(options)),
    },
    refunds: {
      create: (params: Stripe.RefundCreateParams, options?: Stripe.RequestOptions) =>
        refunds.create(params, mark(options)),
    },
  } as unknown as Stripe;
}
