import { itemSize, sortable, typeOf, type AttributeValue, type Item } from './attribute-value.js';
import { parameterFailure, validationFailure } from './dynamodb-error.js';

export type KeyType = 'S' | 'N' | 'B';

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

export interface IndexDefinition extends KeySchema {
  readonly name: string;
  /** `ALL`, or the names of the attributes the index holds beside the keys. */
  readonly projection: 'ALL' | readonly string[];
}

export interface TableDefinition extends KeySchema {
  readonly name: string;
  readonly indexes: readonly IndexDefinition[];
}

/** A primary key as the store keeps it: texts that sort as DynamoDB sorts; `range` is '' without a sort key. */
export interface StoredKey {
  readonly hash: string;
  readonly range: string;
}

const LARGEST_ITEM = 400 * 1024;
const LONGEST_HASH = 2048;
const LONGEST_RANGE = 1024;

/** The key of a complete item. @param tooLarge what to say above 400 KB. @throws ValidationException */
export function keyOfItem(
  table: TableDefinition,
  item: Item,
  tooLarge = 'Item size has exceeded the maximum allowed size',
): StoredKey {
  if (itemSize(item) > LARGEST_ITEM) throw validationFailure(tooLarge);
  for (const attribute of keyAttributes(table)) {
    if (!Object.hasOwn(item, attribute.name)) {
      throw parameterFailure(`Missing the key ${attribute.name} in the item`);
    }
  }
  for (const index of table.indexes) {
    for (const attribute of keyAttributes(index)) {
      const value = item[attribute.name];
      if (value === undefined) continue;
      if (typeOf(value) !== attribute.type) {
        const types = `Expected: ${attribute.type} Actual: ${typeOf(value)}`;
        throw parameterFailure(`Type mismatch for Index Key ${attribute.name} ${types} IndexName: ${index.name}`);
      }
      if (Object.values(value)[0] === '') {
        const which = `IndexName: ${index.name}, IndexKey: ${attribute.name}`;
        throw parameterFailure(
          `The AttributeValue for a secondary index key attribute cannot contain an empty string value. ${which}`,
        );
      }
    }
  }
  return storedKey(table, item);
}

/** A request's `Key`: exactly the key attributes. @throws ValidationException */
export function keyOfRequest(table: TableDefinition, key: Item): StoredKey {
  const attributes = keyAttributes(table);
  const fits =
    Object.keys(key).length === attributes.length &&
    attributes.every(({ name, type }) => key[name] !== undefined && typeOf(key[name]) === type);
  if (!fits) throw validationFailure('The provided key element does not match the schema');
  return storedKey(table, key);
}

/** Where an item stands in an index; `undefined` when it lacks one of the index's keys. */
export function keyInIndex(index: IndexDefinition, item: Item): StoredKey | undefined {
  const hash = item[index.hash.name];
  if (hash === undefined) return undefined;
  if (index.range === undefined) return { hash: sortable(hash), range: '' };
  const range = item[index.range.name];
  return range === undefined ? undefined : { hash: sortable(hash), range: sortable(range) };
}

export function keyAttributes(schema: KeySchema): readonly KeyAttribute[] {
  return schema.range === undefined ? [schema.hash] : [schema.hash, schema.range];
}

/** The key attributes of an item. */
export function keyItem(schema: KeySchema, item: Item): Item {
  const entries = keyAttributes(schema).flatMap(({ name }) => {
    const value = item[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function storedKey(table: TableDefinition, item: Item): StoredKey {
  const part = (attribute: KeyAttribute, longest: number): string => {
    const value = item[attribute.name];
    if (value === undefined || typeOf(value) !== attribute.type) throw mismatch(attribute, value);
    const text = Object.values(value)[0] as string;
    if (text === '') {
      const kind = attribute.type === 'B' ? 'binary' : 'string';
      throw parameterFailure(
        `The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${attribute.name}`,
      );
    }
    if (Buffer.byteLength(text) > longest) {
      const which = longest === LONGEST_HASH ? 'hashkey' : 'rangekey';
      throw parameterFailure(`Size of ${which} has exceeded the maximum size limit of ${longest} bytes`);
    }
    return sortable(value);
  };
  return {
    hash: part(table.hash, LONGEST_HASH),
    range: table.range === undefined ? '' : part(table.range, LONGEST_RANGE),
  };
}

function mismatch(attribute: KeyAttribute, value: AttributeValue | undefined): Error {
  const actual = value === undefined ? 'NULL' : typeOf(value);
  return parameterFailure(`Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${actual}`);
}
