import { parseJsonPath } from '../../definition/json-path.js';
import { JsonPathSyntaxError } from '../../definition/json-path-reader.js';
import type { JsonPath, Segment } from '../../definition/json-path-segments.js';
import { LanguageError } from '../language-error.js';
import type { Json } from '../protocol.js';
import type { Scope } from '../templates/scope.js';
import { evaluatePath, isObject } from './evaluate-path.js';

/**
 * What InputPath, OutputPath, ItemsPath and their like name: `$...` in the input, `$$...` in the context, `$name...` in a
 * variable.
 * @throws LanguageError States.Runtime with AWS's text (recordings test_invalid_jsonpath[ST.*]).
 */
export function readPath(path: string, scope: Scope): Json {
  const found = findPath(path, scope);
  if (found === undefined) {
    if (isNullInput(path, scope)) throw nullInput();
    throw new LanguageError('States.Runtime', `Invalid path '${path}' : ${reasonForNothing(parsePath(path), scope)}`);
  }
  return found;
}

/**
 * The same for those who have their own words for a path that leads nowhere: undefined.
 * @throws LanguageError States.Runtime when the text is no path.
 */
export function findPath(path: string, scope: Scope): Json | undefined {
  if (path === '$') return scope.input;
  return findParsedPath(parsePath(path), scope);
}

export function findParsedPath(path: JsonPath, scope: Scope): Json | undefined {
  const document = documentOf(path, scope);
  return document === undefined ? undefined : evaluatePath(path, document);
}

/** Whether a path looks for something in an input that is null: AWS has words of its own for that. */
export function isNullInput(path: string, scope: Scope): boolean {
  return parsePath(path).root.kind === 'input' && scope.input === null;
}

export function nullInput(): LanguageError {
  return new LanguageError('States.Runtime', 'Unable to apply Path transformation to null or empty input.');
}

/** Where a path starts: undefined for a variable that nobody assigned. */
function documentOf(path: JsonPath, scope: Scope): Json | undefined {
  switch (path.root.kind) {
    case 'input':
      return scope.input;
    case 'context':
      return scope.context;
    case 'variable':
      return Object.hasOwn(scope.variables, path.root.name) ? scope.variables[path.root.name] : undefined;
  }
}

/** @throws LanguageError States.Runtime when the text is no path, which validation would have found. */
export function parsePath(path: string): JsonPath {
  try {
    return parseJsonPath(path);
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) {
      throw new LanguageError('States.Runtime', `Invalid path '${path}' : ${error.message}`);
    }
    throw error;
  }
}

/** Jayway's explanation, which AWS passes on: it names the step that failed. */
function reasonForNothing(path: JsonPath, scope: Scope): string {
  let value = documentOf(path, scope);
  let walked = '$';
  for (const [position, segment] of path.segments.entries()) {
    const here = walked;
    walked += written(segment);
    const last = position === path.segments.length - 1;
    if (segment.kind === 'name') {
      if (!isObject(value)) {
        return (
          `Expected to find an object with property ['${segment.name}'] in path ${here} but found '${javaType(value)}'. ` +
          `This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.`
        );
      }
      if (!last && !Object.hasOwn(value, segment.name)) return `Missing property in path ${walked}`;
      value = value[segment.name];
    } else if (segment.kind === 'index' && Array.isArray(value)) {
      value = value.at(segment.index);
    } else {
      break;
    }
  }
  return `No results for path: $${path.segments.map(written).join('')}`;
}

function written(segment: Segment): string {
  switch (segment.kind) {
    case 'name':
      return `['${segment.name}']`;
    case 'names':
      return `[${segment.names.map((name) => `'${name}'`).join(',')}]`;
    case 'index':
      return `[${segment.index}]`;
    case 'call':
      return `.${segment.name}()`;
    default:
      return '[*]';
  }
}

function javaType(value: Json | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'java.util.ArrayList';
  switch (typeof value) {
    case 'string':
      return 'java.lang.String';
    case 'boolean':
      return 'java.lang.Boolean';
    case 'number':
      return Number.isInteger(value) ? 'java.lang.Integer' : 'java.lang.Double';
    default:
      return 'java.util.LinkedHashMap';
  }
}
