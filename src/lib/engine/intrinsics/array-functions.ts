/** States.Array*; limits from the developer guide, "Intrinsics for arrays". */
import type { Json } from '../protocol.js';
import { sameJson } from '../same-json.js';
import { asArray, asInteger } from './arguments.js';
import { IntrinsicRefusal } from './intrinsic-refusal.js';

const LONGEST_RANGE = 1000;

export function arrayPartition(values: Json, size: Json): Json {
  const elements = asArray(values, 'The first argument');
  const chunk = asInteger(size, 'The chunk size');
  if (chunk <= 0) throw new IntrinsicRefusal(`The chunk size must be a positive integer but was: ${chunk}`);
  const chunks: Json[] = [];
  for (let from = 0; from < elements.length; from += chunk) chunks.push(elements.slice(from, from + chunk));
  return chunks;
}

export function arrayContains(values: Json, wanted: Json): Json {
  return asArray(values, 'The first argument').some((value) => sameJson(value, wanted));
}

/** From `first` to `last`, both included when the step meets them; at most 1,000 elements. */
export function arrayRange(first: Json, last: Json, step: Json): Json {
  const from = asInteger(first, 'The first argument');
  const to = asInteger(last, 'The second argument');
  const by = asInteger(step, 'The step');
  if (by === 0) throw new IntrinsicRefusal('The step cannot be 0');
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > LONGEST_RANGE) {
    throw new IntrinsicRefusal(`The array cannot have more than ${LONGEST_RANGE} elements but would have ${length}`);
  }
  return Array.from({ length }, (_, position) => from + position * by);
}

export function arrayGetItem(values: Json, index: Json): Json {
  const elements = asArray(values, 'The first argument');
  const position = asInteger(index, 'The index');
  const found = position < 0 ? undefined : elements[position];
  if (found === undefined) {
    throw new IntrinsicRefusal(`The index ${position} is out of bounds for an array of length ${elements.length}`);
  }
  return found;
}

export function arrayLength(values: Json): Json {
  return asArray(values, 'The argument').length;
}

/** The first of each group of equal elements, in their order. Scalars are compared by a set, the rest pairwise. */
export function arrayUnique(values: Json): Json {
  const scalars = new Set<Json>();
  const compound: Json[] = [];
  return asArray(values, 'The argument').filter((value) => {
    if (typeof value !== 'object' || value === null) {
      if (scalars.has(value)) return false;
      scalars.add(value);
      return true;
    }
    if (compound.some((known) => sameJson(known, value))) return false;
    compound.push(value);
    return true;
  });
}
