import { describe, expect, it } from 'vitest';
import { describeDiagnostic, invalidDefinitionMessage } from '../../src/lib/definition/diagnostic.js';
import { validateDefinition, type ValidationOptions } from '../../src/lib/definition/validate.js';

type Fields = Record<string, unknown>;

function found(machine: unknown, options?: ValidationOptions): string[] {
  return validateDefinition(JSON.stringify(machine), options).map(describeDiagnostic);
}

/** A machine of one state X that ends, and a Fail state Y for it to lead to. */
function around(state: Fields, machine: Fields = {}): Fields {
  return {
    StartAt: 'X',
    ...machine,
    States: { X: state, ...(JSON.stringify(state).includes('"Y"') ? { Y: { Type: 'Fail' } } : {}) },
  };
}

const TASK = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };

describe('texts that are no state machine', () => {
  it.each([
    ['{', /^INVALID_JSON_DESCRIPTION: /],
    ['[]', /^SCHEMA_VALIDATION_FAILED: Expected value of type Object at $/],
    ['{}', /^SCHEMA_VALIDATION_FAILED: These fields are required: \[StartAt, States\] at $/],
    ['{"StartAt":"X","States":{}}', /Value cannot be empty at \/States$/],
    ['{"StartAt":"X","States":{"X":{}}}', /These fields are required: \[Type\] at \/States\/X$/],
    [
      '{"StartAt":"X","States":{"X":{"Type":"Nap"}}}',
      /Value should be one of the following: \[Task, .*\] at \/States\/X\/Type$/,
    ],
    ['{"StartAt":"X","States":{"X":{"Type":"Task","End":true}}}', /required: \[Resource\] at \/States\/X$/],
    ['{"StartAt":"X","States":{"X":{"Type":"Parallel","Branches":[],"End":true}}}', /empty at \/States\/X\/Branches$/],
    [
      '{"StartAt":"X","States":{"X":{"Type":"Parallel","Branches":[{}],"End":true}}}',
      /\[StartAt, States\] at \/States\/X\/Branches\[0\]$/,
    ],
    ['{"StartAt":"X","States":{"X":{"Type":"Map","End":true}}}', /\[ItemProcessor, Iterator\] at \/States\/X$/],
    ['{"StartAt":"X","States":{"X":{"Type":"Choice","Choices":[]}}}', /empty at \/States\/X\/Choices$/],
  ])('%s', (text, message) => {
    expect(validateDefinition(text).map(describeDiagnostic)).toEqual([expect.stringMatching(message)]);
  });
});

describe('what the documentation forbids', () => {
  const said = (state: object): string[] =>
    validateDefinition(JSON.stringify({ StartAt: 'X', States: { X: { End: true, ...state } } })).map(
      describeDiagnostic,
    );
  const TASK = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage' };
  const batches = (ItemBatcher: object): object => ({
    Type: 'Map',
    ItemBatcher,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
      StartAt: 'Y',
      States: { Y: { Type: 'Pass', End: true } },
    },
  });

  it('expressions of JSONata that are opened or closed wrongly', () => {
    const wrong = 'SCHEMA_VALIDATION_FAILED: JSONata string must start with {% and end with %} at /States/X/Output';
    for (const Output of ['10 %}', '{% 10', ' {% 10 %}', '{% 10 %} ']) {
      expect(said({ Type: 'Pass', QueryLanguage: 'JSONata', Output }), Output).toEqual([wrong]);
    }
    for (const Output of ['{%10%}', '{% \n 10   %}', '10 %', 'a {% 10 %} b']) {
      expect(said({ Type: 'Pass', QueryLanguage: 'JSONata', Output }), Output).toEqual([]);
    }
    expect(said({ Type: 'Pass', Parameters: { a: '10 %}' } })).toEqual([]);
  });

  it('a number and the path of one in the same part of a distributed Map', () => {
    expect(said(batches({ MaxItemsPerBatch: 2, MaxItemsPerBatchPath: '$.n' }))).toEqual([
      'SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [MaxItemsPerBatch, ' +
        'MaxItemsPerBatchPath] at /States/X/ItemBatcher',
    ]);
    expect(said(batches({ MaxItemsPerBatch: 2, MaxInputBytesPerBatchPath: '$.n' }))).toEqual([]);
    const reader = { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { MaxItems: 1, MaxItemsPath: '$.n' } };
    expect(said({ ...batches({ MaxItemsPerBatch: 2 }), ItemReader: reader })).toEqual([
      'SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [MaxItems, MaxItemsPath] at ' +
        '/States/X/ItemReader/ReaderConfig',
    ]);
  });

  it('more levels than anybody can walk, without falling over', () => {
    const deep = (levels: number): string => `${'['.repeat(levels)}"[\\"["${']'.repeat(levels)}`;
    const text = (levels: number): string =>
      `{"StartAt":"X","States":{"X":{"Type":"Pass","End":true,"Result":${deep(levels)}}}}`;
    expect(validateDefinition(text(997))).toEqual([]);
    expect(validateDefinition(text(100_000)).map(describeDiagnostic)).toEqual([
      'INVALID_JSON_DESCRIPTION: The definition has 100003 levels, at most 1000 are read',
    ]);
    expect(said(TASK)).toEqual([]);
  });
});

