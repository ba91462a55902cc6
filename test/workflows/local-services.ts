import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDbService } from '../../src/lib/local/dynamodb/dynamodb-service.js';
import { dynamoDbSchema } from '../../src/lib/local/dynamodb/item-store.js';
import { addMissingRows, ensureTable, readRows } from '../../src/lib/local/dynamodb/rows.js';
import { createSecretsService } from '../../src/lib/local/secrets/secrets-service.js';
import { ensureSecret, secretsSchema } from '../../src/lib/local/secrets/secret-store.js';
import { createSnsService } from '../../src/lib/local/sns/sns-service.js';
import { ensureTopic, readTopicMessages, snsSchema, topicArn } from '../../src/lib/local/sns/topic-store.js';
import { createStripeFake } from '../../src/lib/local/stripe/stripe-fake.js';
import { StripeStore, stripeSchema } from '../../src/lib/local/stripe/stripe-store.js';
import { openDatabase } from '../../src/lib/local/store/database.js';
import { byPath, byScope, byTarget, Endpoint } from '../../src/lib/local/wire/endpoint.js';
import { listenOnLoopback } from '../../src/lib/local/wire/http-server.js';
import type { WireRequest, WireResponse } from '../../src/lib/local/ports.js';
import type { Deadline } from '../../workflows/order-processing/adapters/deadline.js';
import { Book, type LedgerTables } from '../../workflows/order-processing/adapters/dynamodb/book.js';
import { dynamoDbLedger } from '../../workflows/order-processing/adapters/dynamodb/dynamodb-ledger.js';
import { SnsMessages } from '../../workflows/order-processing/adapters/sns-messages.js';
import { stripeClient } from '../../workflows/order-processing/adapters/stripe/stripe-client.js';
import { stripeConnection } from '../../workflows/order-processing/adapters/stripe/stripe-connection.js';
import { StripePayments } from '../../workflows/order-processing/adapters/stripe/stripe-payments.js';
import type { Books, ProviderPayment } from '../../workflows/order-processing/domain/invariants.js';
import { orderKey } from '../../workflows/order-processing/domain/order-key.js';
import type { Ledger } from '../../workflows/order-processing/ports/ledger.js';
import type { Messages } from '../../workflows/order-processing/ports/messages.js';
import type { Payments } from '../../workflows/order-processing/ports/payments.js';

/** What a test tells the fake of Stripe to do wrong. */
export interface StripeFault {
  readonly operation: string;
  readonly when: 'before' | 'after';
  readonly answer?: number | 'reset';
  readonly times?: number;
}

/**
 * Stands on the wire between the adapters and the services: may answer itself, do something first or afterwards, lose the
 * answer (status 0 breaks the connection), or never answer.
 */
export type Interposer = (request: WireRequest, pass: () => Promise<WireResponse>) => Promise<WireResponse>;

/** The production adapters against the local DynamoDB, SNS and fake Stripe, over loopback, with a clock of the test's own. */
export interface LocalServices {
  readonly ledger: Ledger;
  readonly messages: Messages;
  /** The variables a function needs to reach all this. */
  readonly environment: Readonly<Record<string, string>>;
  /** As a new invocation has it. */
  payments(): Payments;
  /** Moves the services' clock. */
  pass(milliseconds: number): void;
  /** A correction by hand. */
  setStock(sku: string, pieces: { readonly onHand: number; readonly reserved: number }): Promise<void>;
  rows(table: keyof LedgerTables): readonly Record<string, unknown>[];
  published(topic: 'confirmations' | 'customer-notices'): readonly Record<string, unknown>[];
  intents(): readonly {
    readonly id: string;
    readonly status: string;
    readonly metadata: Readonly<Record<string, string>>;
  }[];
  books(): Books;
  fail(fault: StripeFault): Promise<void>;
  /** From now on, until another one or nobody stands there. */
  interpose(interposer: Interposer | undefined): void;
  /** DynamoDB by the SDK, as another client of it has it. */
  documents(options?: { readonly maxAttempts?: number }): DynamoDBDocumentClient;
  close(): Promise<void>;
}

export const TABLES: LedgerTables = {
  orders: 'orders',
  payments: 'payments',
  inventory: 'inventory',
  reservations: 'reservations',
  idempotency: 'idempotency',
};
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
export const AMPLE: Deadline = { left: () => 15_000, signal: () => AbortSignal.timeout(15_000) };

