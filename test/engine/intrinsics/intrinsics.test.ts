import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/lib/engine/protocol.js';
import { resolveExpression } from '../../../src/lib/engine/templates/resolve-expression.js';
import { scopeOf } from '../scope.js';

const input: Json = {
  name: 'Ada',
  list: [1, 2, 3, 3, { a: 1 }, { a: 1 }, [1], [1], null, null],
  numbers: [1, 2, 3, 4, 5],
  template: 'Dear {}, \\{{}\\}',
  json: '{"a":[1,2.5,"x"]}',
  'odd, name)': 'odd',
  order: { a: 1, b: [true, null, 'x'] },
};

function call(text: string, random = 0.5): Json {
  return resolveExpression(text, scopeOf(input, { random: () => random }), 'value.$');
}

describe('intrinsic functions', () => {
  it.each<[string, Json]>([
    ["States.Format('Hello {}, {} and {}', $.name, 1.5, null)", 'Hello Ada, 1.5 and null'],
    ["States.Format($.template, $.name, 'x')", 'Dear Ada, {x}'],
    ["States.Format('It\\'s \\{{}\\} \\\\', 1)", "It's {1} \\"],
    ["States.Format('{}', $.order)", '{a=1, b=[true, null, x]}'],
    ["States.Format('no places')", 'no places'],
    ['States.StringToJson($.json)', { a: [1, 2.5, 'x'] }],
    ['States.JsonToString($.order)', '{"a":1,"b":[true,null,"x"]}'],
    ["States.Array('a', 1, true, null, $.name)", ['a', 1, true, null, 'Ada']],
    ['States.Array()', []],
    ['States.ArrayPartition($.numbers, 2)', [[1, 2], [3, 4], [5]]],
    ['States.ArrayPartition($.numbers, 9)', [[1, 2, 3, 4, 5]]],
    ['States.ArrayContains($.list, States.Array(1))', true],
    ['States.ArrayContains($.numbers, 9)', false],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(3, 0, -1)', [3, 2, 1, 0]],
    ['States.ArrayRange(1, 0, 1)', []],
    ['States.ArrayGetItem($.numbers, 4)', 5],
    ['States.ArrayLength($.numbers)', 5],
    ['States.ArrayUnique($.list)', [1, 2, 3, { a: 1 }, [1], null]],
    ["States.Base64Encode('Data to encode ü')", 'RGF0YSB0byBlbmNvZGUgw7w='],
    ["States.Base64Decode('RGF0YSB0byBlbmNvZGUgw7w=')", 'Data to encode ü'],
    ["States.Hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ["States.Hash('', 'MD5')", 'd41d8cd98f00b204e9800998ecf8427e'],
    ['States.JsonMerge($.order, States.StringToJson($.json), false)', { a: [1, 2.5, 'x'], b: [true, null, 'x'] }],
    ['States.MathAdd($.numbers[0], -3)', -2],
    ["States.StringSplit('a,b;;c', ',;')", ['a', 'b', 'c']],
    ['States.UUID()', '00000000-0000-4000-8000-000000000000'],
    ["States.Format('{}{}', States.MathAdd(1, States.ArrayLength($.numbers)), States.Array(1, 'x'))", '6[1, x]'],
    ["States.Array($['odd, name)'], $.list[?(@.a == 1)])", ['odd', [{ a: 1 }, { a: 1 }]]],
    ['States.Array( $.name ,$.numbers[1:3] )', ['Ada', [2, 3]]],
  ])('%s', (text, value) => {
    expect(call(text)).toEqual(value);
  });

  it('draws from the scope, or from the seed', () => {
    expect(call('States.MathRandom(1, 10)', 0)).toBe(1);
    expect(call('States.MathRandom(1, 10)', 0.9999)).toBe(9);
    const seeded = call('States.MathRandom(1, 1000000, 42)', 0);
    expect(call('States.MathRandom(1, 1000000, 42)', 0.7)).toBe(seeded);
    expect(call('States.MathRandom(1, 1000000, 43)')).not.toBe(seeded);
  });
});

describe('refusals', () => {
  it.each([
    'States.ArrayPartition($.numbers, 0)',
    'States.ArrayPartition($.name, 1)',
    'States.ArrayGetItem($.numbers, 5)',
    'States.ArrayGetItem($.numbers, -1)',
    'States.ArrayRange(0, 1000, 1)',
    'States.ArrayRange(0, 10, 0)',
    'States.ArrayLength($.name)',
    "States.Base64Decode('%%%')",
    "States.Hash('x', 'CRC')",
    'States.JsonMerge($.order, $.order, true)',
    'States.JsonMerge($.order, $.numbers, false)',
    "States.MathAdd('1', 2)",
    'States.MathRandom(5, 5)',
    "States.Format('{} {}', 1)",
    "States.Format('{}', 1, 2)",
    "States.StringToJson('{')",
    'States.StringSplit(1, 2)',
  ])('%s', (text) => {
    expect(() => call(text)).toThrow(
      expect.objectContaining({
        errorName: 'States.IntrinsicFailure',
        message: expect.stringMatching(/^The function '.*' had the following error: /) as string,
      }),
    );
  });

  it('refuses texts beyond 10,000 characters', () => {
    const scope = scopeOf({ text: 'x'.repeat(10_001) });
    expect(() => resolveExpression('States.Base64Encode($.text)', scope)).toThrow(/10000 characters but has 10001/);
  });

  it('names the whole expression when the path of an inner call finds nothing', () => {
    const text = "States.Format('{}', States.ArrayLength($.nope))";
    expect(() => resolveExpression(text, scopeOf({ other: 1 }))).toThrow(
      expect.objectContaining({
        errorName: 'States.Runtime',
        message: `The function '${text}' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '{"other":1}'`,
      }),
    );
  });

  it.each([
    'States.Nothing()',
    'States.UUID(1)',
    'States.MathAdd(1)',
    "States.Format('x)",
    'States.Array(1,)',
    'States.Array(x)',
    'States.UUID() x',
    'States.UUID',
  ])('%s is no call', (text) => {
    expect(() => call(text)).toThrow(expect.objectContaining({ errorName: 'States.IntrinsicFailure' }));
  });
});
