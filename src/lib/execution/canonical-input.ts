import { canonicalize } from 'json-canonicalize';
import { Failure } from '../cli/failure.js';

/** Bytes of UTF-8 that an execution's input may have: AWS, Step Functions quotas. */
export const MAX_INPUT_BYTES = 262_144;

/**
 * The one text that is sent for an order: RFC 8785, so that white space and the order of names never make two inputs of one order.
 *
 * @throws Failure (usage) when it is larger than Step Functions takes.
 */
export function canonicalInput(value: unknown): string {
  const text = canonicalText(value);
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes > MAX_INPUT_BYTES) {
    throw new Failure('usage', `the order has ${bytes} bytes, Step Functions takes ${MAX_INPUT_BYTES}`, {
      suggestions: ['leave out what the workflow does not need, or store it elsewhere and pass a reference'],
    });
  }
  return text;
}

/** Whether two JSON texts say the same; texts that are not JSON are compared letter by letter. */
export function sameInput(left: string, right: string): boolean {
  if (left === right) return true;
  try {
    return canonicalText(JSON.parse(left)) === canonicalText(JSON.parse(right));
  } catch {
    return false;
  }
}

function canonicalText(value: unknown): string {
  try {
    return canonicalize(value);
  } catch (error) {
    if (error instanceof RangeError) throw new Failure('usage', 'the order is nested too deeply', { cause: error });
    throw error;
  }
}
