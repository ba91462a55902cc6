/** A placeholder of the definition's template that nobody gave a value for. */
export class MissingPlaceholderError extends Error {
  override readonly name = 'MissingPlaceholderError';

  constructor(
    /** Every one of them, in the order of the text. */
    readonly placeholders: readonly string[],
  ) {
    super(`no value is given for ${placeholders.map((name) => `\${${name}}`).join(', ')}`);
  }
}

/**
 * Fills the `${Name}` placeholders of a definition the way Terraform's templatefile does for plain names: a number is written
 * as it is, so that a placeholder may stand where JSON wants a number; `$${` stands for a literal `${`.
 * A variable that the text does not use is no fault: one map serves several templates.
 * @throws MissingPlaceholderError
 */
export function renderTemplate(text: string, variables: Readonly<Record<string, string | number>>): string {
  const missing = new Set<string>();
  const rendered = text.replace(/\$\$\{|\$\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}/g, (found, name: string | undefined) => {
    if (name === undefined) return '${';
    if (!Object.hasOwn(variables, name)) {
      missing.add(name);
      return found;
    }
    return String(variables[name]);
  });
  if (missing.size > 0) throw new MissingPlaceholderError([...missing]);
  return rendered;
}
