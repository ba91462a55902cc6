import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../src/lib/definition/parse.js';
import { LanguageError } from '../../../src/lib/engine/language-error.js';
import type { Json } from '../../../src/lib/engine/protocol.js';
import { resolveTemplate } from '../../../src/lib/engine/templates/resolve-template.js';
import { readPath } from '../../../src/lib/engine/paths/read-path.js';
import { recordings } from '../../definition/recordings.js';
import { scopeOf } from '../scope.js';

/** Recorded machines of one Pass state: what it made of its input, or the error of the execution. */
const runs = recordings().scenarios.flatMap((scenario) =>
  scenario.runs.flatMap((run, position) => {
    const machine = parseDefinition(run.definition);
    const state = machine.States[machine.StartAt]!;
    const alone = Object.keys(machine.States).length === 1;
    if (!alone || state.Type !== 'Pass' || machine.QueryLanguage === 'JSONata' || state.QueryLanguage === 'JSONata') {
      return [];
    }
    if (state.Assign || state.ResultPath !== undefined || state.Result !== undefined) return [];
    if (state.Parameters === undefined && state.InputPath === undefined && state.OutputPath === undefined) return [];
    const last = run.expected.events?.at(-1);
    if (!last) return [];
    return [{ id: `${scenario.id.split('::').at(-1)}#${position}`, state, input: run.input, last }];
  }),
);

const WILDCARD = /<.*>|Generated$|^snf_role_arn$|^(start|entered)-time|-time$/;

function expectLike(actual: unknown, recorded: unknown): void {
  if (typeof recorded === 'string' && WILDCARD.test(recorded)) expect(actual).toBeDefined();
  else if (typeof recorded === 'object' && recorded !== null && !Array.isArray(recorded)) {
    expect(Object.keys(actual as object)).toEqual(expect.arrayContaining(Object.keys(recorded)));
    for (const [name, value] of Object.entries(recorded)) expectLike((actual as Record<string, unknown>)[name], value);
  } else expect(actual).toEqual(recorded);
}

describe('payload templates, paths and intrinsic functions as AWS resolved them', () => {
  it.each(runs)('$id', ({ state, input, last }) => {
    const value = JSON.parse(input ?? '{}') as Json;
    const context: Json = {
      Execution: { Id: 'arn', Input: value, Name: 'name', RoleArn: 'arn', StartTime: 'date', RedriveCount: 0 },
      State: { Name: 'TestState', EnteredTime: 'date' },
      StateMachine: { Id: 'arn', Name: 'a-b-c' },
    };
    const resolve = () => {
      const effective =
        typeof state.InputPath !== 'string' ? value : readPath(state.InputPath, scopeOf(value, { context }));
      const result =
        state.Parameters === undefined ? effective : resolveTemplate(state.Parameters, scopeOf(effective, { context }));
      return typeof state.OutputPath !== 'string' ? result : readPath(state.OutputPath, scopeOf(result, { context }));
    };
    const failure = last.executionFailedEventDetails;
    if (failure === undefined) {
      const output = last.executionSucceededEventDetails?.output;
      expectLike(resolve(), typeof output === 'string' ? JSON.parse(output) : output);
      return;
    }
    let thrown: unknown;
    try {
      resolve();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LanguageError);
    expect((thrown as LanguageError).errorName).toBe(failure.error);
    const cause = (thrown as LanguageError).message.replace(JSON.stringify(value), '<json-input:1>');
    expect(failure.cause).toMatch(/ \(entered at the event id #2\)\. /);
    expect(failure.cause?.replace(/^.* \(entered at the event id #2\)\. /, '')).toBe(cause);
  });
});
