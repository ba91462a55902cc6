/** What the functions ask of their arguments. */
import type { Json } from '../protocol.js';
import { IntrinsicRefusal } from './intrinsic-refusal.js';

export function asArray(value: Json, what: string): Json[] {
  if (!Array.isArray(value)) throw new IntrinsicRefusal(`${what} must be an array but was: ${JSON.stringify(value)}`);
  return value;
}

export function asText(value: Json, what: string): string {
  if (typeof value !== 'string') {
    throw new IntrinsicRefusal(`${what} must be a string but was: ${JSON.stringify(value)}`);
  }
  return value;
}

/**
 * Numbers are rounded as Java's Math.round does, halves towards positive infinity, each argument for itself
 * (recording test_math_add: 1.5 + 1.51 is 4, -1.5 + -1.51 is -3).
 */
export function asInteger(value: Json, what: string): number {
  if (typeof value !== 'number') {
    throw new IntrinsicRefusal(`${what} must be a number but was: ${JSON.stringify(value)}`);
  }
  return Math.round(value) + 0;
}
