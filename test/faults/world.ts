import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import Database from 'libsql';
import type { StripeHttpClient } from './stripe-transport.js';
import { dynamoDbSchema } from '../../src/lib/local/dynamodb/item-store.js';
import { createDynamoDbService } from '../../src/lib/local/dynamodb/dynamodb-service.js';
import { addMissingRows, ensureTable, readRows } from '../../src/lib/local/dynamodb/rows.js';
import type { WireResponse, WireService } from '../../src/lib/local/ports.js';
import { ensureSecret, secretsSchema } from '../../src/lib/local/secrets/secret-store.js';
import { createSecretsService } from '../../src/lib/local/secrets/secrets-service.js';
import { createSnsService } from '../../src/lib/local/sns/sns-service.js';
import { ensureTopic, readTopicMessages, snsSchema, topicArn } from '../../src/lib/local/sns/topic-store.js';
import { ensureQueue, readQueueMessages, sqsSchema } from '../../src/lib/local/sqs/queue-store.js';
import { createSqsService } from '../../src/lib/local/sqs/sqs-service.js';
import { createStripeFake } from '../../src/lib/local/stripe/stripe-fake.js';
import { StripeStore, stripeSchema } from '../../src/lib/local/stripe/stripe-store.js';
import type { LedgerTables } from '../../workflows/order-processing/adapters/dynamodb/book.js';
import type { Books, ProviderPayment } from '../../workflows/order-processing/domain/invariants.js';
import { orderKey } from '../../workflows/order-processing/domain/order-key.js';
import { documentClient, secretsClient } from './document-client.js';
import type { Carrier, OutsideRequest, ServiceName } from './outside-request.js';
import { stripeTransport } from './stripe-transport.js';

export const STARTED_AT = Date.UTC(2026, 10, 22, 10);
export const TABLES: LedgerTables = {
  orders: 'orders',
  payments: 'payments',
  inventory: 'inventory',
  reservations: 'reservations',
  idempotency: 'idempotency',
};
export const TOPICS = { confirmations: topicArn('confirmations'), customerNotices: topicArn('customer-notices') };
export const QUEUE = 'confirmation-retries';
export const QUEUE_URL = `https://sqs.us-east-1.amazonaws.com/000000000000/${QUEUE}`;
export const API_KEY = 'sk_test_faults';

/** Everything that a run leaves behind; the tables themselves stay. */
const LEFT_BEHIND = [
  'dynamodb_items',
  'dynamodb_tokens',
  'sns_messages',
  'sqs_messages',
  'stripe_objects',
  'stripe_answers',
  'stripe_faults',
];

/**
 * The embedded AWS and the fake of Stripe in memory, and the real SDKs behind the adapters' clients: every request is
 * the one that would go out, and a carrier of the test's own takes it across. Times and ids are the world's.
 */
export class World {
  now = STARTED_AT;
  readonly documents: DynamoDBDocumentClient;
  readonly sns: SNSClient;
  readonly secrets: SecretsManagerClient;
  readonly stripeHttp: StripeHttpClient;
  readonly secretArn: string;
  private readonly database = rememberingStatements(new Database(':memory:'));
  private readonly services: Readonly<Record<ServiceName, WireService>>;
  private readonly stripeStore: StripeStore;
  private initialStock: Record<string, number> = {};
  private ids = 0;

  constructor(readonly carry: Carrier) {
    const sources = { now: () => this.now, random: () => 0.5, uuid: () => this.uuid() };
    for (const schema of [dynamoDbSchema, snsSchema, sqsSchema, secretsSchema, stripeSchema])
      this.database.exec(schema);
    for (const name of Object.keys(TABLES)) {
      const key = name === 'inventory' ? 'sku' : name === 'idempotency' ? 'id' : 'orderId';
      ensureTable(this.database, { name, hash: { name: key, type: 'S' }, indexes: [] }, this.now);
    }
    ensureTopic(this.database, 'confirmations', this.now);
    ensureTopic(this.database, 'customer-notices', this.now);
    ensureQueue(this.database, QUEUE, this.now);
    this.secretArn = ensureSecret(this.database, 'stripe', JSON.stringify({ apiKey: API_KEY }), this.now, this.uuid());
    this.services = {
      dynamodb: createDynamoDbService(this.database, sources),
      sns: createSnsService(this.database, sources),
      sqs: createSqsService(this.database, sources),
      secretsmanager: createSecretsService(this.database, sources),
      stripe: createStripeFake(this.database, sources),
    };
    this.stripeStore = new StripeStore(this.database);
    this.documents = documentClient(carry);
    this.secrets = secretsClient(carry);
    this.sns = new SNSClient({
      region: 'us-east-1',
      endpoint: 'http://world',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      // A fault that the SDK tries away is no fault; what the function makes of it is looked at here.
      maxAttempts: 1,
      requestHandler: awsTransport('sns', carry),
    });
    this.stripeHttp = stripeTransport((mark, wire) =>
      carry(mark, {
        service: 'stripe',
        operation: `${wire.method} ${wire.path.slice('/stripe'.length).replace(/pi_\w+/, ':id')}`,
        wire,
      }),
    );
  }

  /** Empties everything, and puts this stock in place: pieces on hand by SKU, 500 minor units of usd each. */
  reset(stock: Readonly<Record<string, number>>): void {
    for (const table of LEFT_BEHIND) this.database.exec(`DELETE FROM ${table}`);
    this.now = STARTED_AT;
    this.ids = 0;
    this.initialStock = { ...stock };
    const rows = Object.entries(stock).map(([sku, onHand]) => ({
      sku,
      onHand,
      reserved: 0,
      price: 500,
      currency: 'usd',
    }));
    addMissingRows(this.database, 'inventory', rows);
  }

