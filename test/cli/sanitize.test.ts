import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sanitize, sanitizeLines } from '../../src/lib/cli/sanitize.js';

describe('text from outside', () => {
  test.each([
    ['plain text stays: äöü € 漢字 😀', 'plain text stays: äöü € 漢字 😀'],
    ['colour \x1b[31mred\x1b[0m', 'colour \\x1b[31mred\\x1b[0m'],
    ['title \x1b]0;owned\x07', 'title \\x1b]0;owned\\x07'],
    ['8-bit \x9b2J', '8-bit \\x9b2J'],
    ['rewritten\rline', 'rewritten\\rline'],
    ['two\nlines and\ta tab', 'two\\nlines and\\ta tab'],
    ['back\b\b\bspace', 'back\\x08\\x08\\x08space'],
    ['nul\0 and delete\x7f', 'nul\\x00 and delete\\x7f'],
    ['right \u202eto left', 'right \\u202eto left'],
    ['isolate \u2066x\u2069', 'isolate \\u2066x\\u2069'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['line\u2028separator', 'line\\u2028separator'],
    ['soft\u00adhyphen', 'soft\\xadhyphen'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['half \ud800 pair', 'half \\ud800 pair'],
    ['replacement \ufffd', 'replacement \ufffd'],
  ])('%j', (text, shown) => {
    expect(sanitize(text)).toBe(shown);
  });

  test('nothing that a terminal obeys is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(sanitize(text)).not.toMatch(/\p{Cc}|\p{Bidi_Control}|\p{Surrogate}|\p{Zl}|\p{Zp}/u);
        expect(sanitizeLines(text).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      }),
    );
  });

  test('a text of several lines keeps them', () => {
    expect(sanitizeLines('one\r\ntwo\n\tthree\x1b[1m')).toBe('one\ntwo\n    three\\x1b[1m');
  });
});
