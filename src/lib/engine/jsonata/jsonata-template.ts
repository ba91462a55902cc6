import { jsonataExpression } from '../../definition/jsonata-text.js';
import type { Json } from '../protocol.js';

/** An expression and what AWS calls its place: `Output`, `Output/lines[0]/sku`, `Arguments/Payload`. */
export interface PlacedExpression {
  readonly expression: string;
  readonly field: string;
}

/** The template (Arguments, Output, Assign ...) with every expression replaced by its value, in the order of the text. */
export function fillTemplate(template: Json, field: string, valueOf: (placed: PlacedExpression) => Json): Json {
  if (typeof template === 'string') {
    const expression = jsonataExpression(template);
    return expression === undefined ? template : valueOf({ expression, field });
  }
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) {
    return template.map((element, position) => fillTemplate(element, `${field}[${position}]`, valueOf));
  }
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => [name, fillTemplate(value, `${field}/${name}`, valueOf)]),
  );
}
