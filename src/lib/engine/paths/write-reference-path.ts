import { isReferencePath } from '../../definition/json-path.js';
import type { Segment } from '../../definition/json-path-segments.js';
import { LanguageError } from '../language-error.js';
import type { Json } from '../protocol.js';
import { isObject } from './evaluate-path.js';
import { parsePath } from './read-path.js';

/**
 * What ResultPath does: the input with `value` put at `path`, which replaces what is there and creates objects on the way.
 * The input is not changed; what lies beside the path is shared with the answer.
 * @throws LanguageError States.ResultPathMatchFailure where the path meets a value that is no object, or an element that
 *   the array does not have (States Language, "Reference Paths").
 */
export function writeReferencePath(path: string, input: Json, value: Json): Json {
  if (path === '$') return value;
  const parsed = parsePath(path);
  if (parsed.root.kind !== 'input' || !isReferencePath(parsed)) throw mismatch(path, input);
  return written(parsed.segments, 0, input, value, () => mismatch(path, input));
}

function written(
  segments: readonly Segment[],
  position: number,
  target: Json | undefined,
  value: Json,
  refusal: () => LanguageError,
): Json {
  const segment = segments[position];
  if (segment === undefined) return value;
  if (segment.kind === 'name') {
    if (target !== undefined && !isObject(target)) throw refusal();
    const member = target && Object.hasOwn(target, segment.name) ? target[segment.name] : undefined;
    return { ...target, [segment.name]: written(segments, position + 1, member, value, refusal) };
  }
  if (segment.kind !== 'index' || !Array.isArray(target) || segment.index >= target.length) throw refusal();
  const element = written(segments, position + 1, target[segment.index], value, refusal);
  return target.with(segment.index, element);
}

function mismatch(path: string, input: Json): LanguageError {
  return new LanguageError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`,
  );
}
