/** Paths, intrinsic functions and templates: whether they can be read, not what they will find. */
import { has, isFields, type Findings } from './findings.js';
import { IntrinsicSyntaxError, looksLikeIntrinsic, parseIntrinsicCall } from './intrinsic-call.js';
import { parseJsonPath } from './json-path.js';
import { JsonPathSyntaxError } from './json-path-reader.js';
import type { JsonPath } from './json-path-segments.js';
import type { QueryLanguage } from './types.js';

export function checkPath(
  value: unknown,
  location: string,
  findings: Findings,
  also?: 'or null' | 'or intrinsic',
): void {
  if (value === undefined || (value === null && also === 'or null')) return;
  if (typeof value !== 'string') return findings.schema('Expected value of type String', location);
  if (also === 'or intrinsic' && looksLikeIntrinsic(value)) {
    if (!isIntrinsicCall(value) && !isBeyondUs(value))
      findings.schema('Value must be a valid intrinsic function call.', location);
  } else if (!readPath(value) && !isBeyondUs(value)) {
    findings.schema('Value must be a valid JSONPath.', location);
  }
}

/** A path to one place. Slices and lists of indexes pass: whether AWS refuses them is not known. */
export function checkReferencePath(value: unknown, location: string, findings: Findings, also?: 'or null'): void {
  if (value === undefined || (value === null && also === 'or null')) return;
  if (typeof value !== 'string') return findings.schema('Expected value of type String', location);
  if (!value.startsWith('$')) {
    return findings.schema("Value is not a Reference Path: Reference path didn't start with '$'", location);
  }
  const path = readPath(value);
  const many = path?.segments.some(({ kind }) => kind === 'wildcard' || kind === 'descend' || kind === 'filter');
  if (!path || many) findings.schema('Value is not a Reference Path', location);
}

/** The values a template computes: behind `.$` keys in JSONPath, inside `{% %}` in JSONata. */
export function checkTemplate(value: unknown, language: QueryLanguage, location: string, findings: Findings): void {
  if (typeof value === 'string') {
    // A text that only ends like an expression was opened wrongly: AWS's guide calls both a validation error.
    if (language === 'JSONata' && value.startsWith('{%') !== value.endsWith('%}')) {
      findings.schema('JSONata string must start with {% and end with %}', location);
    }
  } else if (Array.isArray(value)) {
    for (const [position, element] of value.entries()) {
      checkTemplate(element, language, `${location}[${position}]`, findings);
    }
  } else if (isFields(value)) {
    for (const [name, member] of Object.entries(value)) {
      const at = `${location}/${name}`;
      if (language === 'JSONPath' && name.endsWith('.$')) checkComputed(name, member, value, at, findings);
      else checkTemplate(member, language, at, findings);
      if (language === 'JSONPath' && !name.endsWith('.$') && looksComputed(member)) {
        findings.warning('NO_DOLLAR', 'No .$ on a field that appears to be a JSONPath or Intrinsic Function', at);
      }
    }
  }
}

function checkComputed(
  name: string,
  value: unknown,
  around: Readonly<Record<string, unknown>>,
  location: string,
  findings: Findings,
): void {
  const readable = typeof value === 'string' && (looksLikeIntrinsic(value) ? isIntrinsicCall(value) : readPath(value));
  if (!readable && !(typeof value === 'string' && isBeyondUs(value))) {
    findings.schema(
      `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
      location,
    );
  }
  if (has(around, name.slice(0, -2))) findings.schema(`Duplicate field '${name.slice(0, -2)}'`, location);
}

/** The variables a state sets: their names, and what they are set to. */
export function checkAssign(value: unknown, language: QueryLanguage, location: string, findings: Findings): void {
  if (value === undefined) return;
  if (!isFields(value)) return findings.schema('Expected value of type Object', location);
  for (const field of Object.keys(value)) {
    const name = language === 'JSONPath' && field.endsWith('.$') ? field.slice(0, -2) : field;
    const at = `${location}/${field}`;
    if (name === 'states') {
      findings.error('RESERVED_VARIABLE_NAME', "Cannot assign to reserved variable '$states'.", at);
    } else if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)) {
      findings.error(
        'INVALID_VARIABLE_NAME',
        `Invalid variable name '${name}': the variable name contains invalid characters.`,
        at,
      );
    }
  }
  checkTemplate(value, language, location, findings);
}

function looksComputed(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return looksLikeIntrinsic(value) ? isIntrinsicCall(value) : /^\$[.$[]/.test(value) && readPath(value) !== undefined;
}

/**
 * Filters and scripts (`[?(...)]`, `[(...)]`) that our reader cannot read: AWS takes more of them than anybody has written
 * down, so they are let through. One that really cannot be read fails the state with States.Runtime when it gets there.
 */
function isBeyondUs(text: string): boolean {
  return /^(\$|States\.)/u.test(text) && /\[\s*(\?\s*)?\(/u.test(text);
}

function isIntrinsicCall(text: string): boolean {
  try {
    parseIntrinsicCall(text);
    return true;
  } catch (error) {
    if (error instanceof IntrinsicSyntaxError) return false;
    throw error;
  }
}

function readPath(text: string): JsonPath | undefined {
  try {
    return parseJsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) return undefined;
    throw error;
  }
}
