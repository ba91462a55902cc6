import type { Comparison, ComparisonOperator } from '../../definition/types.js';
import { LanguageError } from '../language-error.js';
import { findPath } from '../paths/read-path.js';
import type { Json } from '../protocol.js';
import type { Scope } from '../templates/scope.js';
import { matchesPattern } from './string-matches.js';
import { parseTimestamp } from '../../definition/timestamp.js';

/**
 * One comparison of a Choice rule. Values of different types are simply not equal, smaller or greater: no error (all 288
 * recorded choice cases).
 */
export function holdsComparison(comparison: Comparison, scope: Scope): boolean {
  const operator = operatorOf(comparison);
  const operand = comparison[operator]!;
  const value = findPath(comparison.Variable, scope);
  if (operator === 'IsPresent') return (value !== undefined) === operand;
  if (value === undefined) throw invalidPath(comparison.Variable);
  switch (operator) {
    case 'IsNull':
      return (value === null) === operand;
    case 'IsNumeric':
      return (typeof value === 'number') === operand;
    case 'IsString':
      return (typeof value === 'string') === operand;
    case 'IsBoolean':
      return (typeof value === 'boolean') === operand;
    case 'IsTimestamp':
      return (typeof value === 'string' && parseTimestamp(value) !== undefined) === operand;
    case 'StringMatches':
      return typeof value === 'string' && typeof operand === 'string' && matchesPattern(value, operand);
    default:
      return compare(operator, value, operand, scope);
  }
}

type OrderingOperator = Exclude<ComparisonOperator, `Is${string}` | 'StringMatches'>;

function compare(operator: OrderingOperator, value: Json, operand: Json, scope: Scope): boolean {
  const [, type, relation, byPath] = OPERATOR.exec(operator)!;
  let other: Json | undefined = operand;
  if (byPath) {
    other = findPath(operand as string, scope);
    if (other === undefined) throw invalidPath(operand as string);
  }
  const order = orderOf(type as ComparedType, value, other);
  switch (relation) {
    case 'Equals':
      return order === 0;
    case 'LessThan':
      return order < 0;
    case 'GreaterThan':
      return order > 0;
    case 'LessThanEquals':
      return order <= 0;
    default:
      return order >= 0;
  }
}

type ComparedType = 'String' | 'Numeric' | 'Timestamp' | 'Boolean';

const OPERATOR =
  /^(String|Numeric|Timestamp|Boolean)(Equals|LessThanEquals|GreaterThanEquals|LessThan|GreaterThan)(Path)?$/;

/** NaN, which compares false with everything, when one of the two is not of the type. */
function orderOf(type: ComparedType, value: Json, other: Json): number {
  switch (type) {
    case 'String':
      return typeof value === 'string' && typeof other === 'string' ? sign(value, other) : NaN;
    case 'Numeric':
      return typeof value === 'number' && typeof other === 'number' ? sign(value, other) : NaN;
    case 'Boolean':
      return typeof value === 'boolean' && typeof other === 'boolean' ? sign(value, other) : NaN;
    case 'Timestamp': {
      const instant = typeof value === 'string' ? parseTimestamp(value) : undefined;
      const otherInstant = typeof other === 'string' ? parseTimestamp(other) : undefined;
      return instant === undefined || otherInstant === undefined ? NaN : sign(instant, otherInstant);
    }
  }
}

function sign<T extends string | number | boolean>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

const operators = new WeakMap<Comparison, ComparisonOperator>();

function operatorOf(comparison: Comparison): ComparisonOperator {
  let operator = operators.get(comparison);
  if (!operator) {
    operator = Object.keys(comparison).find((name): name is ComparisonOperator => isOperator(name));
    if (!operator) throw new LanguageError('States.Runtime', `The rule for '${comparison.Variable}' compares nothing`);
    operators.set(comparison, operator);
  }
  return operator;
}

function isOperator(name: string): boolean {
  return name === 'StringMatches' || name.startsWith('Is') || OPERATOR.test(name);
}

function invalidPath(path: string): LanguageError {
  return new LanguageError(
    'States.Runtime',
    `Invalid path '${path}': The choice state's condition path references an invalid value.`,
  );
}