/** @param stock pieces on hand by SKU; each costs 500 minor units in usd. */
export async function localServices(stock: Readonly<Record<string, number>>): Promise<LocalServices> {
  const folder = mkdtempSync(join(tmpdir(), 'orders-workflow-'));
  const database = openDatabase(folder, [dynamoDbSchema, snsSchema, secretsSchema, stripeSchema]);
  let time = Date.UTC(2026, 0, 1);
  let ids = 0;
  const sources = {
    now: () => time,
    random: () => 0.5,
    uuid: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
  };
  for (const name of ['orders', 'payments', 'inventory', 'reservations', 'idempotency']) {
    const key = name === 'inventory' ? 'sku' : name === 'idempotency' ? 'id' : 'orderId';
    ensureTable(database, { name, hash: { name: key, type: 'S' }, indexes: [] }, time);
  }
  for (const topic of ['confirmations', 'customer-notices']) ensureTopic(database, topic, time);
  const row = ([sku, onHand]: [string, number]) => ({ sku, onHand, reserved: 0, price: 500, currency: 'usd' });
  addMissingRows(database, 'inventory', Object.entries(stock).map(row));

  const dynamoDb = createDynamoDbService(database, sources);
  const secretArn = ensureSecret(database, 'stripe', JSON.stringify({ apiKey: 'sk_test_1' }), time, sources.uuid());
  const secrets = createSecretsService(database, sources);
  const sns = createSnsService(database, sources);
  const stripe = createStripeFake(database, sources);
  const endpoint = new Endpoint(
    [
      { matches: byTarget('DynamoDB_20120810'), service: () => dynamoDb },
      { matches: byTarget('secretsmanager'), service: () => secrets },
      { matches: byScope('sns'), service: () => sns },
      { matches: byPath('/stripe/'), service: () => stripe },
    ],
    sources,
  );
  let between: Interposer | undefined;
  const server = await listenOnLoopback((request) => {
    const pass = () => endpoint.handle(request);
    return between === undefined ? pass() : between(request, pass);
  }, 0);
  const address = `http://127.0.0.1:${server.port}`;
  const place = { region: 'us-east-1', endpoint: address, credentials: CREDENTIALS, maxAttempts: 1 };
  const dynamoDbClients: DynamoDBClient[] = [];
  const documentsOf = (options: object = {}): DynamoDBDocumentClient => {
    const client = new DynamoDBClient({ ...place, ...options });
    dynamoDbClients.push(client);
    return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  };
  const snsClient = new SNSClient(place);
  const documents = documentsOf();
  const clock = { now: () => time };
  const connection = stripeConnection(
    { apiKey: () => Promise.resolve('sk_test_1') },
    `${address}/stripe`,
    stripeClient,
  );
  const store = new StripeStore(database);
  let invocations = 0;

  const rows = (table: keyof LedgerTables) => readRows(database, table);
  const provider = (): ProviderPayment[] =>
    store.all('payment_intent').map((intent) => {
      const charge = store.of('charge', intent.id).find((one) => one.status === 'succeeded');
      const { orderId = '', attempt = '1' } = intent.metadata;
      return {
        id: intent.id,
        orderId: orderKey(orderId, Number(attempt)),
        authorized: charge !== undefined,
        open: intent.status === 'requires_capture',
        captured: charge?.captured === true ? charge.amount_captured : 0,
        refunded: charge?.captured === true ? charge.amount_refunded : 0,
      };
    });

  return {
    ledger: dynamoDbLedger(new Book(documents, TABLES, clock, AMPLE)),
    messages: new SnsMessages(
      snsClient,
      { confirmations: topicArn('confirmations'), customerNotices: topicArn('customer-notices') },
      AMPLE,
    ),
    environment: {
      ORDERS_TABLE: 'orders',
      PAYMENTS_TABLE: 'payments',
      INVENTORY_TABLE: 'inventory',
      RESERVATIONS_TABLE: 'reservations',
      IDEMPOTENCY_TABLE: 'idempotency',
      CONFIRMATION_TOPIC_ARN: topicArn('confirmations'),
      CUSTOMER_NOTICE_TOPIC_ARN: topicArn('customer-notices'),
      STRIPE_SECRET_ARN: secretArn,
      STRIPE_API_BASE: `${address}/stripe`,
      DEFAULT_CURRENCY: 'usd',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: address,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    payments: () => new StripePayments(connection, AMPLE, `call-${(invocations += 1)}`),
    pass: (milliseconds) => {
      time += milliseconds;
    },
    setStock: async (sku, { onHand, reserved }) => {
      await documents.send(
        new PutCommand({ TableName: 'inventory', Item: { sku, onHand, reserved, price: 500, currency: 'usd' } }),
      );
    },
    rows,
    published: (topic) =>
      readTopicMessages(database, topicArn(topic)).map(({ message }) => JSON.parse(message) as Record<string, unknown>),
    intents: () => store.all('payment_intent'),
    books: () =>
      ({
        orders: rows('orders'),
        payments: rows('payments'),
        reservations: rows('reservations'),
        stock: rows('inventory'),
        initialStock: stock,
        provider: provider(),
      }) as unknown as Books,
    fail: async (fault) => {
      const answer = await fetch(`${address}/stripe/_faults`, { method: 'POST', body: JSON.stringify(fault) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    interpose: (interposer) => {
      between = interposer;
    },
    documents: documentsOf,
    close: async () => {
      for (const client of dynamoDbClients) client.destroy();
      snsClient.destroy();
      await server.close();
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
