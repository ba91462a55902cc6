/**
 * The functions Step Functions adds to JSONata, or answers differently. Source: developer guide, "JSONata functions provided
 * by Step Functions"; recordings of category intrinsic_functions.
 */
import type { Expression, Focus } from 'jsonata';
import { HASH_ALGORITHMS, hashText } from '../hash-text.js';
import type { Json, Sources } from '../protocol.js';
import { seededRandom } from '../seeded-random.js';

type JsonataFunction = Parameters<Expression['registerFunction']>[1];

/** The most elements AWS gives before it says that memory has run out. */
const LONGEST_RANGE = 360_145;

/** By name: the function and its JSONata signature. */
export function awsFunctions(sources: Sources): Record<string, [JsonataFunction, string?]> {
  const instant = sources.now();
  return {
    partition: [partition],
    range: [range],
    hash: [hash],
    parse: [parse],
    random: [(seed?: number) => (seed === undefined ? sources.random() : seededRandom(Math.trunc(seed)))],
    uuid: [() => sources.uuid()],
    millis: [() => instant, '<:n>'],
    now: [
      function (this: Focus, picture?: string, timezone?: string): unknown {
        const format = this.environment.lookup('fromMillis') as { implementation: (...given: unknown[]) => unknown };
        return format.implementation.call(this, instant, picture, timezone);
      },
      '<s?s?:s>',
    ],
  };
}

/** Chunks of a size that is rounded towards zero; nothing for no elements or a size of 0. */
function partition(values?: Json, size?: number): Json[][] | undefined {
  if (values === undefined || size === undefined) return undefined;
  const elements = Array.isArray(values) ? values : [values];
  const chunk = Math.trunc(size);
  if (chunk <= 0 || elements.length === 0) return undefined;
  const chunks: Json[][] = [];
  for (let from = 0; from < elements.length; from += chunk) chunks.push(elements.slice(from, from + chunk));
  return chunks;
}

/** One element comes without its array, as JSONata's sequences do (recording test_array_range: 1 to 9 by 9 is `1`). */
function range(first?: number, last?: number, step?: number): number | number[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
  const length = by === 0 ? 0 : Math.floor((to - from) / by) + 1;
  if (length <= 0) return undefined;
  if (length > LONGEST_RANGE) throw new Error('Expression evaluation memory limit exceeded');
  return length === 1 ? from : Array.from({ length }, (_, position) => from + position * by);
}

function hash(data?: Json, algorithm?: string): string | undefined {
  if (data === undefined || algorithm === undefined) return undefined;
  const hashed = hashText(data, algorithm);
  if (hashed === undefined) throw new Error(`The hash algorithm must be one of ${HASH_ALGORITHMS.join(', ')}`);
  return hashed;
}

function parse(text?: string): Json | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Json);
}
