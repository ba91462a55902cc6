import { sortable, typeOf, type AttributeValue } from './attribute-value.js';
import type { Comparator, Condition, Operand } from './condition.js';
import { parameterFailure, validationFailure } from './dynamodb-error.js';
import type { RowRange } from './item-store.js';
import type { KeyAttribute, KeySchema } from './table-definition.js';

const TURNED: Readonly<Record<Comparator, Comparator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * The rows a key condition names: the partition key equal to a value, and at most one condition on the sort key.
 *
 * @throws ValidationException for any other condition.
 */
export function keyConditionRange(schema: KeySchema, condition: Condition): Omit<RowRange, 'forward' | 'after'> {
  const parts = conjuncts(condition);
  const hash = parts.flatMap((part) => equalTo(part, schema.hash));
  const [value] = hash;
  if (value === undefined) {
    throw validationFailure(`Query condition missed key schema element: ${schema.hash.name}`);
  }
  const rest = parts.filter((part) => equalTo(part, schema.hash).length === 0);
  if (hash.length > 1 || rest.length > 1) {
    throw validationFailure('Conditions can be of length 1 or 2 only');
  }
  const [second] = rest;
  return {
    hash: keyText(schema.hash, value),
    ...(second === undefined ? {} : rangeOf(schema.range, second)),
  };
}

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

function equalTo(condition: Condition, attribute: KeyAttribute): readonly AttributeValue[] {
  if (condition.kind !== 'compare' || condition.comparator !== '=') return [];
  const { left, right } = condition;
  if (isKey(left, attribute) && right.kind === 'value') return [right.value];
  return isKey(right, attribute) && left.kind === 'value' ? [left.value] : [];
}

function rangeOf(attribute: KeyAttribute | undefined, condition: Condition): Omit<RowRange, 'forward' | 'after'> {
  if (attribute === undefined) throw validationFailure('Query key condition not supported');
  const text = (operand: Operand): string => {
    if (operand.kind !== 'value') throw validationFailure('Query key condition not supported');
    return keyText(attribute, operand.value);
  };
  const require = (operand: Operand): void => {
    if (isKey(operand, attribute)) return;
    if (operand.kind === 'path')
      throw validationFailure(`Query condition missed key schema element: ${attribute.name}`);
    throw validationFailure('Query key condition not supported');
  };
  switch (condition.kind) {
    case 'compare': {
      const turned = condition.left.kind === 'value';
      require(turned ? condition.right : condition.left);
      const bound = text(turned ? condition.left : condition.right);
      return compared(turned ? TURNED[condition.comparator] : condition.comparator, bound);
    }
    case 'between':
      require(condition.operand);
      return {
        lowest: { text: text(condition.low), inclusive: true },
        highest: { text: text(condition.high), inclusive: true },
      };
    case 'begins-with':
      require(condition.operand);
      if (attribute.type === 'N') throw validationFailure('Query key condition not supported');
      return { prefix: text(condition.part) };
    default:
      throw validationFailure('Query key condition not supported');
  }
}

function compared(comparator: Comparator, text: string): Omit<RowRange, 'forward' | 'after'> {
  switch (comparator) {
    case '=':
      return { lowest: { text, inclusive: true }, highest: { text, inclusive: true } };
    case '<':
    case '<=':
      return { highest: { text, inclusive: comparator === '<=' } };
    case '>':
    case '>=':
      return { lowest: { text, inclusive: comparator === '>=' } };
    case '<>':
      throw validationFailure('Unsupported operator on KeyCondition: operator: <>');
  }
}

function isKey(operand: Operand, attribute: KeyAttribute): boolean {
  return operand.kind === 'path' && operand.path.length === 1 && operand.path[0] === attribute.name;
}

function keyText(attribute: KeyAttribute, value: AttributeValue): string {
  if (typeOf(value) !== attribute.type) throw parameterFailure('Condition parameter type does not match schema type');
  return sortable(value);
}
