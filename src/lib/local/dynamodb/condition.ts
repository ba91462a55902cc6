import {
  compareValues,
  equalValues,
  setElements,
  typeOf,
  type AttributeType,
  type AttributeValue,
  type Item,
} from './attribute-value.js';
import { valueAt, type DocumentPath } from './document-path.js';

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Operand =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly of: Operand };

/** A parsed condition, filter or key condition. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: DocumentPath; readonly wanted: boolean }
  | { readonly kind: 'type'; readonly path: DocumentPath; readonly type: AttributeType }
  | { readonly kind: 'begins-with' | 'contains'; readonly operand: Operand; readonly part: Operand };

/** Whether an item meets a condition; an item that does not exist is `{}`. */
export function meets(item: Item, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return meets(item, condition.left) && meets(item, condition.right);
    case 'or':
      return meets(item, condition.left) || meets(item, condition.right);
    case 'not':
      return !meets(item, condition.operand);
    case 'compare':
      return compares(condition.comparator, read(item, condition.left), read(item, condition.right));
    case 'between':
      return (
        compares('>=', read(item, condition.operand), read(item, condition.low)) &&
        compares('<=', read(item, condition.operand), read(item, condition.high))
      );
    case 'in':
      return condition.candidates.some((one) => compares('=', read(item, condition.operand), read(item, one)));
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === condition.wanted;
    case 'type': {
      const value = valueAt(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case 'begins-with':
      return beginsWith(read(item, condition.operand), read(item, condition.part));
    case 'contains':
      return contains(read(item, condition.operand), read(item, condition.part));
  }
}

function read(item: Item, operand: Operand): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return valueAt(item, operand.path);
    case 'value':
      return operand.value;
    case 'size':
      return sizeOf(read(item, operand.of));
  }
}

/** A missing attribute is unequal to everything and neither above nor below anything. */
function compares(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  const equal = left !== undefined && right !== undefined && equalValues(left, right);
  if (comparator === '=') return equal;
  if (comparator === '<>') return !equal;
  const order = left === undefined || right === undefined ? undefined : compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function beginsWith(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value && 'S' in part) return value.S.startsWith(part.S);
  return 'B' in value && 'B' in part && bytes(value.B).subarray(0, bytes(part.B).length).equals(bytes(part.B));
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && bytes(value.B).includes(bytes(part.B));
  if ('L' in value) return value.L.some((element) => equalValues(element, part));
  const [type, element] = Object.entries(part)[0] ?? [];
  return typeOf(value) === `${type ?? ''}S` && (setElements(value) ?? []).includes(element as string);
}

function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if ('S' in value) return { N: String(value.S.length) };
  if ('B' in value) return { N: String(bytes(value.B).length) };
  if ('L' in value) return { N: String(value.L.length) };
  if ('M' in value) return { N: String(Object.keys(value.M).length) };
  const elements = setElements(value);
  return elements === undefined ? undefined : { N: String(elements.length) };
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