describe('transitions', () => {
  it('says what CreateStateMachine says', () => {
    const diagnostics = validateDefinition(
      JSON.stringify({
        StartAt: 'pass1',
        States: { pass1: { Type: 'Pass', Next: 'pass3' }, pass2: { Type: 'Pass', End: true } },
      }),
    );
    // The text of localstack issue 11978, where the real service answered.
    expect(invalidDefinitionMessage(diagnostics)).toBe(
      `Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next, ` +
        `MISSING_TRANSITION_TARGET: State "pass2" is not reachable. at /States/pass2'`,
    );
  });

  it.each<[string, Fields, string[]]>([
    [
      'a start that is missing',
      { StartAt: 'Z', States: { X: { Type: 'Succeed' } } },
      [
        "MISSING_TRANSITION_TARGET: Missing 'StartAt' target: Z at /StartAt",
        'MISSING_TRANSITION_TARGET: State "X" is not reachable. at /States/X',
      ],
    ],
    [
      'a catcher that leads nowhere',
      around({ ...TASK, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }] }),
      ["MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at /States/X/Catch[0]/Next"],
    ],
    [
      'a default and a rule that lead nowhere',
      {
        StartAt: 'X',
        States: {
          X: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'Q' }], Default: 'Z' },
          E: { Type: 'Fail' },
        },
      },
      [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Q at /States/X/Choices[0]/Next",
        "MISSING_TRANSITION_TARGET: Missing 'Default' target: Z at /States/X/Default",
        'MISSING_TRANSITION_TARGET: State "E" is not reachable. at /States/E',
      ],
    ],
    [
      'a branch that leads outside',
      {
        StartAt: 'X',
        States: {
          X: { Type: 'Parallel', End: true, Branches: [{ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'X' } } }] },
        },
      },
      ["MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/X/Branches[0]/States/A/Next"],
    ],
    [
      'a circle without a way out',
      { StartAt: 'X', States: { X: { Type: 'Pass', Next: 'X' } } },
      ['MISSING_END_STATE: Workflow has no terminal state at /States'],
    ],
    [
      'a name that is used twice',
      {
        StartAt: 'X',
        States: { X: { Type: 'Map', End: true, ItemProcessor: { StartAt: 'X', States: { X: { Type: 'Succeed' } } } } },
      },
      ['DUPLICATE_STATE_NAME: Duplicate State name: X at /States/X/ItemProcessor/States/X'],
    ],
    [
      'neither Next nor End',
      around({ Type: 'Pass' }),
      [
        'MISSING_END_STATE: Workflow has no terminal state at /States',
        'SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [Next, End] at /States/X',
      ],
    ],
    [
      'both Next and End',
      around({ Type: 'Pass', Next: 'Y', End: true }),
      ['SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [Next, End] at /States/X'],
    ],
  ])('%s', (_, machine, messages) => {
    expect(found(machine).sort()).toEqual([...messages].sort());
  });
});

