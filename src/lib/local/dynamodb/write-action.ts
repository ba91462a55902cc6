import type { JsonObject } from '../wire/aws-json-service.js';
import type { Item } from './attribute-value.js';
import { meets, type Condition } from './condition.js';
import { parseCondition } from './condition-parser.js';
import { conditionFailed, parameterFailure } from './dynamodb-error.js';
import type { ItemStore } from './item-store.js';
import { Placeholders } from './placeholders.js';
import { itemOf, refuseLegacyParameters, tableOf, wordOf } from './request-reader.js';
import { keyAttributes, keyOfItem, keyOfRequest, type StoredKey, type TableDefinition } from './table-definition.js';
import { applyUpdate, type UpdateAction } from './update.js';
import { parseUpdate } from './update-parser.js';

export type WriteKind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';

/** One write of a request, all expressions parsed and checked; alone, or one of a transaction. */
export interface WriteAction {
  readonly kind: WriteKind;
  readonly table: TableDefinition;
  readonly key: StoredKey;
  /** For Put the item, else the key attributes. */
  readonly item: Item;
  readonly updates: readonly UpdateAction[];
  readonly condition?: Condition;
  readonly returnOldOnFailure: boolean;
}

/** What a write found and left; `undefined`: no item. */
export interface WriteEffect {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** @throws ValidationException, ResourceNotFoundException */
export function parseWrite(store: ItemStore, kind: WriteKind, input: JsonObject): WriteAction {
  refuseLegacyParameters(input);
  const placeholders = new Placeholders(input['ExpressionAttributeNames'], input['ExpressionAttributeValues']);
  const updates =
    kind === 'Update' && input['UpdateExpression'] !== undefined
      ? parseUpdate(input['UpdateExpression'], placeholders)
      : [];
  const condition =
    input['ConditionExpression'] === undefined
      ? undefined
      : parseCondition('ConditionExpression', input['ConditionExpression'], placeholders);
  placeholders.checkAllUsed();
  const table = tableOf(store, input);
  const item = itemOf(input, kind === 'Put' ? 'Item' : 'Key');
  const key = kind === 'Put' ? keyOfItem(table, item) : keyOfRequest(table, item);
  refuseKeyChanges(table, updates);
  const onFailure = wordOf(input, 'ReturnValuesOnConditionCheckFailure', ['NONE', 'ALL_OLD']);
  return {
    kind,
    table,
    key,
    item,
    updates,
    ...(condition === undefined ? {} : { condition }),
    returnOldOnFailure: onFailure === 'ALL_OLD',
  };
}

/** @throws ConditionalCheckFailedException, ValidationException. Nothing is written then. */
export function planWrite(store: ItemStore, action: WriteAction): WriteEffect {
  const before = store.get(action.table, action.key);
  if (action.condition !== undefined && !meets(before ?? {}, action.condition)) {
    throw conditionFailed(action.returnOldOnFailure ? before : undefined);
  }
  switch (action.kind) {
    case 'Put':
      return { before, after: action.item };
    case 'Delete':
      return { before, after: undefined };
    case 'ConditionCheck':
      return { before, after: before };
    case 'Update': {
      const after = applyUpdate(before ?? action.item, action.updates);
      keyOfItem(action.table, after, 'Item size to update has exceeded the maximum allowed size');
      return { before, after };
    }
  }
}

export function performWrite(store: ItemStore, action: WriteAction, { before, after }: WriteEffect): void {
  if (action.kind === 'ConditionCheck') return;
  if (after === undefined) store.delete(action.table, action.key, before);
  else store.put(action.table, action.key, after, before);
}

function refuseKeyChanges(table: TableDefinition, updates: readonly UpdateAction[]): void {
  for (const { name } of keyAttributes(table)) {
    if (updates.some((update) => update.path[0] === name)) {
      throw parameterFailure(`Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
}
