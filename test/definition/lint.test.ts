import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPlaceholders } from '../../src/lib/definition/fill-placeholders.js';
import { lintDefinition, type LintOptions } from '../../src/lib/definition/lint/lint-definition.js';
import { ROOT } from '../support/run-orders.js';
import { recordings } from './recordings.js';

/** What AWS has run; one is shown as `<omitted>` in it. */
const recordedDefinitions = (): { id: string; text: string }[] =>
  recordings()
    .scenarios.flatMap(({ id, runs }) => runs.map(({ definition }) => ({ id, text: definition })))
    .filter(({ text }) => !text.includes('<omitted>'));

type Fields = Record<string, unknown>;

const INVOKE = 'arn:aws:states:::lambda:invoke';
const RETRY = [{ ErrorEquals: ['Lambda.ServiceException', 'Lambda.TooManyRequestsException'] }];
/** A task of which nothing is to be said. */
const task = (more: Fields = {}): Fields => ({
  Type: 'Task',
  Resource: INVOKE,
  Parameters: { FunctionName: 'f' },
  TimeoutSeconds: 10,
  Retry: RETRY,
  End: true,
  ...more,
});
const pass = (more: Fields = {}): Fields => ({ Type: 'Pass', End: true, ...more });
const machine = (states: Record<string, Fields>, more: Fields = {}): Fields => ({
  StartAt: Object.keys(states)[0],
  States: states,
  ...more,
});

async function found(definition: Fields | string, options?: LintOptions): Promise<string[]> {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  return (await lintDefinition(text, options)).map(({ rule, location }) => `${rule} ${location ?? ''}`.trim());
}

describe('a rule finds what it is for, and nothing in what is well', () => {
  const catching = (ErrorEquals: string[], more: Fields = {}): Fields =>
    machine({ T: task({ Catch: [{ ErrorEquals, Next: 'Lost', ...more }] }), Lost: { Type: 'Fail', Error: 'Lost' } });

  it.each<[string, Fields, string[], LintOptions?]>([
    ['a task that is well', machine({ T: task() }), []],
    ['no time-out', machine({ T: task({ TimeoutSeconds: undefined }) }), ['missing-timeout /States/T']],
    ['a time-out by path', machine({ T: task({ TimeoutSeconds: undefined, TimeoutSecondsPath: '$.t' }) }), []],
    [
      'a token with a heartbeat',
      machine({
        T: task({
          Resource: `${INVOKE}.waitForTaskToken`,
          TimeoutSeconds: undefined,
          HeartbeatSeconds: 60,
          Retry: undefined,
        }),
      }),
      [],
    ],
    ['nothing retried', machine({ T: task({ Retry: undefined }) }), ['missing-retry /States/T']],
    [
      'another service needs no such retry',
      machine({ T: task({ Resource: 'arn:aws:states:::sns:publish', Retry: undefined }) }),
      [],
    ],
    ['everything caught before a Fail', catching(['States.ALL']), ['catch-all-before-fail /States/T/Catch[0]']],
    ['business caught before a Fail', catching(['OutOfStockError']), []],
    [
      'everything caught, and life goes on',
      machine({ T: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'On' }] }), On: pass() }),
      [],
    ],
    ['a misspelt reserved name', catching(['States.TimeOut']), ['error-name /States/T/Catch[0]/ErrorEquals']],
    [
      'a misspelt name of Lambda',
      catching(['Lambda.ServiceExceptions']),
      ['error-name /States/T/Catch[0]/ErrorEquals'],
    ],
    [
      'a name that a Fail state throws',
      machine({
        P: {
          Type: 'Parallel',
          Branches: [machine({ F: { Type: 'Fail', Error: 'States.Mine' } })],
          Catch: [{ ErrorEquals: ['States.Mine'], Next: 'On' }],
          End: true,
        },
        On: pass(),
      }),
      [],
    ],
    ['what is never caught', catching(['States.Runtime']), ['error-name /States/T/Catch[0]/ErrorEquals']],
    [
      'a name nobody throws',
      catching(['OutOfStock']),
      ['error-name /States/T/Catch[0]/ErrorEquals'],
      { thrown: new Set(['OutOfStockError']) },
    ],
    ['a name somebody throws', catching(['OutOfStockError']), [], { thrown: new Set(['OutOfStockError']) }],
    [
      'a heartbeat that is not beaten',
      catching(['States.HeartbeatTimeout']),
      ['error-name /States/T/Catch[0]/ErrorEquals'],
    ],
    [
      'a retrier behind one that takes all',
      machine({
        T: task({ Retry: [{ ErrorEquals: ['States.TaskFailed'] }, { ErrorEquals: ['Lambda.ServiceException'] }] }),
      }),
      ['shadowed-error /States/T/Retry[1]/ErrorEquals'],
    ],
    [
      'a time-out behind one that takes all but it',
      machine({ T: task({ Retry: [{ ErrorEquals: ['States.TaskFailed'] }, { ErrorEquals: ['States.Timeout'] }] }) }),
      [],
    ],
    [
      'retries that outlast the machine',
      machine({ T: task() }, { TimeoutSeconds: 46 }),
      ['retries-beyond-timeout /TimeoutSeconds'],
    ],
    // Four tries of 10 s, and waits of 1, 2 and 4 s.
    ['retries that fit', machine({ T: task() }, { TimeoutSeconds: 47 }), []],
    [
      'the same on Express without a time-out',
      machine({ T: task({ TimeoutSeconds: 100 }) }),
      ['retries-beyond-timeout /'],
      { type: 'EXPRESS' },
    ],
    [
      'a wait that Express does not live to see',
      machine({ W: { Type: 'Wait', Seconds: 301, Next: 'P' }, P: pass() }),
      ['retries-beyond-timeout /', 'express-limit /States/W/Seconds'],
      { type: 'EXPRESS' },
    ],
    [
      'circles have no longest way',
      machine(
        {
          A: pass({ End: undefined, Next: 'C' }),
          C: { Type: 'Choice', Choices: [{ Variable: '$.x', IsPresent: true, Next: 'A' }], Default: 'E' },
          E: pass(),
        },
        { TimeoutSeconds: 1 },
      ),
      [],
    ],
    ['an unreachable state', machine({ A: pass(), B: pass() }), ['missing-transition-target /States/B']],
    [
      'an unknown Next',
      machine({ A: pass({ End: undefined, Next: 'Nowhere' }), B: pass() }),
      ['missing-transition-target /States/A/Next', 'missing-transition-target /States/B'],
    ],
  ])('%s', async (_, definition, expected, options) => {
    expect(await found(definition, options)).toEqual(expected);
  });
});