describe('fields', () => {
  it.each<[Fields, string]>([
    [{ Type: 'Succeed', End: true }, "Field 'End' is not supported at /States/X"],
    [{ ...TASK, Retries: [] }, "Field 'Retries' is not supported at /States/X"],
    [
      { ...TASK, Resource: 'validate' },
      'The resource provided validate is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/X/Resource',
    ],
    [{ ...TASK, TimeoutSeconds: 0 }, 'Minimum value is 1 at /States/X/TimeoutSeconds'],
    [{ ...TASK, TimeoutSeconds: 1e8 }, 'Maximum value is 99999999 at /States/X/TimeoutSeconds'],
    [{ ...TASK, TimeoutSeconds: '5' }, 'Expected value of type Integer at /States/X/TimeoutSeconds'],
    [
      { ...TASK, TimeoutSeconds: 5, HeartbeatSeconds: 5 },
      'HeartbeatSeconds must be smaller than TimeoutSeconds at /States/X/HeartbeatSeconds',
    ],
    [
      { ...TASK, TimeoutSeconds: 5, TimeoutSecondsPath: '$.t' },
      'There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/X',
    ],
    [{ ...TASK, InputPath: 'a' }, 'Value must be a valid JSONPath. at /States/X/InputPath'],
    [{ ...TASK, ResultPath: '$.a[*]' }, 'Value is not a Reference Path at /States/X/ResultPath'],
    [
      { ...TASK, ResultPath: 'a' },
      "Value is not a Reference Path: Reference path didn't start with '$' at /States/X/ResultPath",
    ],
    [
      { ...TASK, Parameters: { 'a.$': 'b' } },
      "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/X/Parameters/a.$",
    ],
    [
      { ...TASK, Parameters: { p: [{ 'a.$': 'States.Nope()' }] } },
      "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/X/Parameters/p[0]/a.$",
    ],
    [
      { ...TASK, Assign: { 'states.$': '$' } },
      "Cannot assign to reserved variable '$states'. at /States/X/Assign/states.$",
    ],
    [
      { ...TASK, Assign: { 'a-b': 1 } },
      "Invalid variable name 'a-b': the variable name contains invalid characters. at /States/X/Assign/a-b",
    ],
    [
      { ...TASK, Arguments: {} },
      "The QueryLanguage is set to 'JSONPath', but field 'Arguments' is only supported for the 'JSONata' QueryLanguage at /States/X",
    ],
    [
      { ...TASK, QueryLanguage: 'JSONata', Parameters: {} },
      "The QueryLanguage is set to 'JSONata', but field 'Parameters' is only supported for the 'JSONPath' QueryLanguage at /States/X",
    ],
    [
      { ...TASK, QueryLanguage: 'JSONata', Arguments: { a: '{% 1' } },
      'JSONata string must start with {% and end with %} at /States/X/Arguments/a',
    ],
    [
      { Type: 'Wait', End: true },
      'This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/X',
    ],
    [
      { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true },
      'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/X',
    ],
    [
      { Type: 'Wait', Timestamp: '2026-01-01 00:00:00Z', End: true },
      'String does not match RFC3339 timestamp at /States/X/Timestamp',
    ],
    [
      { Type: 'Fail', Cause: 'c', CausePath: '$.c' },
      'There should only be one of the following fields: [Cause, CausePath] at /States/X',
    ],
    [
      { Type: 'Fail', CausePath: 'States.Format(' },
      'Value must be a valid intrinsic function call. at /States/X/CausePath',
    ],
  ])('%j', (state, message) => {
    expect(found(around(state)).map((text) => text.replace(/^[A-Z_]+: /, ''))).toEqual([message]);
  });

  it('looks at the machine itself', () => {
    const end = { Type: 'Succeed' };
    expect(found(around(end, { Version: '2.0' }))).toEqual([
      'SCHEMA_VALIDATION_FAILED: Value should be one of the following: [1.0] at /Version',
    ]);
    expect(found(around(end, { Coment: '' }))).toEqual([
      "SCHEMA_VALIDATION_FAILED: Field 'Coment' is not supported at /",
    ]);
    expect(found(around({ ...end, QueryLanguage: 'JSONPath' }, { QueryLanguage: 'JSONata' }))).toEqual([
      "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/X",
    ]);
  });

  it('knows what EXPRESS machines lack', () => {
    const waiting = { ...TASK, Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' };
    expect(found(around(waiting))).toEqual([]);
    expect(found(around(waiting), { type: 'EXPRESS' })).toEqual([
      "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.waitForTaskToken' service integration at /States/X/Resource",
    ]);
  });

  it('warns of what AWS accepts and hardly anybody means', () => {
    expect(found(around({ ...TASK, Parameters: { id: '$.id' } }))).toEqual([
      'NO_DOLLAR: No .$ on a field that appears to be a JSONPath or Intrinsic Function at /States/X/Parameters/id',
    ]);
    expect(found(around({ Type: 'Pass', Result: { 'id.$': '$.id' }, End: true }))).toEqual([
      'PASS_RESULT_IS_STATIC: Attempted to use a path in the result of a Pass state at /States/X/Result',
    ]);
  });
});

describe('retriers and catchers', () => {
  it.each<[Fields, string]>([
    [{ Retry: [{ ErrorEquals: [] }] }, 'Value cannot be empty at /States/X/Retry[0]/ErrorEquals'],
    [
      { Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] },
      'States.ALL must appear alone and at end of list at /States/X/Retry[0]/ErrorEquals',
    ],
    [
      {
        Catch: [
          { ErrorEquals: ['States.ALL'], Next: 'Y' },
          { ErrorEquals: ['E'], Next: 'Y' },
        ],
      },
      'States.ALL must appear alone and at end of list at /States/X/Catch[0]/ErrorEquals',
    ],
    [{ Catch: [{ ErrorEquals: ['E'] }] }, 'These fields are required: [Next] at /States/X/Catch[0]'],
    [{ Retry: [{}] }, 'These fields are required: [ErrorEquals] at /States/X/Retry[0]'],
    [{ Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] }, 'Minimum value is 1 at /States/X/Retry[0]/BackoffRate'],
    [{ Retry: [{ ErrorEquals: ['E'], MaxAttempts: -1 }] }, 'Minimum value is 0 at /States/X/Retry[0]/MaxAttempts'],
    [
      { Retry: [{ ErrorEquals: ['E'], JitterStrategy: 'SOME' }] },
      'Value should be one of the following: [NONE, FULL] at /States/X/Retry[0]/JitterStrategy',
    ],
    [{ Retry: [{ ErrorEquals: ['E'], Next: 'Y' }] }, "Field 'Next' is not supported at /States/X/Retry[0]"],
  ])('%j', (handling, message) => {
    const messages = found(around({ ...TASK, ...handling })).filter((text) => !text.includes('not reachable'));
    expect(messages).toEqual([`SCHEMA_VALIDATION_FAILED: ${message}`]);
  });
});

