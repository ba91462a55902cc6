import { compareDecimals, formatDecimal, parseDecimal, sortableDecimal } from './decimal.js';
import { parameterFailure, validationFailure } from './dynamodb-error.js';

/** A value in DynamoDB's JSON: numbers are decimal texts, binary is base64. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

export type Item = Readonly<Record<string, AttributeValue>>;

export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

const TYPES: ReadonlySet<string> = new Set<AttributeType>(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']);
const DEEPEST_NESTING = 32;

export function isAttributeType(name: string): name is AttributeType {
  return TYPES.has(name);
}

export function typeOf(value: AttributeValue): AttributeType {
  return Object.keys(value)[0] as AttributeType;
}

/** Checks a value from the wire and brings its numbers into DynamoDB's form. @throws ValidationException */
export function parseValue(raw: unknown, depth = 0): AttributeValue {
  if (depth > DEEPEST_NESTING) {
    throw validationFailure(
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  }
  const entries = isRecord(raw) ? Object.entries(raw).filter(([, value]) => value !== undefined && value !== null) : [];
  const [type, content] = entries[0] ?? [];
  if (type === undefined || !isAttributeType(type)) {
    throw validationFailure('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (entries.length > 1) {
    throw validationFailure(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  switch (type) {
    case 'S':
      return { S: text(content) };
    case 'N':
      return { N: number(content) };
    case 'B':
      return { B: binary(content) };
    case 'BOOL':
      if (typeof content !== 'boolean') throw unexpectedType();
      return { BOOL: content };
    case 'NULL':
      if (content !== true) throw parameterFailure('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'SS':
      return { SS: set('string', content, text) };
    case 'NS':
      return { NS: set('number', content, number) };
    case 'BS':
      return { BS: set('binary', content, binary) };
    case 'L':
      if (!Array.isArray(content)) throw unexpectedType();
      return { L: content.map((element) => parseValue(element, depth + 1)) };
    case 'M':
      return { M: parseItem(content, depth + 1) };
  }
}

/** Checks a map of attributes. @throws ValidationException */
export function parseItem(raw: unknown, depth = 0): Item {
  if (!isRecord(raw)) throw unexpectedType();
  const item: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(raw)) define(item, name, parseValue(value, depth));
  return item;
}

/** Sets an attribute; `__proto__` is a name like any other. */
export function define(item: Record<string, AttributeValue>, name: string, value: AttributeValue): void {
  Object.defineProperty(item, name, { value, writable: true, enumerable: true, configurable: true });
}

export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

export function equalValues(left: AttributeValue, right: AttributeValue): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  if ('L' in left && 'L' in right) {
    return (
      left.L.length === right.L.length && left.L.every((element, index) => equalOrMissing(element, right.L[index]))
    );
  }
  if ('M' in left && 'M' in right) {
    const names = Object.keys(left.M);
    return (
      names.length === Object.keys(right.M).length &&
      names.every((name) => equalOrMissing(attributeOf(left.M, name), attributeOf(right.M, name)))
    );
  }
  const elements = setElements(left);
  const others = setElements(right);
  if (elements !== undefined && others !== undefined) {
    return elements.length === others.length && elements.every((element) => others.includes(element));
  }
  return Object.values(left)[0] === Object.values(right)[0];
}

/** Order of two strings (by UTF-8 bytes), numbers or binaries; `undefined` for anything else or mixed types. */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if ('S' in left && 'S' in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ('N' in left && 'N' in right) return compareDecimals(parseDecimal(left.N), parseDecimal(right.N));
  if ('B' in left && 'B' in right) return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  return undefined;
}

export function setElements(value: AttributeValue): readonly string[] | undefined {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  return 'BS' in value ? value.BS : undefined;
}

/** A text that sorts (by UTF-8 bytes) within its type as DynamoDB sorts keys. Only S, N and B can be keys. */
export function sortable(value: AttributeValue): string {
  if ('S' in value) return escapeNul(value.S);
  if ('N' in value) return sortableDecimal(parseDecimal(value.N));
  if ('B' in value) return Buffer.from(value.B, 'base64').toString('hex');
  throw parameterFailure('Type mismatch for key');
}

/**
 * Size in bytes as DynamoDB counts it: names and strings in UTF-8, about half a byte a digit, 3 bytes for a list or map
 * and 1 for each of its elements (AWS: "DynamoDB item sizes and formats").
 */
export function itemSize(item: Item): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += Buffer.byteLength(name) + valueSize(value);
  return size;
}

function valueSize(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('L' in value) return value.L.reduce((sum, element) => sum + 1 + valueSize(element), 3);
  if ('M' in value) return 3 + itemSize(value.M) + Object.keys(value.M).length;
  if ('SS' in value) return value.SS.reduce((sum, element) => sum + Buffer.byteLength(element), 0);
  if ('NS' in value) return value.NS.reduce((sum, element) => sum + numberSize(element), 0);
  if ('BS' in value) return value.BS.reduce((sum, element) => sum + Buffer.byteLength(element, 'base64'), 0);
  return 1;
}

function numberSize(number: string): number {
  const digits = number
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (number.startsWith('-') ? 1 : 0);
}

function equalOrMissing(left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  return left !== undefined && right !== undefined && equalValues(left, right);
}

/** SQLite texts end badly at a NUL: 00 becomes 01 01 and 01 becomes 01 02, which keeps the order. */
function escapeNul(value: string): string {
  return value.replaceAll('\u0001', '\u0001\u0002').replaceAll('\u0000', '\u0001\u0001');
}

function text(content: unknown): string {
  if (typeof content !== 'string') throw unexpectedType();
  return content;
}

function number(content: unknown): string {
  return formatDecimal(parseDecimal(text(content)));
}

function binary(content: unknown): string {
  return Buffer.from(text(content), 'base64').toString('base64');
}

function set(kind: string, content: unknown, element: (raw: unknown) => string): string[] {
  if (!Array.isArray(content)) throw unexpectedType();
  if (content.length === 0) throw parameterFailure(`An ${kind} set  may not be empty`);
  const elements = content.map(element);
  if (new Set(elements).size !== elements.length) {
    throw parameterFailure(`Input collection [${elements.join(', ')}] contains duplicates.`);
  }
  return elements;
}

function unexpectedType(): Error {
  return validationFailure('Unexpected type of value in an attribute');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
