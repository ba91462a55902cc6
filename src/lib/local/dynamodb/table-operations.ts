import { AwsError } from '../wire/aws-error.js';
import type { JsonObject } from '../wire/aws-json-service.js';
import { parameterFailure, validationFailure } from './dynamodb-error.js';
import type { ItemStore } from './item-store.js';
import { objectsOf, tableNameOf } from './request-reader.js';
import {
  keyAttributes,
  type IndexDefinition,
  type KeyAttribute,
  type KeySchema,
  type TableDefinition,
} from './table-definition.js';

/** CreateTable: a table is ACTIVE at once. @throws ResourceInUseException, ValidationException */
export function createTable(store: ItemStore, input: JsonObject, now: number): object {
  const definition = parseDefinition(input);
  if (store.table(definition.name) !== undefined) {
    throw new AwsError('ResourceInUseException', `Table already exists: ${definition.name}`);
  }
  store.createTable(definition, now);
  return { TableDescription: describe(store, definition) };
}

/** @throws ResourceNotFoundException */
export function describeTable(store: ItemStore, input: JsonObject): object {
  return { Table: describe(store, existing(store, input)) };
}

export function deleteTable(store: ItemStore, input: JsonObject): object {
  const definition = existing(store, input);
  const description = { ...describe(store, definition), TableStatus: 'DELETING' };
  store.deleteTable(definition.name);
  return { TableDescription: description };
}

export function listTables(store: ItemStore, input: JsonObject): object {
  const after = typeof input['ExclusiveStartTableName'] === 'string' ? input['ExclusiveStartTableName'] : '';
  const limit = typeof input['Limit'] === 'number' ? input['Limit'] : 100;
  const names = store.tableNames().filter((name) => name > after);
  const page = names.slice(0, limit);
  return { TableNames: page, ...(names.length > page.length ? { LastEvaluatedTableName: page.at(-1) } : {}) };
}

function existing(store: ItemStore, input: JsonObject): TableDefinition {
  const name = tableNameOf(input);
  const definition = store.table(name);
  if (definition === undefined) {
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }
  return definition;
}

function parseDefinition(input: JsonObject): TableDefinition {
  const name = tableNameOf(input);
  if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(name)) {
    throw validationFailure(
      `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
    );
  }
  if (input['LocalSecondaryIndexes'] !== undefined) {
    throw validationFailure('The local environment does not offer local secondary indexes');
  }
  const types = new Map(
    objectsOf(input, 'AttributeDefinitions').map((one) => [String(one['AttributeName']), String(one['AttributeType'])]),
  );
  return {
    name,
    ...parseSchema(input, types),
    indexes: objectsOf(input, 'GlobalSecondaryIndexes').map((index) => ({
      name: String(index['IndexName']),
      ...parseSchema(index, types),
      projection: parseProjectionOf(index),
    })),
  };
}

function parseSchema(input: JsonObject, types: ReadonlyMap<string, string>): KeySchema {
  const attribute = (role: 'HASH' | 'RANGE'): KeyAttribute | undefined => {
    const element = objectsOf(input, 'KeySchema').find((one) => one['KeyType'] === role);
    if (element === undefined) return undefined;
    const name = String(element['AttributeName']);
    const type = types.get(name);
    if (type !== 'S' && type !== 'N' && type !== 'B') {
      throw parameterFailure(`Some index key attributes are not defined in AttributeDefinitions. Keys: [${name}]`);
    }
    return { name, type };
  };
  const hash = attribute('HASH');
  if (hash === undefined)
    throw validationFailure('No Hash Key specified in schema.  All Dynamo DB tables must have exactly one hash key');
  const range = attribute('RANGE');
  return range === undefined ? { hash } : { hash, range };
}

function parseProjectionOf(index: JsonObject): IndexDefinition['projection'] {
  const projection = (index['Projection'] ?? {}) as JsonObject;
  switch (projection['ProjectionType']) {
    case 'KEYS_ONLY':
      return [];
    case 'INCLUDE':
      return Array.isArray(projection['NonKeyAttributes']) ? projection['NonKeyAttributes'].map(String) : [];
    default:
      return 'ALL';
  }
}

function describe(store: ItemStore, table: TableDefinition): object {
  const arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${table.name}`;
  const attributes = new Map([table, ...table.indexes].flatMap(keyAttributes).map(({ name, type }) => [name, type]));
  return {
    TableName: table.name,
    TableArn: arn,
    TableStatus: 'ACTIVE',
    CreationDateTime: store.createdAt(table.name) / 1000,
    AttributeDefinitions: [...attributes].map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: schemaOf(table),
    ItemCount: store.countItems(table.name),
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
    ...(table.indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: table.indexes.map((index) => ({
            IndexName: index.name,
            IndexArn: `${arn}/index/${index.name}`,
            IndexStatus: 'ACTIVE',
            KeySchema: schemaOf(index),
            Projection: describeProjection(index.projection),
          })),
        }),
  };
}

function schemaOf(schema: KeySchema): readonly object[] {
  return keyAttributes(schema).map(({ name }, index) => ({
    AttributeName: name,
    KeyType: index === 0 ? 'HASH' : 'RANGE',
  }));
}

function describeProjection(projection: IndexDefinition['projection']): object {
  if (projection === 'ALL') return { ProjectionType: 'ALL' };
  if (projection.length === 0) return { ProjectionType: 'KEYS_ONLY' };
  return { ProjectionType: 'INCLUDE', NonKeyAttributes: projection };
}