  /** Does what a request asks for, now. */
  async perform(request: OutsideRequest): Promise<WireResponse> {
    const answer = await this.services[request.service](request.wire);
    if (answer === undefined) throw new Error(`${request.service} does not know ${request.operation}`);
    return answer;
  }

  /** Stripe does what the next request asks for and answers 500, or breaks the connection. */
  spoilNextStripeAnswer(answer: number | 'reset'): void {
    this.database
      .prepare('INSERT INTO stripe_faults (operation, skip, times, body) VALUES (?, 0, 1, ?)')
      .run('*', JSON.stringify({ operation: '*', when: 'after', answer }));
  }

  /** A correction by hand: all pieces are gone. */
  loseStock(): void {
    for (const row of this.rows('inventory')) {
      const lost = Number(row['onHand']);
      this.initialStock[String(row['sku'])] = (this.initialStock[String(row['sku'])] ?? 0) - lost;
      this.replaceStock({ ...row, onHand: 0 });
    }
  }

  /** New prices for everything. */
  reprice(price: number): void {
    for (const row of this.rows('inventory')) this.replaceStock({ ...row, price });
  }

  rows(table: keyof LedgerTables): readonly Record<string, unknown>[] {
    return readRows(this.database, table);
  }

  messages(topic: string): readonly Record<string, unknown>[] {
    return readTopicMessages(this.database, topic).map(({ message }) => JSON.parse(message) as Record<string, unknown>);
  }

  queued(): readonly Record<string, unknown>[] {
    return readQueueMessages(this.database, QUEUE).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  /** The books as they are now. */
  async books(): Promise<Omit<Books, 'executions' | 'notified'>> {
    await this.bringPaymentsUpToDate();
    const keys = (messages: readonly Record<string, unknown>[]) =>
      messages.map((message) => {
        // The blog post publishes the whole envelope of a function's answer.
        const { orderId, attempt } = (message['Payload'] ?? message) as { orderId?: string; attempt?: number };
        return orderKey(String(orderId), attempt ?? 1);
      });
    return {
      orders: this.rows('orders'),
      payments: this.rows('payments'),
      reservations: this.rows('reservations'),
      stock: this.rows('inventory'),
      initialStock: this.initialStock,
      provider: this.provider(),
      confirmed: new Set([...keys(this.messages(TOPICS.confirmations)), ...keys(this.queued())]),
    } as unknown as Books;
  }

  /** Whether there is anything that a day or a week makes another: what Stripe keeps, and what is remembered for a time. */
  growsOld(): boolean {
    const rows = `SELECT
      EXISTS (SELECT 1 FROM stripe_objects) OR EXISTS (SELECT 1 FROM stripe_answers) OR EXISTS (SELECT 1 FROM dynamodb_tokens)
      OR EXISTS (SELECT 1 FROM dynamodb_items WHERE table_name = 'idempotency') AS found`;
    return (this.database.prepare(rows).get() as { found: number }).found === 1;
  }

  intents(): readonly { readonly id: string; readonly status: string }[] {
    return this.stripeStore.all('payment_intent');
  }

  close(): void {
    this.sns.destroy();
    this.database.close();
  }

  uuid(): string {
    this.ids += 1;
    return `00000000-0000-4000-8000-${String(this.ids).padStart(12, '0')}`;
  }

  /** What time does to a payment the fake does when it is asked. */
  private async bringPaymentsUpToDate(): Promise<void> {
    await this.services.stripe({
      method: 'GET',
      path: '/stripe/v1/payment_intents',
      query: {},
      headers: { authorization: `Bearer ${API_KEY}` },
      body: '',
    });
  }

  private provider(): ProviderPayment[] {
    return this.stripeStore.all('payment_intent').map((intent) => {
      const charge = this.stripeStore.of('charge', intent.id).find((one) => one.status === 'succeeded');
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
  }

  private replaceStock(row: Record<string, unknown>): void {
    this.database
      .prepare("DELETE FROM dynamodb_items WHERE table_name = 'inventory' AND item LIKE ?")
      .run(`%"${String(row['sku'])}"%`);
    addMissingRows(this.database, 'inventory', [row]);
  }
}

/** Compiling SQL anew for every request would be a good part of a run. */
function rememberingStatements(database: Database.Database): Database.Database {
  const statements = new Map<string, Database.Statement>();
  const prepare = database.prepare.bind(database);
  const prepared = (sql: string): Database.Statement => {
    const known = statements.get(sql) ?? prepare(sql);
    statements.set(sql, known);
    return known;
  };
  database.prepare = prepared as typeof database.prepare;
  const execute = database.exec.bind(database);
  database.exec = (sql) => {
    if (!REPEATED.test(sql)) return execute(sql);
    prepared(sql).run();
    return database;
  };
  return database;
}
/** What comes before each request of a run, as often as there are requests. */
const REPEATED = /^(BEGIN IMMEDIATE|COMMIT|ROLLBACK|DELETE FROM \w+)$/;

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What the AWS SDK hands its requests to. The abort signal a call came with tells whose it is. */
function awsTransport(service: ServiceName, carry: Carrier) {
  return {
    handle: async (request: SdkRequest, { abortSignal }: { abortSignal?: object } = {}) => {
      const { body } = request;
      const text = body === undefined ? '' : typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const operation = headers['x-amz-target']?.split('.').at(-1) ?? new URLSearchParams(text).get('Action') ?? '';
      const wire = { method: request.method, path: request.path, query: { ...request.query }, headers, body: text };
      const answer = await carry(abortSignal, { service, operation, wire });
      return {
        response: { statusCode: answer.status, headers: answer.headers, body: Buffer.from(answer.body) },
      };
    },
    metadata: { handlerProtocol: 'http/1.1' },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  } as never;
}
