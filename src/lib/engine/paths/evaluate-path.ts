/**
 * Evaluates a parsed JSONPath as Jayway JsonPath does for Step Functions.
 *
 * Our own, though libraries exist, because the difference is in the results: a definite path (names and indexes) gives the
 * value or nothing, any other gives an array, which is empty even if the way to it is missing
 * (recordings test_json_path_array_wildcard_or_slice_with_no_input), and names are walked without any interpretation, which
 * is what nearly every path of a definition is.
 */
import type { FilterTest, JsonPath, PathFunction, Segment } from '../../definition/json-path-segments.js';
import type { Json } from '../protocol.js';
import { passesFilter } from './filter.js';

/** What the path finds in the document; undefined when a definite path leads nowhere. */
export function evaluatePath(path: JsonPath, document: Json): Json | undefined {
  return path.definite ? walk(path.segments, document) : collect(path.segments, document, document);
}

/** Whether an element passes a filter, whose paths start at the element or at the document. */
function passes(test: FilterTest, element: Json, document: Json): boolean {
  return passesFilter(test, (path) => {
    const start = path.from === 'element' ? element : document;
    return path.definite ? walk(path.segments, start) : collect(path.segments, start, document);
  });
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of the object's own: `constructor` is a name like any other. */
export function member(value: { readonly [key: string]: Json }, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function walk(segments: readonly Segment[], document: Json): Json | undefined {
  let value: Json | undefined = document;
  for (const segment of segments) {
    if (value === undefined) return undefined;
    switch (segment.kind) {
      case 'name':
        value = isObject(value) ? member(value, segment.name) : undefined;
        break;
      case 'index':
        value = Array.isArray(value) ? value.at(segment.index) : undefined;
        break;
      case 'names':
        value = isObject(value) ? pick(value, segment.names) : undefined;
        break;
      case 'call':
        value = callFunction(segment.name, value);
        break;
      default:
        return undefined;
    }
  }
  return value;
}

function pick(value: { [key: string]: Json }, names: readonly string[]): Json {
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(value, name) ? [[name, value[name]!]] : [])));
}

function collect(segments: readonly Segment[], start: Json, document: Json): Json | undefined {
  let found: Json[] = [start];
  for (let position = 0; position < segments.length; position++) {
    const segment = segments[position]!;
    if (segment.kind === 'call') {
      const result = callFunction(segment.name, found);
      if (result === undefined) return undefined;
      return position === segments.length - 1 ? result : collect(segments.slice(position + 1), result, document);
    }
    const next: Json[] = [];
    if (segment.kind === 'descend') {
      // A filter is asked of every node on the way down, including the first; anything else of every container.
      const filter = segments[position + 1]?.kind === 'filter';
      for (const value of found) everyContainer(value, next, filter);
      if (filter) {
        const { test } = segments[++position] as Extract<Segment, { kind: 'filter' }>;
        found = next.filter((value) => isObject(value) && passes(test, value, document));
        continue;
      }
    } else {
      for (const value of found) select(segment, value, document, next, position === segments.length - 1);
    }
    found = next;
  }
  return found;
}

function select(
  segment: Exclude<Segment, { kind: 'descend' | 'call' }>,
  value: Json,
  document: Json,
  into: Json[],
  last: boolean,
): void {
  switch (segment.kind) {
    case 'name':
      if (isObject(value) && Object.hasOwn(value, segment.name)) into.push(value[segment.name]!);
      return;
    case 'names': {
      if (!isObject(value)) return;
      const picked = pick(value, segment.names);
      if (last) into.push(picked);
      else into.push(...Object.values(picked as object as Record<string, Json>));
      return;
    }
    case 'index':
    case 'indexes': {
      if (!Array.isArray(value)) return;
      for (const index of segment.kind === 'index' ? [segment.index] : segment.indexes) {
        const element = value.at(index);
        if (element !== undefined) into.push(element);
      }
      return;
    }
    case 'slice':
      if (Array.isArray(value)) for (const element of slice(value, segment)) into.push(element);
      return;
    case 'wildcard':
      if (typeof value === 'object' && value !== null) for (const element of Object.values(value)) into.push(element);
      return;
    case 'filter': {
      // On an object the filter asks about the object itself, not about its members.
      const candidates = Array.isArray(value) ? value : isObject(value) ? [value] : [];
      for (const candidate of candidates) if (passes(segment.test, candidate, document)) into.push(candidate);
      return;
    }
  }
}

function slice(values: Json[], { from, to, step }: Extract<Segment, { kind: 'slice' }>): Json[] {
  const part = values.slice(from ?? 0, to ?? values.length);
  return step > 1 ? part.filter((_, position) => position % step === 0) : part;
}

/** Depth first, a container before what it holds. */
function everyContainer(value: Json, into: Json[], objectsOnly: boolean): void {
  if (typeof value !== 'object' || value === null) return;
  if (!objectsOnly || !Array.isArray(value)) into.push(value);
  for (const held of Object.values(value)) everyContainer(held, into, objectsOnly);
}

/**
 * A function at the end of a path. The aggregating ones (`sum()`, `min()` ...) find nothing: Step Functions answers that the
 * path could not be found even for an array of numbers, because its JSON library's numbers are not the ones Jayway adds up
 * (AWS re:Post, "sum() function returns error about not finding path").
 */
function callFunction(name: PathFunction, value: Json): Json | undefined {
  switch (name) {
    case 'length':
    case 'size':
      if (Array.isArray(value)) return value.length;
      return isObject(value) ? Object.keys(value).length : undefined;
    case 'keys':
      return isObject(value) ? Object.keys(value) : undefined;
    case 'first':
      return Array.isArray(value) ? value[0] : undefined;
    case 'last':
      return Array.isArray(value) ? value.at(-1) : undefined;
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'stddev':
      return undefined;
  }
}
