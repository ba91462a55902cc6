import type { Json } from '../protocol.js';
import { resolveExpression } from './resolve-expression.js';
import type { Scope } from './scope.js';

/**
 * What Parameters, ResultSelector, ItemSelector, BatchInput and JSONPath's Assign stand for: the template with every member
 * `name.$` replaced by `name` and the value of its path or function, at any depth.
 * A template is the definition's own data: what it holds literally is shared with the answer.
 * @throws LanguageError as resolveExpression does.
 */
export function resolveTemplate(template: Json, scope: Scope): Json {
  if (typeof template !== 'object' || template === null || !isDynamic(template)) return template;
  if (Array.isArray(template)) return template.map((element) => resolveTemplate(element, scope));
  const resolved: { [key: string]: Json } = {};
  for (const [name, value] of Object.entries(template)) {
    if (name.endsWith('.$') && typeof value === 'string') {
      define(resolved, name.slice(0, -2), resolveExpression(value, scope, name));
    } else {
      define(resolved, name, resolveTemplate(value, scope));
    }
  }
  return resolved;
}

/** An own member even for a name such as `__proto__`, which plain assignment would swallow. */
function define(target: { [key: string]: Json }, name: string, value: Json): void {
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

const dynamic = new WeakMap<object, boolean>();

/** Whether anything in the template is computed; remembered, because a template is resolved again in every iteration. */
function isDynamic(template: Json): boolean {
  if (typeof template !== 'object' || template === null) return false;
  let known = dynamic.get(template);
  if (known === undefined) {
    known = Array.isArray(template)
      ? template.some(isDynamic)
      : Object.entries(template).some(([name, value]) => name.endsWith('.$') || isDynamic(value));
    dynamic.set(template, known);
  }
  return known;
}