describe('paths that cannot exist', () => {
  const then = (first: Fields, path: string): Fields =>
    machine({ A: { ...first, End: undefined, Next: 'B' }, B: pass({ InputPath: path }) });
  const at = ['impossible-path /States/B/InputPath'];

  it.each<[string, Fields, string[]]>([
    ['what a Pass has made', then(pass({ Result: { a: { b: 1 } } }), '$.a.b'), []],
    ['what a Pass has not made', then(pass({ Result: { a: { b: 1 } } }), '$.a.c'), at],
    ['what a Pass has put beside the input', then(pass({ Result: 1, ResultPath: '$.x' }), '$.other'), []],
    ['beyond the end of an array', then(pass({ Result: [1, 2] }), '$[2]'), at],
    ['the envelope of lambda:invoke', then(task(), '$.order'), at],
    ['what lies in the envelope', then(task(), '$.Payload.order'), []],
    ['beside the envelope', then(task({ ResultPath: '$.validation' }), '$.validation.order'), at],
    ['chosen from the envelope', then(task({ ResultSelector: { 'order.$': '$.Payload' } }), '$.order.id'), []],
    ['not chosen from the envelope', then(task({ ResultSelector: { 'order.$': '$.Payload' } }), '$.Payload'), at],
    [
      'a Parallel has as many results as branches',
      then({ Type: 'Parallel', Branches: [machine({ X: pass() }), machine({ Y: pass() })] }, '$[2]'),
      at,
    ],
    ['a Map gives an array', then({ Type: 'Map', ItemProcessor: machine({ X: pass({ Result: {} }) }) }, '$.items'), at],
    ['filters are not judged', then(pass({ Result: [1] }), '$[?(@.x)]'), []],
    [
      'a Catch without ResultPath throws the input away',
      machine({
        A: pass({ Result: { id: 1 }, End: undefined, Next: 'T' }),
        T: task({ Catch: [{ ErrorEquals: ['E'], Next: 'C' }] }),
        C: pass({ InputPath: '$.id' }),
      }),
      ['impossible-path /States/C/InputPath'],
    ],
    [
      'a Catch with ResultPath keeps it',
      machine({
        A: pass({ Result: { id: 1 }, End: undefined, Next: 'T' }),
        T: task({ Catch: [{ ErrorEquals: ['E'], Next: 'C', ResultPath: '$.error' }] }),
        C: pass({ InputPath: '$.id' }),
      }),
      [],
    ],
    [
      'what one of two ways has made',
      machine({
        C: { Type: 'Choice', Choices: [{ Variable: '$.x', IsPresent: true, Next: 'L' }], Default: 'R' },
        L: pass({ Result: { left: 1 }, End: undefined, Next: 'J' }),
        R: pass({ Result: { right: 1 }, End: undefined, Next: 'J' }),
        J: pass({ Parameters: { 'l.$': '$.left', 'n.$': '$.neither' } }),
      }),
      ['impossible-path /States/J/Parameters/n.$'],
    ],
    [
      'the token of a task that waits for none',
      machine({ T: task({ Parameters: { FunctionName: 'f', 'Payload.$': '$$.Task.Token' } }) }),
      ['impossible-path /States/T/Parameters/Payload.$'],
    ],
    [
      'an item outside of a Map',
      machine({ P: pass({ Parameters: { 'i.$': '$$.Map.Item.Index' } }) }),
      ['impossible-path /States/P/Parameters/i.$'],
    ],
    [
      'a misspelt member of the context',
      machine({ P: pass({ Parameters: { 'i.$': '$$.Execution.ID' } }) }),
      ['impossible-path /States/P/Parameters/i.$'],
    ],
    [
      'inside a call',
      machine({
        A: pass({ Result: { a: 1 }, End: undefined, Next: 'B' }),
        B: pass({ Parameters: { 'n.$': "States.Format('{}', $.b)" } }),
      }),
      ['impossible-path /States/B/Parameters/n.$'],
    ],
  ])('%s', async (_, definition, expected) => {
    expect(await found(definition)).toEqual(expected);
  });
});

