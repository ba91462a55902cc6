import { describe, expect, it } from 'vitest';
import { describeDiagnostic } from '../../src/lib/definition/diagnostic.js';
import { validateExpressions } from '../../src/lib/definition/validate-expressions.js';
import { recordings } from './recordings.js';

async function found(expression: string): Promise<string[]> {
  const state = { Type: 'Pass', Output: { v: `{% ${expression} %}` }, End: true };
  const text = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'E', States: { E: state } });
  return (await validateExpressions(text)).map(describeDiagnostic);
}

describe('JSONata expressions of a definition', () => {
  it('pass in every definition that AWS accepted', async () => {
    const texts = new Set(recordings().scenarios.flatMap(({ runs }) => runs.map(({ definition }) => definition)));
    for (const text of texts) expect(await validateExpressions(text)).toEqual([]);
  });

  it.each([
    '$states.input.items[value > 3].sku',
    '$states.input.items^(>price).sku',
    '$states.input.items{sku: price}',
    '$map($states.input.a, function($x, $i){ $x.b })',
    '($y := $states.input; $y.a & "x")',
    '$x ? $x.name : null',
    '{"name": $x, "list": [1, $y.z]}',
    '$sum($states.input.lines.(price * count))',
  ])('%s passes', async (expression) => {
    expect(await found(expression)).toEqual([]);
  });

  it.each([
    [
      'phone',
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/E/Output/v",
    ],
    [
      '$uppercase(customer.name)',
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'customer' at the top level is not supported. at /States/E/Output/v",
    ],
    [
      '{"a": b}',
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'b' at the top level is not supported. at /States/E/Output/v",
    ],
    ['$$.a', "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported. at /States/E/Output/v"],
    ['$a[1,2)', 'INVALID_JSONATA_EXPRESSION: Expected "]", got "," at /States/E/Output/v'],
  ])('%s is refused', async (expression, message) => {
    expect(await found(expression)).toEqual([message]);
  });
});
