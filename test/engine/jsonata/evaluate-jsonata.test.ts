import { describe, expect, it } from 'vitest';
import { jsonataExpression } from '../../../src/lib/definition/jsonata-text.js';
import { parseDefinition } from '../../../src/lib/definition/parse.js';
import {
  evaluateJsonata,
  jsonataFailure,
  unexpectedType,
  type Evaluation,
} from '../../../src/lib/engine/jsonata/evaluate-jsonata.js';
import type { Json, Sources } from '../../../src/lib/engine/protocol.js';
import { recordings } from '../../definition/recordings.js';

const sources: Sources = {
  now: () => Date.UTC(2026, 10, 22, 13, 0, 0),
  random: () => 0.25,
  uuid: () => '00000000-0000-4000-8000-000000000000',
};

function evaluate(expression: string, bindings: Json = {}): Promise<Evaluation> {
  return evaluateJsonata(expression, bindings, sources);
}

/** Recorded machines of one JSONata state whose Output is one expression of the input. */
const recorded = recordings().scenarios.flatMap((scenario) =>
  scenario.runs.flatMap((run, position) => {
    const machine = parseDefinition(run.definition);
    const state = machine.States[machine.StartAt]!;
    const alone = Object.keys(machine.States).length === 1 && state.Type === 'Pass' && !state.Assign;
    const expression = alone && typeof state.Output === 'string' ? jsonataExpression(state.Output) : undefined;
    if (expression === undefined) return [];
    const output = run.expected.events?.at(-1)?.executionSucceededEventDetails?.output;
    if (output === undefined) return [];
    return [{ id: `${scenario.id.split('::').at(-1)}#${position}`, expression, input: run.input ?? '{}', output }];
  }),
);

describe('expressions as AWS evaluated them', () => {
  it.each(recorded)('$id $expression of $input', async ({ expression, input, output }) => {
    const { value, failure } = await evaluate(expression, { states: { input: JSON.parse(input) as Json } });
    expect(failure).toBeUndefined();
    expect(value).toEqual(typeof output === 'string' ? JSON.parse(output) : output);
  });
});

describe('what an expression gives', () => {
  it.each<[string, Json]>([
    ['$total + 1', 31],
    ['null', null],
    ['{"a": [1], "b": null}', { a: [1], b: null }],
    ['$lines.sku', ['A', 'B']],
    ['$lines[0].sku', 'A'],
    ['$lines[price > 100]', []],
    ['$random()', 0.25],
    ['$uuid()', '00000000-0000-4000-8000-000000000000'],
    ['$now()', '2026-11-22T13:00:00.000Z'],
    ["$now('[Y0001]')", '2026'],
    ['$millis()', 1795352400000],
    ["$hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$partition([1,2,3], 2.9)', [[1, 2], [3]]],
    ['$partition([[1],[2]], 1)', [[[1]], [[2]]]],
    ['$parse("[1,2]")[1]', 2],
  ])('%s', async (expression, value) => {
    const lines = [
      { sku: 'A', price: 5 },
      { sku: 'B', price: 10 },
    ];
    const evaluation = await evaluate(expression, { total: 30, lines });
    if (Array.isArray(value) && value.length === 0) expect(evaluation).toEqual({});
    else expect(evaluation).toEqual({ value });
  });

  it('is the same for the same seed', async () => {
    expect(await evaluate('$random(7)')).toEqual(await evaluate('$random(7)'));
    expect(await evaluate('$random(8)')).not.toEqual(await evaluate('$random(7)'));
  });

  it.each([
    '$doesNotExist',
    '$states.input.absent',
    '$partition([], 1)',
    '$partition([1], 0)',
    '$range(1, 2)',
    '$range(1, 3, -1)',
    "$hash('x')",
  ])('%s gives nothing', async (expression) => {
    expect(await evaluate(expression, { states: { input: {} } })).toEqual({});
  });

  it.each([
    ['$fn := function($x){$x}', 'returned an unsupported result type.'],
    [
      '1 + "a"',
      'threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number',
    ],
    ['$eval("1")', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ['a[1,2)', 'threw an error during evaluation. S0202: Expected "]", got ","'],
    ['$range(1, 400000, 1)', 'threw an error during evaluation. Expression evaluation memory limit exceeded'],
    ["$error('no stock')", 'threw an error during evaluation. D3137: no stock'],
  ])('%s fails', async (expression, failure) => {
    expect(await evaluate(expression)).toEqual({ failure });
  });

  it('ends an expression that never would', async () => {
    const { failure } = await evaluate('($f := function($n){ 1 + $f($n + 1) }; $f(1))');
    expect(failure).toMatch(/^threw an error during evaluation\. D1011: /);
  });
});

describe('causes', () => {
  it('are the sentences of the recordings', () => {
    expect(jsonataFailure('$doesNotExist', 'Output/result')).toBe(
      "The JSONata expression '$doesNotExist' specified for the field 'Output/result' returned nothing (undefined).",
    );
    expect(jsonataFailure('1', 'Items', unexpectedType('array', 1))).toBe(
      "The JSONata expression '1' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'number' for value: 1",
    );
  });
});
