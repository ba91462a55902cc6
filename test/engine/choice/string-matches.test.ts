import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesPattern } from '../../../src/lib/engine/choice/string-matches.js';

it('agrees with a regular expression', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 10 });
  const pattern = fc.array(fc.constantFrom('a', 'b', '*', '\\*'), { maxLength: 8 });
  fc.assert(
    fc.property(text, pattern, (value, parts) => {
      const source = parts.map((part) => (part === '*' ? '[^]*' : part)).join('');
      expect(matchesPattern(value, parts.join(''))).toBe(new RegExp(`^${source}$`).test(value));
    }),
  );
});

it('takes no time for a pattern that would make a regular expression slow', () => {
  expect(matchesPattern('a'.repeat(20_000), `${'*a'.repeat(50)}*b`)).toBe(false);
});
