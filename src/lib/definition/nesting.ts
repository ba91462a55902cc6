/** The most levels a definition may have: our walks are recursive, and nobody writes a tenth of it. */
export const DEEPEST = 1_000;

/** How many levels of objects and arrays a JSON text has; texts are skipped. Needs no stack. @param text must be JSON */
export function nestingOf(text: string): number {
  let [depth, deepest, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter === '\\') at += 1;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '{' || letter === '[') deepest = Math.max(deepest, (depth += 1));
    else if (letter === '}' || letter === ']') depth -= 1;
  }
  return deepest;
}
