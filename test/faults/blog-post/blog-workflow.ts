import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type Stripe from 'stripe';
import { parseDefinition } from '../../../src/lib/definition/parse.js';
import { stripeClient } from '../../../workflows/order-processing/adapters/stripe/stripe-client.js';
import type { Handler } from '../../../workflows/order-processing/functions/boundary.js';
import type { Subject } from '../run-plan.js';
import { API_KEY, type World } from '../world.js';

const MACHINE = parseDefinition(readFileSync(join(import.meta.dirname, 'definition.json'), 'utf8'));

interface PostedOrder {
  readonly orderId: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  readonly paymentMethod?: string;
}

/**
 * The workflow that the project began with: the published definition with nothing but its names filled in, and functions
 * that do what the post shows or says of them. It shows validation and charging; the others are the shortest that fit. The
 * idempotency key is left out: the post puts it into the body, where Stripe refuses the whole request. The order's row is
 * written beside, so that the invariants can be read.
 */
export function blogWorkflow(): Subject {
  return { machine: () => MACHINE, functions: postedFunctions, timeout: () => 60 };
}

const postedFunctions: Subject['functions'] = (world, _, markOf) => {
  const stripe = stripeClient(API_KEY, new URL('http://stripe/stripe'), world.stripeHttp);
  const posted =
    (work: (order: PostedOrder, books: PostedBooks, payments: PostedStripe) => Promise<unknown>): Handler =>
    (event, { awsRequestId }) => {
      const mark = markOf(awsRequestId);
      const options = { stripeAccount: mark.id };
      return work(event as unknown as PostedOrder, new PostedBooks(world, mark), { stripe, options });
    };
  return {
    'validate-order': posted(async (order, books) => {
      if (order.items.length === 0) throw named('ValidationError');
      await books.mark(order, 'RECEIVED', await books.total(order));
      return { isValid: true };
    }),
    'check-inventory': posted(async (order, books) => {
      for (const { productId, quantity } of order.items) {
        const { onHand, reserved } = await books.stock(productId);
        if (onHand - reserved < quantity) throw named('OutOfStockError');
      }
      await books.reserve(order, 'HELD');
      return { available: true };
    }),
    'charge-payment': posted(async (order, books, { stripe: client, options }) => {
      const amount = await books.total(order);
      try {
        const intent = await client.paymentIntents.create(
          {
            amount,
            currency: 'usd',
            confirm: true,
            payment_method: order.paymentMethod ?? 'pm_card_visa',
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            metadata: { orderId: order.orderId, attempt: '1' },
          },
          options,
        );
        return { paymentIntentId: intent.id, amount, status: intent.status };
      } catch (error) {
        if ((error as { code?: string }).code === 'card_declined') throw named('PaymentDeclinedError');
        throw error;
      }
    }),
    'notify-payment-declined': posted(() => Promise.resolve({ notified: true })),
    'fulfill-order': posted(async (order, books) => {
      await books.reserve(order, 'CONSUMED');
      await books.mark(order, 'FULFILLED', await books.total(order));
      return { orderId: order.orderId, attempt: 1 };
    }),
    // What the branches had done is lost when the Parallel fails, so there is nothing to refund by.
    'rollback-order': posted(async (order, books) => {
      if (await books.reserved(order)) await books.reserve(order, 'RELEASED');
      await books.mark(order, 'CANCELLED', await books.total(order));
      return {};
    }),
  };
};

interface PostedStripe {
  readonly stripe: Stripe;
  readonly options: Stripe.RequestOptions;
}

/** Plain reads and writes, as somebody writes them who has not heard of conditions. */
class PostedBooks {
  constructor(
    private readonly world: World,
    private readonly caller: object,
  ) {}

  async stock(sku: string): Promise<{ onHand: number; reserved: number; price: number }> {
    const { Item } = await this.send(new GetCommand({ TableName: 'inventory', Key: { sku } }));
    return Item as { onHand: number; reserved: number; price: number };
  }

  async total(order: PostedOrder): Promise<number> {
    let total = 0;
    for (const { productId, quantity } of order.items) total += (await this.stock(productId)).price * quantity;
    return total;
  }

  async reserved({ orderId }: PostedOrder): Promise<boolean> {
    const { Item } = await this.send(new GetCommand({ TableName: 'reservations', Key: { orderId } }));
    return (Item as { status?: string } | undefined)?.status === 'HELD';
  }

  async reserve(order: PostedOrder, status: 'HELD' | 'CONSUMED' | 'RELEASED'): Promise<void> {
    const { orderId } = order;
    for (const { productId: sku, quantity } of order.items) {
      const change = {
        ':held': status === 'HELD' ? quantity : -quantity,
        ':sent': status === 'CONSUMED' ? -quantity : 0,
      };
      await this.send(
        new UpdateCommand({
          TableName: 'inventory',
          Key: { sku },
          UpdateExpression: 'SET reserved = reserved + :held, onHand = onHand + :sent',
          ExpressionAttributeValues: change,
        }),
      );
    }
    const lines = order.items.map(({ productId, quantity }) => ({ sku: productId, quantity }));
    await this.send(
      new PutCommand({ TableName: 'reservations', Item: { orderId, attempt: 1, status, updatedAt: '', lines } }),
    );
  }

  async mark({ orderId }: PostedOrder, status: string, amount: number): Promise<void> {
    await this.send(
      new PutCommand({ TableName: 'orders', Item: { orderId, attempt: 1, status, amount, currency: 'usd' } }),
    );
  }

  private send(command: GetCommand | PutCommand | UpdateCommand): Promise<{ Item?: unknown }> {
    return this.world.documents.send(command as GetCommand, { abortSignal: this.caller as AbortSignal });
  }
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