/** States.DataLimitExceeded and a path that fails are in the recordings; nothing else may be wrong with what AWS has run. */
it('finds in what AWS has run only what went wrong there', async () => {
  const wrong = new Set<string>();
  for (const { text, id } of recordedDefinitions()) {
    for (const { severity, rule, location } of await lintDefinition(text)) {
      const advice = [
        'missing-timeout',
        'missing-retry',
        'catch-all-before-fail',
        'no-dollar',
        'pass-result-is-static',
      ];
      if (severity === 'error' || !advice.includes(rule))
        wrong.add(`${id.split('::').at(-1) ?? ''}: ${rule} ${location ?? ''}`);
    }
  }
  expect([...wrong]).toEqual([
    'test_invalid_jsonpath[INVALID_JSONPATH_IN_ERRORPATH]: impossible-path /States/fail/ErrorPath',
  ]);
});

it.each(['STANDARD', 'EXPRESS'] as const)('has nothing to say of the order workflow as %s', async (type) => {
  const settings = JSON.parse(readFileSync(join(ROOT, 'workflows/order-processing/workflow.json'), 'utf8')) as {
    types: Record<string, Record<string, number>>;
  };
  const template = readFileSync(join(ROOT, 'workflows/order-processing/order-processing.asl.json'), 'utf8');
  const text = template.replace(/\$\{(\w+)\}/g, (whole, name: string) => String(settings.types[type]?.[name] ?? whole));
  expect(await lintDefinition(fillPlaceholders(text).text, { type })).toEqual([]);
});

describe('templates', () => {
  it('of Terraform, SAM and CloudFormation are filled', () => {
    const text = `{"Resource": "\${Fn}", "TimeoutSeconds": \${Seconds}, "Arn": "arn:\${AWS::Partition}:x:\${Name}", "c": "$\${literal} \\"\${Q}"}`;
    expect(fillPlaceholders(text)).toEqual({
      text: JSON.stringify(
        {
          Resource: 'arn:aws:lambda:us-east-1:000000000000:function:placeholder:live',
          TimeoutSeconds: 1,
          Arn: 'arn:aws:x:${Name}',
          c: '${literal} "${Q}',
        },
        undefined,
        2,
      ),
      placeholders: ['Fn', 'Seconds', 'AWS::Partition', 'Name', 'Q'],
    });
    const resource = { Resource: { 'Fn::GetAtt': ['f', 'Arn'] } };
    expect(fillPlaceholders(JSON.stringify(resource)).placeholders).toEqual(['Fn::GetAtt']);
  });

  it('without any are left as they are, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('$'));
        expect(fillPlaceholders(text)).toEqual({ text, placeholders: [] });
      }),
    );
  });
});

describe('never crashes', () => {
  const definitions = recordedDefinitions().map(({ text }) => text);

  it('on any text', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => void (await lintDefinition(text))));
    await fc.assert(fc.asyncProperty(fc.json(), async (text) => void (await lintDefinition(text))));
  });

  it('on definitions in which something is replaced by anything', async () => {
    const odd = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.string(),
      fc.constant({}),
      fc.constant([]),
      fc.constant([1]),
      fc.constant({ 'a.$': 3 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...definitions), fc.nat(), odd, async (text, place, value) => {
        let seen = 0;
        const count = text.split('":').length;
        const changed = JSON.stringify(
          JSON.parse(text, (_, held: unknown) => ((seen += 1) === (place % count) + 1 ? value : held)),
        );
        await lintDefinition(changed ?? 'null');
      }),
      { numRuns: 400 },
    );
  });

  it('on ten thousand states in a row', async () => {
    const states = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`S${index}`, { Type: 'Pass', Next: `S${index + 1}` }]),
    );
    expect(await found({ StartAt: 'S0', States: { ...states, S10000: pass() }, TimeoutSeconds: 60 })).toEqual([]);
  });
});
