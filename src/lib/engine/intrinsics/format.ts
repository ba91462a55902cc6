import type { Json } from '../protocol.js';
import { asText } from './arguments.js';
import { IntrinsicRefusal } from './intrinsic-refusal.js';

/** States.Format with a template that a path or another function gave. */
export function format(template: Json, values: readonly Json[]): Json {
  return formatFilled(asText(template, 'The template'), values);
}

/** `{}` is filled, `\{`, `\}`, `\'` and `\\` stand for the character. */
export function formatFilled(template: string, values: readonly Json[]): Json {
  let next = 0;
  const text = template.replace(/\\([\\'{}])|\{\}/g, (found, escaped: string | undefined) => {
    if (found !== '{}') return escaped ?? '';
    const position = next++;
    return position < values.length ? interpolated(values[position]!) : '';
  });
  if (next !== values.length) {
    throw new IntrinsicRefusal(`The template has ${next} occurrences of {} but ${values.length} values are given`);
  }
  return text;
}

/** Objects and arrays appear as Java prints them: `{Arg1=1, Arg2=[]}` (recording test_format_2). */
function interpolated(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(interpolated).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([name, held]) => `${name}=${interpolated(held)}`)
    .join(', ')}}`;
}
