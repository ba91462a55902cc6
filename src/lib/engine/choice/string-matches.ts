/**
 * StringMatches: `*` stands for any characters, `\*` for a star, `\\` for a backslash.
 * Walks both texts once and goes back to the last star only, so that no pattern is exponential.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  const parts = compiled(pattern);
  let at = 0;
  let part = 0;
  let starredPart = -1;
  let starredAt = 0;
  while (at < text.length) {
    if (part < parts.length && parts[part] === ANY) {
      starredPart = part++;
      starredAt = at;
    } else if (part < parts.length && parts[part] === text[at]) {
      part++;
      at++;
    } else if (starredPart >= 0) {
      part = starredPart + 1;
      at = ++starredAt;
    } else {
      return false;
    }
  }
  while (parts[part] === ANY) part++;
  return part === parts.length;
}

const ANY = Symbol('any characters');

function compiled(pattern: string): (string | typeof ANY)[] {
  const parts: (string | typeof ANY)[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === '*') parts.push(ANY);
    else if (character === '\\' && at + 1 < pattern.length) parts.push(pattern[++at]!);
    else parts.push(character);
  }
  return parts;
}
