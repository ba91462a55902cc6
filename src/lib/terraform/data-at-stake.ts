import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Clients } from '../aws/clients.js';
import { Failure } from '../cli/failure.js';
import type { Deployment } from '../environment/deployment.js';
import type { Workflow } from './definition-check.js';
import type { Planned } from './environment-deployment.js';
import type { Change } from './plan.js';

export interface TableStake {
  readonly table: string;
  readonly name: string;
  /** As DynamoDB says it, up to six hours old; null when it does not say. */
  readonly items: number | null;
  readonly bytes: number | null;
  /** Why it could not be read. */
  readonly fault?: string;
}

/** What goes when the tables go. */
export async function tableStakes(
  dynamodb: Pick<DynamoDB, 'describeTable'>,
  tables: Deployment['tables'],
): Promise<TableStake[]> {
  return Promise.all(
    Object.entries(tables).map(async ([table, name]) => {
      try {
        const { Table } = await dynamodb.describeTable({ TableName: name });
        return { table, name, items: Table?.ItemCount ?? null, bytes: Table?.TableSizeBytes ?? null };
      } catch (error) {
        return { table, name, items: null, bytes: null, fault: (error as Error).name };
      }
    }),
  );
}

/** States of an order's row that it does not stay in. */
const UNFINISHED = ['RECEIVED', 'CANCELLING'];
const PAGES = 10;

/**
 * Orders that are neither fulfilled nor cancelled, by the index of their status; ten pages of each status at most.
 * @returns undefined where orders have no such index
 */
export async function countUnfinished(
  dynamodb: Pick<DynamoDB, 'query'>,
  ordersTable: string,
  workflow: Workflow,
): Promise<{ readonly orders: number; readonly more: boolean } | undefined> {
  const index = workflow.tables['orders']?.index;
  if (index === undefined) return undefined;
  let orders = 0;
  let more = false;
  for (const status of UNFINISHED) {
    let from: Record<string, AttributeValue> | undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const answer = await dynamodb.query({
        TableName: ordersTable,
        IndexName: index.name,
        KeyConditionExpression: '#status = :status',
        ExpressionAttributeNames: { '#status': index.key },
        ExpressionAttributeValues: { ':status': { S: status } },
        Select: 'COUNT',
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      orders += answer.Count ?? 0;
      from = answer.LastEvaluatedKey;
      if (from === undefined) break;
    }
    more ||= from !== undefined;
  }
  return { orders, more };
}

export interface DataAtStake {
  readonly tables: readonly TableStake[];
  /** null where they cannot be counted. */
  readonly unfinished: { readonly orders: number; readonly more: boolean } | null;
}

/** What the tables that a plan deletes hold; where it cannot be read, that is said and stops nothing. */
export async function dataAtStake(
  { plan }: Pick<Planned, 'plan'>,
  workflow: Workflow,
  clients: Pick<Clients, 'dynamodb'>,
): Promise<DataAtStake> {
  const doomed = plan.changes.filter(({ type, action }) => type === 'aws_dynamodb_table' && action === 'delete');
  const names = Object.fromEntries(
    doomed.flatMap(({ key, name, id }) => (id === undefined ? [] : [[key ?? name, id]])),
  );
  if (doomed.length === 0) return { tables: [], unfinished: null };
  const dynamodb = await clients.dynamodb();
  const orders = names['orders'];
  const unfinished =
    orders === undefined ? undefined : await countUnfinished(dynamodb, orders, workflow).catch(() => undefined);
  return { tables: await tableStakes(dynamodb, names), unfinished: unfinished ?? null };
}

/** @throws Failure (terraform) before anything is destroyed, where AWS would refuse in the middle */
export function assertDeletable(changes: readonly Change[], environment: string): void {
  const locked = changes.filter(({ action, deletionProtected }) => action === 'delete' && deletionProtected === true);
  if (locked.length === 0) return;
  const names = locked.map(({ id, address }) => id ?? address).sort();
  throw new Failure('terraform', `deletion protection is on, nothing was destroyed: ${names.join(', ')}`, {
    suggestions: [`take it off first: orders deploy --env ${environment} --var deletion_protection=false`],
  });
}
