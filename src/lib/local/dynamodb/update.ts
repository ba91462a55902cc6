import { define, setElements, typeOf, type AttributeValue, type Item } from './attribute-value.js';
import { addDecimals, formatDecimal, negate, parseDecimal } from './decimal.js';
import { valueAt, type DocumentPath } from './document-path.js';
import { validationFailure } from './dynamodb-error.js';

/** The right side of a SET. */
export type UpdateValue =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'if-not-exists'; readonly path: DocumentPath; readonly otherwise: UpdateValue }
  | { readonly kind: 'list-append'; readonly first: UpdateValue; readonly second: UpdateValue }
  | { readonly kind: '+' | '-'; readonly left: UpdateValue; readonly right: UpdateValue };

export type UpdateAction =
  | { readonly kind: 'set'; readonly path: DocumentPath; readonly value: UpdateValue }
  | { readonly kind: 'remove'; readonly path: DocumentPath }
  | { readonly kind: 'add' | 'delete'; readonly path: DocumentPath; readonly value: AttributeValue };

/** A part of an item while it is changed. */
type Mutable = Record<string, AttributeValue>;

/**
 * The item after an update. Everything is read from the item as it was, so that the order of the actions does not matter.
 *
 * @throws ValidationException when an attribute is missing, of the wrong type, or its path does not exist.
 */
export function applyUpdate(item: Item, actions: readonly UpdateAction[]): Item {
  const results = actions.map((action) => ({ path: action.path, value: resultOf(item, action) }));
  const updated = structuredClone(item) as Mutable;
  for (const { path, value } of inWritingOrder(results)) write(updated, path, value);
  return updated;
}

interface Result {
  readonly path: DocumentPath;
  /** `undefined`: removed. */
  readonly value: AttributeValue | undefined;
}

/** Positions beyond a list's end append in their own order; removals go last and from the back, so that none shifts another. */
function inWritingOrder(results: readonly Result[]): readonly Result[] {
  const position = ({ path }: Result): number => Number(path.at(-1)) || 0;
  const written = results.filter((result) => result.value !== undefined).sort((a, b) => position(a) - position(b));
  const removed = results.filter((result) => result.value === undefined).sort((a, b) => position(b) - position(a));
  return [...written, ...removed];
}

function resultOf(item: Item, action: UpdateAction): AttributeValue | undefined {
  switch (action.kind) {
    case 'set':
      return evaluate(item, action.value);
    case 'remove':
      return undefined;
    case 'add':
      return added(valueAt(item, action.path), action.value);
    case 'delete':
      return without(valueAt(item, action.path), action.value);
  }
}

function evaluate(item: Item, value: UpdateValue): AttributeValue {
  switch (value.kind) {
    case 'value':
      return value.value;
    case 'path': {
      const found = valueAt(item, value.path);
      if (found === undefined) {
        throw validationFailure('The provided expression refers to an attribute that does not exist in the item');
      }
      return found;
    }
    case 'if-not-exists':
      return valueAt(item, value.path) ?? evaluate(item, value.otherwise);
    case 'list-append': {
      const first = evaluate(item, value.first);
      const second = evaluate(item, value.second);
      if (!('L' in first) || !('L' in second)) throw wrongOperand();
      return { L: [...first.L, ...second.L] };
    }
    case '+':
    case '-': {
      const left = evaluate(item, value.left);
      const right = evaluate(item, value.right);
      if (!('N' in left) || !('N' in right)) throw wrongOperand();
      const operand = parseDecimal(right.N);
      const sum = addDecimals(parseDecimal(left.N), value.kind === '+' ? operand : negate(operand));
      return { N: formatDecimal(sum) };
    }
  }
}

function added(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (current === undefined) return value;
  if ('N' in current && 'N' in value) {
    return { N: formatDecimal(addDecimals(parseDecimal(current.N), parseDecimal(value.N))) };
  }
  return setOf(current, value, (has, given) => [...has, ...given.filter((element) => !has.includes(element))]);
}

/** An empty set does not exist: the attribute goes. */
function without(current: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  if (current === undefined) return undefined;
  const rest = setOf(current, value, (has, given) => has.filter((element) => !given.includes(element)));
  return setElements(rest)?.length === 0 ? undefined : rest;
}

function setOf(
  current: AttributeValue,
  value: AttributeValue,
  combine: (has: readonly string[], given: readonly string[]) => readonly string[],
): AttributeValue {
  const has = setElements(current);
  const given = setElements(value);
  const type = typeOf(current);
  if (has === undefined || given === undefined || type !== typeOf(value)) throw wrongOperand();
  return { [type]: combine(has, given) } as unknown as AttributeValue;
}

function write(item: Mutable, path: DocumentPath, value: AttributeValue | undefined): void {
  const last = path.at(-1);
  const parent = path.length === 1 ? { M: item } : valueAt(item, path.slice(0, -1));
  if (typeof last === 'string' && parent !== undefined && 'M' in parent) {
    const map = parent.M as Mutable;
    if (value === undefined) Reflect.deleteProperty(map, last);
    else define(map, last, value);
    return;
  }
  if (typeof last === 'number' && parent !== undefined && 'L' in parent) {
    const list = parent.L as AttributeValue[];
    if (value === undefined) list.splice(last, 1);
    else if (last < list.length) list[last] = value;
    else list.push(value);
    return;
  }
  throw validationFailure('The document path provided in the update expression is invalid for update');
}

function wrongOperand(): Error {
  return validationFailure('An operand in the update expression has an incorrect data type');
}
