import { AwsError } from '../wire/aws-error.js';
import type { JsonObject } from '../wire/aws-json-service.js';
import { parseItem, type Item } from './attribute-value.js';
import { tableNotFound, validationFailure } from './dynamodb-error.js';
import type { ItemStore } from './item-store.js';
import type { TableDefinition } from './table-definition.js';

/** Parameters of the API before expressions (2014), refused by name. */
const LEGACY = [
  'Expected',
  'ConditionalOperator',
  'AttributeUpdates',
  'AttributesToGet',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
];

export function refuseLegacyParameters(input: JsonObject): void {
  const legacy = LEGACY.find((name) => input[name] !== undefined);
  if (legacy !== undefined) {
    throw validationFailure(`The local environment does not offer the legacy parameter ${legacy}: use expressions`);
  }
}

/** The table a request names, by name or ARN. @throws ResourceNotFoundException, ValidationException */
export function tableOf(store: ItemStore, input: JsonObject): TableDefinition {
  const table = store.table(tableNameOf(input));
  if (table === undefined) throw tableNotFound();
  return table;
}

export function tableNameOf(input: JsonObject): string {
  const name = input['TableName'];
  if (typeof name !== 'string') {
    throw validationFailure(
      "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    );
  }
  return /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)/.exec(name)?.[1] ?? name;
}

/** A required map of attributes (`Key`, `Item`). @throws ValidationException */
export function itemOf(input: JsonObject, parameter: 'Key' | 'Item'): Item {
  const raw = input[parameter];
  if (typeof raw !== 'object' || raw === null) {
    const member = parameter.toLowerCase();
    throw validationFailure(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return parseItem(raw);
}

/** One of the allowed words; the first is the default. @throws ValidationException */
export function wordOf<Word extends string>(
  input: JsonObject,
  parameter: string,
  allowed: readonly [Word, ...Word[]],
): Word {
  const given = input[parameter];
  if (given === undefined || given === null) return allowed[0];
  const word = allowed.find((one) => one === given);
  if (word === undefined) {
    const member = parameter.charAt(0).toLowerCase() + parameter.slice(1);
    throw validationFailure(
      `1 validation error detected: Value '${typeof given === 'string' ? given : JSON.stringify(given)}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
    );
  }
  return word;
}

/** @throws SerializationException when it is there and no list of objects. */
export function objectsOf(input: JsonObject, parameter: string): readonly JsonObject[] {
  const raw = input[parameter] ?? [];
  if (!Array.isArray(raw) || raw.some((one) => typeof one !== 'object' || one === null)) {
    throw new AwsError('SerializationException', `${parameter} is not a list of structures`);
  }
  return raw as JsonObject[];
}
