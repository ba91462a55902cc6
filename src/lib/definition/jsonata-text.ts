/** The expression inside `{% ... %}`, without the spaces around it; undefined for a text that is just a text. */
export function jsonataExpression(text: string): string | undefined {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}') ? text.slice(2, -2).trim() : undefined;
}
