import type { JsonObject } from '../wire/aws-json-service.js';
import { valueAt } from './document-path.js';
import { equalValues, type Item } from './attribute-value.js';
import { validationFailure } from './dynamodb-error.js';
import type { ItemStore } from './item-store.js';
import { Placeholders } from './placeholders.js';
import { parseProjection, project } from './projection.js';
import { itemOf, objectsOf, refuseLegacyParameters, tableOf, wordOf } from './request-reader.js';
import { keyOfRequest } from './table-definition.js';
import {
  parseWrite,
  performWrite,
  planWrite,
  type WriteAction,
  type WriteEffect,
  type WriteKind,
} from './write-action.js';

const MOST_KEYS_IN_BATCH = 100;
const MOST_WRITES_IN_BATCH = 25;

export function getItem(store: ItemStore, input: JsonObject): object {
  refuseLegacyParameters(input);
  const item = readItem(store, input);
  return item === undefined ? {} : { Item: item };
}

/** PutItem, UpdateItem, DeleteItem. @throws ConditionalCheckFailedException, ValidationException */
export function writeItem(store: ItemStore, kind: Exclude<WriteKind, 'ConditionCheck'>, input: JsonObject): object {
  const returned =
    kind === 'Update'
      ? wordOf(input, 'ReturnValues', ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'])
      : wordOf(input, 'ReturnValues', ['NONE', 'ALL_OLD']);
  const action = parseWrite(store, kind, input);
  const effect = planWrite(store, action);
  performWrite(store, action, effect);
  const attributes = returnedAttributes(returned, action, effect);
  return attributes === undefined ? {} : { Attributes: attributes };
}

export function batchGet(store: ItemStore, input: JsonObject): object {
  const responses: Record<string, Item[]> = {};
  const requests = Object.entries((input['RequestItems'] ?? {}) as Record<string, JsonObject>);
  const count = requests.reduce((sum, [, request]) => sum + objectsOf(request, 'Keys').length, 0);
  if (count > MOST_KEYS_IN_BATCH) throw validationFailure('Too many items requested for the BatchGetItem call');
  for (const [TableName, request] of requests) {
    const keys = objectsOf(request, 'Keys').map((key) => itemOf({ Key: key }, 'Key'));
    keys.forEach((key, index) => {
      if (keys.slice(index + 1).some((other) => equalValues({ M: key }, { M: other }))) {
        throw validationFailure('Provided list of item keys contains duplicates');
      }
    });
    responses[TableName] = keys
      .map((Key) => readItem(store, { ...request, TableName, Key }))
      .filter((item) => item !== undefined);
  }
  return { Responses: responses, UnprocessedKeys: {} };
}

export function batchWrite(store: ItemStore, input: JsonObject): object {
  const requests = Object.entries((input['RequestItems'] ?? {}) as Record<string, unknown>);
  const actions = requests.flatMap(([TableName, list]) =>
    objectsOf({ list }, 'list').map((entry) => {
      const put = entry['PutRequest'] as JsonObject | undefined;
      if (put !== undefined) return parseWrite(store, 'Put', { TableName, Item: put['Item'] });
      const remove = (entry['DeleteRequest'] ?? {}) as JsonObject;
      return parseWrite(store, 'Delete', { TableName, Key: remove['Key'] });
    }),
  );
  if (actions.length > MOST_WRITES_IN_BATCH)
    throw validationFailure('Too many items requested for the BatchWriteItem call');
  const keys = new Set(actions.map(({ table, key }) => JSON.stringify([table.name, key.hash, key.range])));
  if (keys.size < actions.length) throw validationFailure('Provided list of item keys contains duplicates');
  for (const action of actions) performWrite(store, action, planWrite(store, action));
  return { UnprocessedItems: {} };
}

function readItem(store: ItemStore, request: JsonObject): Item | undefined {
  const placeholders = new Placeholders(request['ExpressionAttributeNames'], undefined);
  const projection = request['ProjectionExpression'];
  const paths = projection === undefined ? undefined : parseProjection(projection, placeholders);
  placeholders.checkAllUsed();
  const table = tableOf(store, request);
  const item = store.get(table, keyOfRequest(table, itemOf(request, 'Key')));
  return item === undefined || paths === undefined ? item : project(item, paths);
}

type ReturnValues = 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW';

function returnedAttributes(
  returned: ReturnValues,
  action: WriteAction,
  { before, after }: WriteEffect,
): Item | undefined {
  switch (returned) {
    case 'NONE':
      return undefined;
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
      return before === undefined ? undefined : updatedPart(before, action);
    case 'UPDATED_NEW':
      return after === undefined ? undefined : updatedPart(after, action);
  }
}

function updatedPart(item: Item, action: WriteAction): Item | undefined {
  const paths = action.updates.map(({ path }) => path).filter((path) => valueAt(item, path) !== undefined);
  return paths.length === 0 ? undefined : project(item, paths);
}
