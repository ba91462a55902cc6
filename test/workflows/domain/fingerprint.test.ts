import fc from 'fast-check';
import { canonicalize } from 'json-canonicalize';
import { expect, it } from 'vitest';
import { canonicalJson, fingerprint } from '../../../workflows/order-processing/domain/fingerprint.js';

it('does not depend on the order of fields', () => {
  expect(fingerprint({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(fingerprint({ b: [{ d: 3, c: 2 }], a: 1 }));
  expect(fingerprint({ a: 1 })).not.toBe(fingerprint({ a: '1' }));
});

it('writes JSON as RFC 8785 does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(value)).toBe(canonicalize(value));
    }),
  );
});
