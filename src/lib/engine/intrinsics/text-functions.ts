/** States.StringSplit, StringToJson, JsonToString, JsonMerge, Base64*, Hash; limits from the developer guide. */
import { HASH_ALGORITHMS, hashText } from '../hash-text.js';
import type { Json } from '../protocol.js';
import { asText } from './arguments.js';
import { IntrinsicRefusal } from './intrinsic-refusal.js';

/** Characters that Base64Encode, Base64Decode and Hash accept. */
const LONGEST_TEXT = 10_000;

/** Every character of `splitter` splits, and nothing empty is left (recording test_string_split). */
export function stringSplit(text: Json, splitter: Json): Json {
  const separators = new Set(asText(splitter, 'The splitter'));
  const parts: Json[] = [];
  let part = '';
  for (const character of asText(text, 'The first argument')) {
    if (!separators.has(character)) {
      part += character;
    } else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  if (part !== '') parts.push(part);
  return parts;
}

export function stringToJson(text: Json): Json {
  const source = asText(text, 'The argument');
  try {
    return JSON.parse(source) as Json;
  } catch {
    throw new IntrinsicRefusal(`The argument is not a valid JSON string: ${source}`);
  }
}

export function jsonToString(value: Json): Json {
  return JSON.stringify(value);
}

/** Shallow only: AWS knows no other mode yet. Members of the second object win. */
export function jsonMerge(left: Json, right: Json, deep: Json): Json {
  for (const side of [left, right]) {
    if (typeof side !== 'object' || side === null || Array.isArray(side)) {
      throw new IntrinsicRefusal(`Only objects can be merged but got: ${JSON.stringify(side)}`);
    }
  }
  if (deep !== false) throw new IntrinsicRefusal('Deep merging is not supported, the third argument must be false');
  return { ...(left as { [key: string]: Json }), ...(right as { [key: string]: Json }) };
}

export function base64Encode(text: Json): Json {
  return Buffer.from(limited(text), 'utf8').toString('base64');
}

export function base64Decode(text: Json): Json {
  const source = limited(text);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(source)) throw new IntrinsicRefusal('The argument is not valid Base64');
  return Buffer.from(source, 'base64').toString('utf8');
}

export function hash(data: Json, algorithm: Json): Json {
  const name = asText(algorithm, 'The algorithm');
  const hashed = hashText(limited(typeof data === 'string' ? data : JSON.stringify(data)), name);
  if (hashed === undefined) {
    throw new IntrinsicRefusal(`The algorithm must be one of ${HASH_ALGORITHMS.join(', ')} but was: ${name}`);
  }
  return hashed;
}

function limited(text: Json): string {
  const source = asText(text, 'The first argument');
  if (source.length > LONGEST_TEXT) {
    throw new IntrinsicRefusal(
      `The argument cannot be longer than ${LONGEST_TEXT} characters but has ${source.length}`,
    );
  }
  return source;
}
