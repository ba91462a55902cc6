/** Parameters as Stripe's API means them: texts, maps and lists. */
export type FormValue = string | { readonly [name: string]: FormValue };
export type Form = Readonly<Record<string, FormValue>>;

interface MutableForm {
  [name: string]: string | MutableForm;
}

const DEEPEST = 8;

/**
 * Decodes `a=1&b[c]=2&d[0][e]=3&f[]=4`. Lists become maps with their positions as names, as Stripe reads both ways of
 * writing a list alike. Later values of one name win.
 */
export function decodeForm(text: string): Form {
  const form = emptyForm();
  for (const [name, value] of new URLSearchParams(text)) put(form, stepsOf(name), value);
  return form;
}

/** The same, from a decoded query. */
export function formOfQuery(query: Readonly<Record<string, string>>): Form {
  const form = emptyForm();
  for (const [name, value] of Object.entries(query)) put(form, stepsOf(name), value);
  return form;
}

/** `metadata[order][id]` -> metadata, order, id */
function stepsOf(name: string): readonly string[] {
  const bracket = name.indexOf('[');
  if (bracket <= 0 || !name.endsWith(']')) return [name];
  const steps = [name.slice(0, bracket), ...name.slice(bracket + 1, -1).split('][')];
  return steps.length > DEEPEST ? [name] : steps;
}

function put(form: MutableForm, steps: readonly string[], value: string): void {
  let place = form;
  steps.forEach((given, index) => {
    const step = given === '' ? String(Object.keys(place).length) : given;
    if (index === steps.length - 1) {
      place[step] = value;
      return;
    }
    const next = place[step];
    const inner = typeof next === 'object' ? next : emptyForm();
    place[step] = inner;
    place = inner;
  });
}

/** Without a prototype: a parameter may be called `__proto__`. */
function emptyForm(): MutableForm {
  return Object.create(null) as MutableForm;
}
