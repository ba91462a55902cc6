/**
 * Characters that move a terminal's cursor, recolour it, reorder its text or hide in it; first and last of each run.
 */
const TREACHEROUS: readonly (readonly [first: number, last: number, what: string])[] = [
  [0x00, 0x1f, 'C0 controls, escape, newline and tab among them'],
  [0x7f, 0x9f, 'delete and C1 controls'],
  [0xad, 0xad, 'soft hyphen'],
  [0x34f, 0x34f, 'combining joiner'],
  [0x61c, 0x61c, 'Arabic letter mark'],
  [0x115f, 0x1160, 'Hangul fillers'],
  [0x17b4, 0x17b5, 'Khmer inherent vowels'],
  [0x180b, 0x180f, 'Mongolian selectors'],
  [0x200b, 0x200f, 'zero-width characters, direction marks'],
  [0x2028, 0x202e, 'line and paragraph separators, direction overrides'],
  [0x2060, 0x206f, 'word joiner, invisible operators, direction isolates'],
  [0x3164, 0x3164, 'Hangul filler'],
  [0xd800, 0xdfff, 'halves of surrogate pairs'],
  [0xfeff, 0xfeff, 'byte order mark'],
  [0xffa0, 0xffa0, 'halfwidth Hangul filler'],
  [0xfff0, 0xfffb, 'interlinear annotation'],
  [0xfffe, 0xffff, 'no characters'],
  [0x1d173, 0x1d17a, 'musical controls'],
  [0xe0000, 0xe0fff, 'tags and selectors'],
];

/** With the flag `g`: for `replace`, not for `test`. */
export const TREACHEROUS_CHARACTERS = new RegExp(
  `[${TREACHEROUS.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('')}]`,
  'gu',
);

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text from outside, fit for one line of a terminal: treacherous characters become what a programmer would type for
 * them, `\x1b`, `\u202e`, `\n`.
 */
export function sanitize(text: string): string {
  return text.replace(TREACHEROUS_CHARACTERS, visible);
}

/** The same for a text of several lines: newlines stay and tabs become spaces. */
export function sanitizeLines(text: string): string {
  return text
    .split(/\r?\n/u)
    .map((line) => sanitize(line.replaceAll('\t', '    ')))
    .join('\n');
}

/** Whether there is anything beside newlines to make visible. */
export function isTreacherous(text: string): boolean {
  return /[^\n\x20-\x7e]/u.test(text);
}

function visible(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
