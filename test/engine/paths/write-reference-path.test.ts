import { describe, expect, it } from 'vitest';
import { writeReferencePath } from '../../../src/lib/engine/paths/write-reference-path.js';
import type { Json } from '../../../src/lib/engine/protocol.js';

describe('ResultPath', () => {
  it.each<[string, string, Json, Json]>([
    ['replaces everything', '$', { a: 1 }, 9],
    ['adds a member', '$.b', { a: 1 }, { a: 1, b: 9 }],
    ['replaces a member where it stands', '$.a', { a: 1, b: 2 }, { a: 9, b: 2 }],
    ['makes objects on the way', '$.x.y.z', { a: 1 }, { a: 1, x: { y: { z: 9 } } }],
    ['goes into objects', '$.x.y', { x: { z: 1 } }, { x: { z: 1, y: 9 } }],
    ['reads quoted names', "$['x y']", {}, { 'x y': 9 }],
    ['replaces an element', '$.list[1]', { list: [1, 2, 3] }, { list: [1, 9, 3] }],
    ['goes into an element', '$.list[0].a', { list: [{ b: 1 }] }, { list: [{ b: 1, a: 9 }] }],
  ])('%s', (_, path, input, output) => {
    const before = structuredClone(input);
    expect(writeReferencePath(path, input, 9)).toEqual(output);
    expect(input).toEqual(before);
  });

  it('keeps the order of what was there', () => {
    expect(JSON.stringify(writeReferencePath('$.a', { b: 1, a: 2, c: 3 }, 9))).toBe('{"b":1,"a":9,"c":3}');
  });

  it('can write a member of any name', () => {
    expect(JSON.stringify(writeReferencePath("$['__proto__'].x", {}, 9))).toBe('{"__proto__":{"x":9}}');
  });

  it.each<[string, Json]>([
    ['$.a.b', { a: 'text' }],
    ['$.a', 'input1'],
    ['$.a', [1]],
    ['$.a', null],
    ['$.a[0]', { a: {} }],
    ['$.a[2]', { a: [1, 2] }],
    ['$.a[0]', {}],
  ])('%s cannot be applied to %j', (path, input) => {
    expect(() => writeReferencePath(path, input, 9)).toThrow(
      expect.objectContaining({
        errorName: 'States.ResultPathMatchFailure',
        message: `Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`,
      }),
    );
  });
});
