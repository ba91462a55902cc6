import { readRows } from './dynamodb/rows.js';
import type { LocalSnapshot, Row } from './local-environment.js';
import { CONFIRMATION_QUEUE, CONFIRMATION_TOPIC, CUSTOMER_NOTICE_TOPIC, tableName } from './order-resources.js';
import { readTopicMessages } from './sns/topic-store.js';
import { readPayments, type PaymentRecord } from './stripe/stripe-store.js';
import { readQueueMessages } from './sqs/queue-store.js';
import type { Database } from './store/database.js';
import type { ExecutionStore } from './store/execution-store.js';

/** What is kept at this moment. @param orderId only rows and messages of this order, all its attempts. */
export function takeSnapshot(
  database: Database.Database,
  executions: ExecutionStore,
  orderId: string | undefined,
): LocalSnapshot {
  const isOfOrder = (key: unknown) =>
    orderId === undefined || key === orderId || (typeof key === 'string' && key.startsWith(`${orderId}#`));
  const ledger = (table: string): Row[] =>
    readRows(database, tableName(table)).filter((row) => isOfOrder(row['orderId']));
  // Bodies are JSON, and so the id stands in them as a JSON text.
  const mentions = (text: string) => orderId === undefined || text.includes(JSON.stringify(orderId));
  const reservations = ledger('reservations');
  const messages = [CONFIRMATION_TOPIC, CUSTOMER_NOTICE_TOPIC].flatMap((arn) =>
    readTopicMessages(database, arn)
      .filter(({ message }) => mentions(message))
      .map((message): Row => ({ topic: arn.split(':').at(-1), ...message })),
  );
  return {
    orders: ledger('orders'),
    payments: ledger('payments'),
    reservations,
    inventory: readRows(database, tableName('inventory')),
    messages: messages.sort((one, other) => Number(one['publishedAt']) - Number(other['publishedAt'])),
    queued: readQueueMessages(database, CONFIRMATION_QUEUE)
      .filter(({ body }) => mentions(body))
      .map((message): Row => ({ queue: CONFIRMATION_QUEUE, ...message })),
    paymentIntents: readPayments(database)
      .filter(({ intent }) => mentions(JSON.stringify(intent.metadata)))
      .map(paymentRow),
    executions: executions.countByStatus(),
  };
}

/** A payment at the fake of Stripe on one line; amounts in minor units. */
function paymentRow({ intent, charges, refunds }: PaymentRecord): Row {
  return {
    id: intent.id,
    orderId: intent.metadata['orderId'],
    attempt: intent.metadata['attempt'],
    status: intent.status,
    amount: intent.amount,
    currency: intent.currency,
    paymentMethod: intent.payment_method,
    authorizations: charges.filter(({ paid }) => paid).length,
    captures: charges.filter(({ captured }) => captured).length,
    amountCaptured: intent.amount_received,
    amountRefunded: refunds.filter(({ status }) => status !== 'failed').reduce((sum, { amount }) => sum + amount, 0),
  };
}
