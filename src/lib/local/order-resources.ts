import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dynamoDbSchema } from './dynamodb/item-store.js';
import { addMissingRows, ensureTable, readRows } from './dynamodb/rows.js';
import type { LocalSources } from './ports.js';
import { ensureSecret, secretArn, secretsSchema } from './secrets/secret-store.js';
import { ensureTopic, snsSchema, topicArn } from './sns/topic-store.js';
import { stripeSchema } from './stripe/stripe-store.js';
import { ensureQueue, sqsSchema } from './sqs/queue-store.js';
import { LOCAL_REGION } from './states/arns.js';
import { LOCAL_PREFIX, type WorkflowSettings } from './states/order-workflow.js';
import type { Database } from './store/database.js';

export const CONFIRMATION_TOPIC = topicArn(`${LOCAL_PREFIX}confirmations`);
export const CUSTOMER_NOTICE_TOPIC = topicArn(`${LOCAL_PREFIX}customer-notices`);
export const CONFIRMATION_QUEUE = `${LOCAL_PREFIX}confirmation-retries`;
const STRIPE_SECRET = `${LOCAL_PREFIX}stripe`;
export const STRIPE_SECRET_ARN = secretArn(STRIPE_SECRET);
/** The fake accepts any key that says it is for tests. */
const STRIPE_TEST_KEY = 'sk_test_local';

/** The deployed name of a table of workflow.json. */
export function tableName(table: string): string {
  return `${LOCAL_PREFIX}${table}`;
}

/** Puts in place what the functions need and Terraform makes on AWS: tables, topics, queue, secret; and the demo stock. */
export async function ensureOrderResources(
  database: Database.Database,
  workflowFolder: string,
  settings: WorkflowSettings,
  sources: LocalSources,
): Promise<void> {
  const now = sources.now();
  for (const schema of [dynamoDbSchema, snsSchema, sqsSchema, secretsSchema, stripeSchema]) database.exec(schema);
  for (const [name, { key, index }] of Object.entries(settings.tables)) {
    const indexes = index === undefined ? [] : [tableIndex(index)];
    ensureTable(database, { name: tableName(name), hash: { name: key, type: 'S' }, indexes }, now);
  }
  ensureTopic(database, `${LOCAL_PREFIX}confirmations`, now);
  ensureTopic(database, `${LOCAL_PREFIX}customer-notices`, now);
  ensureQueue(database, CONFIRMATION_QUEUE, now);
  ensureSecret(database, STRIPE_SECRET, JSON.stringify({ apiKey: STRIPE_TEST_KEY }), now, sources.uuid());
  if (readRows(database, tableName('inventory')).length > 0) return;
  const stock = JSON.parse(await readFile(join(workflowFolder, 'demo-stock.json'), 'utf8')) as object[];
  addMissingRows(database, tableName('inventory'), stock);
}

/** The variables of one function, as Terraform sets them on AWS; and where to find everything here. */
export function functionEnvironment(functionName: string, port: number): Record<string, string> {
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    ORDERS_TABLE: tableName('orders'),
    PAYMENTS_TABLE: tableName('payments'),
    INVENTORY_TABLE: tableName('inventory'),
    RESERVATIONS_TABLE: tableName('reservations'),
    IDEMPOTENCY_TABLE: tableName('idempotency'),
    CONFIRMATION_TOPIC_ARN: CONFIRMATION_TOPIC,
    CUSTOMER_NOTICE_TOPIC_ARN: CUSTOMER_NOTICE_TOPIC,
    STRIPE_SECRET_ARN,
    STRIPE_API_BASE: `${endpoint}/stripe`,
    DEFAULT_CURRENCY: 'usd',
    AWS_REGION: LOCAL_REGION,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_NAME: `${LOCAL_PREFIX}${functionName}`,
  };
}

function tableIndex(index: { readonly name: string; readonly key: string; readonly sort: string }) {
  return {
    name: index.name,
    hash: { name: index.key, type: 'S' },
    range: { name: index.sort, type: 'S' },
    projection: 'ALL',
  } as const;
}
