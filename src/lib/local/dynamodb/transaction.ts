import { createHash } from 'node:crypto';
import { AwsError } from '../wire/aws-error.js';
import type { JsonObject } from '../wire/aws-json-service.js';
import type { Item } from './attribute-value.js';
import { validationFailure } from './dynamodb-error.js';
import type { ItemStore } from './item-store.js';
import { Placeholders } from './placeholders.js';
import { parseProjection, project } from './projection.js';
import { itemOf, objectsOf, tableOf } from './request-reader.js';
import { keyOfRequest } from './table-definition.js';
import {
  parseWrite,
  performWrite,
  planWrite,
  type WriteAction,
  type WriteEffect,
  type WriteKind,
} from './write-action.js';

const MOST_ACTIONS = 100;
const WRITE_KINDS: readonly WriteKind[] = ['Put', 'Update', 'Delete', 'ConditionCheck'];
/** How long a ClientRequestToken is remembered, in milliseconds. */
const TOKEN_MS = 10 * 60 * 1000;

interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/**
 * All writes or none. The caller holds the write transaction, so nothing can come between the checks and the writes and
 * there is no TransactionConflict here.
 *
 * @throws TransactionCanceledException with one reason an action, in their order; ValidationException;
 *   IdempotentParameterMismatchException
 */
export function transactWrite(store: ItemStore, input: JsonObject, now: number): object {
  const entries = objectsOf(input, 'TransactItems');
  requireCount(entries.length);
  const token = input['ClientRequestToken'];
  // The order of the actions is part of what a token stands for; how many values are returned is not.
  const fingerprint = createHash('sha256').update(JSON.stringify(entries)).digest('base64');
  if (typeof token === 'string') {
    const known = store.tokenFingerprint(token, now);
    if (known === fingerprint) return {};
    if (known !== undefined) {
      const message = 'The request uses the same client token as a previous, but non-identical request.';
      throw new AwsError('IdempotentParameterMismatchException', message);
    }
  }
  const actions = entries.map((entry) => parseEntry(store, entry));
  requireDistinctItems(actions);
  const effects = planAll(store, actions);
  actions.forEach((action, index) => {
    const effect = effects[index];
    if (effect !== undefined) performWrite(store, action, effect);
  });
  if (typeof token === 'string') store.rememberToken(token, fingerprint, now + TOKEN_MS);
  return {};
}

export function transactGet(store: ItemStore, input: JsonObject): object {
  const entries = objectsOf(input, 'TransactItems');
  requireCount(entries.length);
  const reads = entries.map((entry) => {
    const get = entry['Get'];
    if (typeof get !== 'object' || get === null) throw validationFailure('TransactItems can only contain Get');
    const request = get as JsonObject;
    const placeholders = new Placeholders(request['ExpressionAttributeNames'], undefined);
    const projection = request['ProjectionExpression'];
    const paths = projection === undefined ? undefined : parseProjection(projection, placeholders);
    placeholders.checkAllUsed();
    const table = tableOf(store, request);
    const key = keyOfRequest(table, itemOf(request, 'Key'));
    return { table, key, paths };
  });
  requireDistinctItems(reads);
  return {
    Responses: reads.map(({ table, key, paths }) => {
      const item = store.get(table, key);
      if (item === undefined) return {};
      return { Item: paths === undefined ? item : project(item, paths) };
    }),
  };
}

function parseEntry(store: ItemStore, entry: JsonObject): WriteAction {
  const given = WRITE_KINDS.filter((kind) => entry[kind] !== undefined && entry[kind] !== null);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    throw validationFailure('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const request = entry[kind] as JsonObject;
  if (kind === 'ConditionCheck' && request['ConditionExpression'] === undefined) {
    throw validationFailure(
      "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null",
    );
  }
  return parseWrite(store, kind, request);
}

function planAll(store: ItemStore, actions: readonly WriteAction[]): readonly WriteEffect[] {
  const effects: WriteEffect[] = [];
  const reasons: CancellationReason[] = actions.map((action) => {
    try {
      effects.push(planWrite(store, action));
      return { Code: 'None' };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return cancellationReason(error);
    }
  });
  if (reasons.every((reason) => reason.Code === 'None')) return effects;
  const codes = reasons.map((reason) => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  throw new AwsError('TransactionCanceledException', message, 400, { CancellationReasons: reasons });
}

function cancellationReason(error: AwsError): CancellationReason {
  const code = error.name === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError';
  const item = error.members['Item'] as Item | undefined;
  return { Code: code, Message: error.message, ...(item === undefined ? {} : { Item: item }) };
}

function requireCount(count: number): void {
  if (count >= 1 && count <= MOST_ACTIONS) return;
  const bound = count < 1 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ACTIONS}`;
  throw validationFailure(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

function requireDistinctItems(actions: readonly Pick<WriteAction, 'table' | 'key'>[]): void {
  const keys = new Set(actions.map(({ table, key }) => JSON.stringify([table.name, key.hash, key.range])));
  if (keys.size < actions.length) {
    throw validationFailure('Transaction request cannot include multiple operations on one item');
  }
}
