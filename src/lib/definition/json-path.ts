import { PathReader } from './json-path-reader.js';
import type { JsonPath } from './json-path-segments.js';

const cache = new Map<string, JsonPath>();
/** Definitions repeat few paths; a server that meets many definitions must not grow for ever. */
const CACHE_LIMIT = 5_000;

/**
 * Reads a path, once a text. Evaluation is the engine's.
 *
 * Step Functions reads paths the way the Java library Jayway JsonPath does, not as RFC 9535: unquoted names may hold almost
 * any character (`$.delivery-partner`), filters know `in`, `=~` or `size`, functions are written as calls at the end. On top
 * come two roots of AWS's own: `$$` (the context object) and `$name` (a variable).
 * @throws JsonPathSyntaxError
 */
export function parseJsonPath(text: string): JsonPath {
  const known = cache.get(text);
  if (known) return known;
  const parsed = new PathReader(text).readWhole();
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(text, parsed);
  return parsed;
}

/** A path that names exactly one place to write to: names and indexes only, as in ResultPath. */
export function isReferencePath(path: JsonPath): boolean {
  return path.segments.every((segment) => segment.kind === 'name' || (segment.kind === 'index' && segment.index >= 0));
}
