import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonPath } from '../../../src/lib/definition/json-path.js';
import { JsonPathSyntaxError } from '../../../src/lib/definition/json-path-reader.js';
import { readPath } from '../../../src/lib/engine/paths/read-path.js';
import { writeReferencePath } from '../../../src/lib/engine/paths/write-reference-path.js';
import type { Json } from '../../../src/lib/engine/protocol.js';
import { scopeOf } from '../scope.js';

const names = fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 4 });
const json = fc.jsonValue() as fc.Arbitrary<Json>;

function pathOf(parts: readonly string[]): string {
  return `$${parts.map((name) => `['${name.replace(/[\\']/g, '\\$&')}']`).join('')}`;
}

describe('properties of paths', () => {
  it('what is written can be read again, and nothing else has changed', () => {
    fc.assert(
      fc.property(names, json, (parts, value) => {
        const input: Json = { 'beside everything': [1, { a: null }] };
        const output = writeReferencePath(pathOf(parts), input, value);
        expect(readPath(pathOf(parts), scopeOf(output))).toEqual(value);
        if (parts[0] !== 'beside everything') {
          expect((output as Record<string, Json>)['beside everything']).toBe(input['beside everything']);
        }
      }),
    );
  });

  it('any text is a path or a syntax error', () => {
    const pieces = fc.constantFrom(
      '$',
      '.',
      '..',
      '[',
      ']',
      '*',
      '?(',
      ')',
      '@',
      "'",
      'a',
      '0',
      ':',
      ',',
      ' ',
      '==',
      '&&',
      '!',
      '-1',
      '/x/',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        try {
          parseJsonPath(`$${parts.join('')}`);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonPathSyntaxError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