describe('choice rules', () => {
  it.each<[Fields, string]>([
    [{ Variable: '$.a', IsNull: true }, 'These fields are required: [Next] at /States/X/Choices[0]'],
    [
      { Next: 'Y' },
      'The object must have only one of the following fields, [And, Or, Not, Variable, Condition] at /States/X/Choices[0]',
    ],
    [
      { Variable: '$.a', Next: 'Y' },
      'There should only be one of the following fields: [StringEquals, NumericEquals, BooleanEquals, IsPresent, ...] at /States/X/Choices[0]',
    ],
    [
      { Variable: '$.a', IsNull: true, StringEquals: 'x', Next: 'Y' },
      'There should only be one of the following fields: [IsNull, StringEquals] at /States/X/Choices[0]',
    ],
    [
      { Variable: 'a', IsNull: true, Next: 'Y' },
      "Value is not a Reference Path: Reference path didn't start with '$' at /States/X/Choices[0]/Variable",
    ],
    [
      { Variable: '$.a', NumericEquals: '1', Next: 'Y' },
      'Expected value of type Number at /States/X/Choices[0]/NumericEquals',
    ],
    [
      { Variable: '$.a', TimestampEquals: 'now', Next: 'Y' },
      'String does not match RFC3339 timestamp at /States/X/Choices[0]/TimestampEquals',
    ],
    [
      { And: [{ Variable: '$.a', IsNull: true, Next: 'Y' }], Next: 'Y' },
      "Field 'Next' is not supported at /States/X/Choices[0]/And[0]",
    ],
    [{ Not: [], Next: 'Y' }, 'Expected value of type Object at /States/X/Choices[0]/Not'],
    [
      { Condition: '{% true %}', Next: 'Y' },
      "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage at /States/X/Choices[0]",
    ],
  ])('%j', (rule, message) => {
    expect(found(around({ Type: 'Choice', Choices: [rule], Default: 'Y' }))).toEqual([
      `SCHEMA_VALIDATION_FAILED: ${message}`,
    ]);
  });
});
