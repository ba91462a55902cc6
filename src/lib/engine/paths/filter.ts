/** Filters of a JSONPath, `[?(@.price < 10 && @.kind in ['a','b'])]`: whether one element passes. */
import type { FilterPath, FilterTest, Operand } from '../../definition/json-path-segments.js';
import type { Json } from '../protocol.js';
import { sameJson } from '../same-json.js';

/** Reads a path inside the filter; handed in, because evaluating paths needs filters again. */
export type ReadFilterPath = (path: FilterPath) => Json | undefined;

export function passesFilter(test: FilterTest, read: ReadFilterPath): boolean {
  switch (test.kind) {
    case 'and':
      return test.tests.every((part) => passesFilter(part, read));
    case 'or':
      return test.tests.some((part) => passesFilter(part, read));
    case 'not':
      return !passesFilter(test.test, read);
    case 'exists':
      return read(test.path) !== undefined;
    case 'compare':
      return compare(test, read);
  }
}

function compare(test: Extract<FilterTest, { kind: 'compare' }>, read: ReadFilterPath): boolean {
  const left = valueOf(test.left, read);
  const right = valueOf(test.right, read);
  switch (test.operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '===':
      return typeof left === typeof right && equal(left, right);
    case '!==':
      return typeof left !== typeof right || !equal(left, right);
    case '<':
      return ordered(left, right, (order) => order < 0);
    case '<=':
      return ordered(left, right, (order) => order <= 0);
    case '>':
      return ordered(left, right, (order) => order > 0);
    case '>=':
      return ordered(left, right, (order) => order >= 0);
    case '=~':
      return (
        test.right.kind === 'pattern' &&
        (typeof left === 'string' || typeof left === 'number') &&
        test.right.pattern.test(String(left))
      );
    case 'in':
      return has(right, left);
    case 'nin':
      return !has(right, left);
    case 'contains':
      return typeof left === 'string' ? typeof right === 'string' && left.includes(right) : has(left, right);
    case 'subsetof':
      return Array.isArray(left) && left.every((value) => has(right, value));
    case 'anyof':
      return Array.isArray(left) && left.some((value) => has(right, value));
    case 'noneof':
      return Array.isArray(left) && !left.some((value) => has(right, value));
    case 'all':
      return Array.isArray(right) && right.every((value) => has(left, value));
    case 'size':
    case 'sizeof':
      return sizeOf(left) !== undefined && sizeOf(left) === (typeof right === 'number' ? right : sizeOf(right));
    case 'empty':
      return sizeOf(left) !== undefined && (sizeOf(left) === 0) === right;
  }
}

function valueOf(operand: Operand, read: ReadFilterPath): Json | undefined {
  if (operand.kind === 'path') return read(operand.path);
  return operand.kind === 'literal' ? operand.value : undefined;
}

/** A number equals the text that spells it. */
function equal(left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (typeof left === 'number' && typeof right === 'string') return right.trim() !== '' && left === Number(right);
  if (typeof left === 'string' && typeof right === 'number') return left === String(right);
  return sameJson(left, right);
}

function ordered(left: Json | undefined, right: Json | undefined, holds: (order: number) => boolean): boolean {
  if (typeof left === 'number' && typeof right === 'number') return holds(left - right);
  if (typeof left === 'string' && typeof right === 'string') return holds(left < right ? -1 : left > right ? 1 : 0);
  return false;
}

function has(list: Json | undefined, value: Json | undefined): boolean {
  return Array.isArray(list) && list.some((element) => equal(element, value));
}

function sizeOf(value: Json | undefined): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}
