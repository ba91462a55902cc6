import type { Json } from '../protocol.js';

/** A lambda or one of the library's functions: nothing JSON can hold. */
export function isFunctionResult(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value);
}

/**
 * What the library gives as JSON: its sequences carry marks, its objects have no prototype, and a function inside a result is
 * written as an empty text. Numbers that JSON lacks become texts, as AWS writes them.
 */
export function plainJson(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (isFunctionResult(value)) return '';
  if (Array.isArray(value)) return value.map(plainJson);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, held]) => held !== undefined)
      .map(([name, held]) => [name, plainJson(held)]),
  );
}
