import { isTreacherous, TREACHEROUS_CHARACTERS } from './sanitize.js';

/**
 * JSON that may be looked at in a terminal: what JSON.stringify leaves as it is (C1 controls, changes of direction,
 * invisible characters) is written as \uXXXX. A reader gets the same text.
 *
 * @param indent spaces; none for one line
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return isTreacherous(text) ? text.replace(TREACHEROUS_CHARACTERS, escaped) : text;
}

/** By UTF-16 units, as JSON counts; newlines are ours, those of texts are escaped already. */
function escaped(character: string): string {
  if (character === '\n') return character;
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
