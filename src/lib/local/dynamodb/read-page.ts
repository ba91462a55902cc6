import type { JsonObject } from '../wire/aws-json-service.js';
import { itemSize, type Item } from './attribute-value.js';
import { meets, type Condition } from './condition.js';
import { parseCondition } from './condition-parser.js';
import type { DocumentPath } from './document-path.js';
import { validationFailure } from './dynamodb-error.js';
import type { ItemStore, Position, RowRange } from './item-store.js';
import { keyConditionRange } from './key-condition.js';
import { Placeholders } from './placeholders.js';
import { parseProjection, project } from './projection.js';
import { itemOf, refuseLegacyParameters, tableOf, wordOf } from './request-reader.js';
import {
  keyAttributes,
  keyInIndex,
  keyItem,
  keyOfRequest,
  type IndexDefinition,
  type KeySchema,
  type TableDefinition,
} from './table-definition.js';

/** A page ends after this many bytes of items, before filter and projection. */
const PAGE_BYTES = 1024 * 1024;
const ROWS_AT_ONCE = 100;

/** Query and Scan: one page. @throws ValidationException, ResourceNotFoundException */
export function readPage(store: ItemStore, operation: 'Query' | 'Scan', input: JsonObject): object {
  refuseLegacyParameters(input);
  refuseSegments(input);
  const placeholders = new Placeholders(input['ExpressionAttributeNames'], input['ExpressionAttributeValues']);
  const keyCondition =
    operation === 'Query' ? parseKeyCondition(input['KeyConditionExpression'], placeholders) : undefined;
  const filter =
    input['FilterExpression'] === undefined
      ? undefined
      : parseCondition('FilterExpression', input['FilterExpression'], placeholders);
  const projection = input['ProjectionExpression'];
  const paths = projection === undefined ? undefined : parseProjection(projection, placeholders);
  placeholders.checkAllUsed();
  const select = wordOf(input, 'Select', [
    'ALL',
    'ALL_ATTRIBUTES',
    'ALL_PROJECTED_ATTRIBUTES',
    'SPECIFIC_ATTRIBUTES',
    'COUNT',
  ]);
  const limit = limitOf(input);

  const table = tableOf(store, input);
  const index = indexOf(table, input);
  const schema = index ?? table;
  if (operation === 'Query' && filter !== undefined) refuseKeysInFilter(schema, filter);
  const range: RowRange = {
    ...(keyCondition === undefined ? {} : keyConditionRange(schema, keyCondition)),
    forward: operation === 'Scan' || input['ScanIndexForward'] !== false,
    ...startOf(table, index, input),
  };
  const page = collect(store, table, index, range, limit, filter);
  const items = page.items.map((item) => shown(item, table, index, paths));
  return {
    ...(select === 'COUNT' ? {} : { Items: items }),
    Count: items.length,
    ScannedCount: page.scanned,
    ...(page.last === undefined
      ? {}
      : { LastEvaluatedKey: { ...keyItem(schema, page.last), ...keyItem(table, page.last) } }),
  };
}

interface Page {
  readonly items: readonly Item[];
  readonly scanned: number;
  /** The last row looked at, when there may be more behind it. */
  readonly last?: Item;
}

function collect(
  store: ItemStore,
  table: TableDefinition,
  index: IndexDefinition | undefined,
  range: RowRange,
  limit: number,
  filter: Condition | undefined,
): Page {
  const items: Item[] = [];
  let scanned = 0;
  let bytes = 0;
  let from = range;
  for (;;) {
    const wanted = Math.min(ROWS_AT_ONCE, limit - scanned);
    const rows = store.rows(table, index, from, wanted);
    for (const row of rows) {
      scanned += 1;
      bytes += itemSize(row);
      if (filter === undefined || meets(row, filter)) items.push(row);
      if (scanned === limit || bytes > PAGE_BYTES) return { items, scanned, last: row };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < wanted) return { items, scanned };
    from = { ...range, after: positionOf(table, index, last) };
  }
}

function positionOf(table: TableDefinition, index: IndexDefinition | undefined, item: Item): Position {
  const key = keyOfRequest(table, keyItem(table, item));
  const inIndex = index === undefined ? undefined : keyInIndex(index, item);
  return inIndex === undefined ? key : { ...key, index: inIndex };
}

function startOf(
  table: TableDefinition,
  index: IndexDefinition | undefined,
  input: JsonObject,
): Pick<RowRange, 'after'> {
  if (input['ExclusiveStartKey'] === undefined || input['ExclusiveStartKey'] === null) return {};
  const start = itemOf({ Key: input['ExclusiveStartKey'] }, 'Key');
  const names = new Set(
    [...keyAttributes(table), ...(index === undefined ? [] : keyAttributes(index))].map(({ name }) => name),
  );
  const complete = Object.keys(start).length === names.size && [...names].every((name) => Object.hasOwn(start, name));
  if (!complete) throw validationFailure('The provided starting key is invalid');
  return { after: positionOf(table, index, start) };
}

function shown(
  item: Item,
  table: TableDefinition,
  index: IndexDefinition | undefined,
  paths: readonly DocumentPath[] | undefined,
): Item {
  const held =
    index === undefined || index.projection === 'ALL' ? item : heldByIndex(item, table, index, index.projection);
  return paths === undefined ? held : project(held, paths);
}

function heldByIndex(item: Item, table: TableDefinition, index: IndexDefinition, projection: readonly string[]): Item {
  const names = [...keyAttributes(table), ...keyAttributes(index)].map(({ name }) => name);
  return project(
    item,
    [...new Set([...names, ...projection])].map((name) => [name]),
  );
}

function indexOf(table: TableDefinition, input: JsonObject): IndexDefinition | undefined {
  const name = input['IndexName'];
  if (name === undefined || name === null) return undefined;
  const index = table.indexes.find((one) => one.name === name);
  if (index === undefined)
    throw validationFailure(
      `The table does not have the specified index: ${typeof name === 'string' ? name : 'not a name'}`,
    );
  if (input['ConsistentRead'] === true) {
    throw validationFailure('Consistent reads are not supported on global secondary indexes');
  }
  return index;
}

function limitOf(input: JsonObject): number {
  const limit = input['Limit'];
  if (limit === undefined || limit === null) return Infinity;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1) return limit;
  throw validationFailure(
    `1 validation error detected: Value '${JSON.stringify(limit)}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  );
}

function parseKeyCondition(expression: unknown, placeholders: Placeholders): Condition {
  if (expression === undefined || expression === null) {
    throw validationFailure(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  return parseCondition('KeyConditionExpression', expression, placeholders);
}

function refuseSegments(input: JsonObject): void {
  if (input['TotalSegments'] !== undefined && input['TotalSegments'] !== 1) {
    throw validationFailure('The local environment does not offer parallel scans (TotalSegments)');
  }
}

function refuseKeysInFilter(schema: KeySchema, filter: Condition): void {
  const names = keyAttributes(schema).map(({ name }) => name);
  const used = names.find((name) => mentions(filter, name));
  if (used !== undefined) {
    throw validationFailure(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${used}`,
    );
  }
}

/** Whether a path in the condition begins with this attribute. */
function mentions(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('path' in node && Array.isArray(node.path)) return node.path[0] === name;
  return Object.entries(node).some(
    ([key, child]) => key !== 'value' && (Array.isArray(child) ? child : [child]).some((one) => mentions(one, name)),
  );
}
