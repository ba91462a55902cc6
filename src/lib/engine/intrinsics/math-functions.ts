import type { Json } from '../protocol.js';
import { seededRandom } from '../seeded-random.js';
import { asInteger } from './arguments.js';
import { IntrinsicRefusal } from './intrinsic-refusal.js';

export function mathAdd(left: Json, right: Json): Json {
  return asInteger(left, 'The first argument') + asInteger(right, 'The second argument') + 0;
}

/**
 * An integer from `from` (included) to `to` (excluded). With a seed always the same one.
 */
export function mathRandom(from: Json, to: Json, seed: Json | undefined, random: () => number): Json {
  const least = asInteger(from, 'The start');
  const end = asInteger(to, 'The end');
  if (end <= least) throw new IntrinsicRefusal(`The end ${end} must be greater than the start ${least}`);
  const drawn = seed === undefined ? random() : seededRandom(asInteger(seed, 'The seed'));
  return least + Math.floor(drawn * (end - least));
}
