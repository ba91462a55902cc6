import { expect, it } from 'vitest';
import { fillTemplate } from '../../../src/lib/engine/jsonata/jsonata-template.js';

it('fills the expressions of a template and names their places as AWS does', () => {
  const template = { a: '{% $x %}', lines: [{ sku: '{% $y %}' }, 'text', ' {% $no %} '], n: 1, 'a.$': '$', e: '{%%}' };
  const places: string[] = [];
  const filled = fillTemplate(template, 'Output', ({ expression, field }) => {
    places.push(field);
    return expression.length;
  });
  expect(filled).toEqual({ a: 2, lines: [{ sku: 2 }, 'text', ' {% $no %} '], n: 1, 'a.$': '$', e: 0 });
  expect(places).toEqual(['Output/a', 'Output/lines[0]/sku', 'Output/e']);
});
