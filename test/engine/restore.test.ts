import { describe, expect, test } from 'vitest';
import { performEvaluation } from '../../src/lib/engine/jsonata/evaluate-jsonata.js';
import type { HistoryRecord, Json, Signal } from '../../src/lib/engine/protocol.js';
import { replies, setupOf, STARTED_AT, task } from './machines.js';
import { VirtualDriver, type Answerer } from './virtual-driver.js';

interface Story {
  readonly definition: object;
  readonly input?: Json;
  readonly answer?: () => Answerer;
  /** What is done once the execution rests, and for how long it then goes on. */
  readonly afterwards?: readonly { readonly signal: Signal; readonly lasting?: number }[];
}

const second = 1000;
const jittery = [
  { ErrorEquals: ['Flaky'], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: 'FULL' },
];
const once = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1, MaxAttempts: 1 }];
const flaky = { error: 'Flaky', cause: 'as told' };
const failTwice = [flaky, flaky, { output: { fine: true } }];

const inBranches = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: task('a', { Next: 'A2', Retry: jittery }), A2: { Type: 'Pass', End: true } } },
        { StartAt: 'B', States: { B: { Type: 'Wait', Seconds: 7, Next: 'B2' }, B2: task('b', { End: true }) } },
        { StartAt: 'C', States: { C: { Type: 'Pass', Result: 'c', End: true } } },
      ],
      ResultPath: '$.both',
      Retry: once,
      Next: 'Last',
    },
    Last: task('last', { InputPath: '$.both', End: true }),
  },
};

const overItems = (concurrency: number, fields: object = {}): object => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: concurrency,
      ItemSelector: { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
      ItemProcessor: {
        StartAt: 'First',
        States: {
          First: task('a', { Retry: once, Next: 'Inner' }),
          Inner: {
            Type: 'Map',
            ItemProcessor: {
              StartAt: 'I',
              States: {
                I: { Type: 'Wait', Seconds: 1, Next: 'J' },
                J: { Type: 'Pass', Parameters: { 'of.$': '$$.Map.Item.Value' }, End: true },
              },
            },
            End: true,
          },
        },
      },
      ...fields,
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
});

const STORIES: Readonly<Record<string, Story>> = {
  'a chain with a choice and a variable': {
    definition: {
      StartAt: 'P',
      States: {
        P: { Type: 'Pass', Assign: { count: 2 }, Next: 'Ask' },
        Ask: task('a', { ResultPath: '$.asked', TimeoutSeconds: 9, Next: 'C' }),
        C: { Type: 'Choice', Choices: [{ Variable: '$count', NumericEquals: 2, Next: 'W' }], Default: 'F' },
        W: { Type: 'Wait', SecondsPath: '$count', Next: 'S' },
        S: { Type: 'Succeed', OutputPath: '$.asked' },
        F: { Type: 'Fail' },
      },
    },
  },
  'a task that is retried with jitter, then caught': {
    definition: {
      StartAt: 'T',
      States: {
        T: task('a', {
          Retry: jittery,
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'H' }],
          End: true,
        }),
        H: { Type: 'Pass', End: true },
      },
    },
    answer: () => replies({ a: [flaky] }, { a: 300 }),
  },
  'branches of which one is slow and one fails twice': {
    definition: inBranches,
    answer: () => replies({ a: failTwice }, { a: 2 * second, b: 3 * second, last: second }),
  },
  'a Parallel that is retried as a whole': {
    definition: inBranches,
    answer: () => replies({ a: [flaky, flaky, flaky, flaky, { output: 1 }] }, { a: 500, b: 100 }),
  },
  'a Parallel that fails, redriven': {
    definition: inBranches,
    answer: () => replies({ a: [...Array<typeof flaky>(8).fill(flaky), { output: 1 }] }, { a: 100, b: 100 }),
    afterwards: [{ signal: { kind: 'redrive' } }],
  },
  'an execution that is stopped in a Wait and a back-off, redriven': {
    definition: { TimeoutSeconds: 3, ...inBranches },
    answer: () => replies({ a: [flaky] }, { a: 2500 }),
    afterwards: [
      { signal: { kind: 'redrive' }, lasting: 2700 },
      { signal: { kind: 'stop', error: 'Enough' } },
      { signal: { kind: 'redrive' } },
    ],
  },
  'a Map one by one': {
    definition: overItems(1),
    input: { items: [[1], [], [2, 3]] },
    answer: () => replies({ a: [{ output: [1, 2] }, { output: [] }, flaky, { output: [3] }] }, { a: 400 }),
  },
  'a Map with two at once, an inner Map in each': {
    definition: overItems(2),
    input: { items: [1, 2, 3, 4, 5] },
    answer: () => replies({ a: [{ output: [1, 2] }, { output: [7] }, flaky, { output: [3, 4, 5] }] }, { a: 430 }),
  },
  'a Map without limit that fails and is caught': {
    definition: overItems(0, { Catch: [{ ErrorEquals: ['Flaky'], Next: 'Done' }] }),
    input: { items: [1, 2, 3] },
    answer: () => replies({ a: [{ output: [1, 2] }, flaky, flaky, flaky] }, { a: 1500 }),
  },
  'a Map that fails, redriven twice': {
    definition: overItems(2),
    input: { items: [1, 2, 3, 4] },
    answer: () => replies({ a: [{ output: [1] }, flaky, flaky, flaky, flaky, flaky, { output: [] }] }, { a: 700 }),
    afterwards: [{ signal: { kind: 'redrive' } }, { signal: { kind: 'redrive' } }],
  },
  'a task that times out, caught by the Parallel around': {
    definition: {
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'Slow', States: { Slow: task('a', { TimeoutSeconds: 5, End: true }) } }],
          Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'H' }],
          End: true,
        },
        H: { Type: 'Pass', End: true },
      },
    },
    answer: () => replies({ a: ['silence'] }),
  },
  'JSONata in every place it may stand': {
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'P',
      States: {
        P: { Type: 'Pass', Output: { items: '{% [1..3] %}' }, Assign: { factor: '{% 1 + 1 %}' }, Next: 'Both' },
        Both: {
          Type: 'Parallel',
          Arguments: '{% $states.input.items %}',
          Branches: [
            {
              // Branches evaluate at times of their own: which of two answers comes first is the driver's affair.
              StartAt: 'Later',
              States: {
                Later: { Type: 'Wait', Seconds: 1, Next: 'T' },
                T: task('a', {
                  Arguments: { x: '{% $factor %}' },
                  TimeoutSeconds: '{% 4 + 4 %}',
                  Output: '{% $states.result %}',
                  End: true,
                }),
              },
            },
            {
              StartAt: 'M',
              States: {
                M: {
                  Type: 'Map',
                  MaxConcurrency: '{% 1 %}',
                  Items: '{% $states.input %}',
                  ItemSelector: { n: '{% $states.context.Map.Item.Value * $factor %}' },
                  ItemProcessor: {
                    StartAt: 'W',
                    States: {
                      W: { Type: 'Wait', Seconds: '{% $states.input.n %}', Output: '{% $states.input.n %}', Next: 'B' },
                      B: task('b', { Retry: once, End: true }),
                    },
                  },
                  Output: '{% $sum($states.result) %}',
                  End: true,
                },
              },
            },
          ],
          Catch: [
            {
              ErrorEquals: ['States.ALL'],
              Output: '{% $states.errorOutput.Error %}',
              Assign: { was: '{% $factor %}' },
              Next: 'C',
            },
          ],
          End: true,
        },
        C: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $was = 1 %}', Next: 'P' },
            { Condition: '{% $was = 2 %}', Output: 'two', Next: 'F' },
          ],
        },
        F: { Type: 'Fail', Error: '{% $states.input %}' },
      },
    },
    answer: () =>
      replies({ a: [{ output: 5 }], b: [{ output: 1 }, flaky, { output: 2 }, flaky, flaky] }, { a: 600, b: 300 }),
    afterwards: [{ signal: { kind: 'redrive' } }],
  },
  'more Pass states than one step takes': {
    definition: {
      StartAt: 'Outer',
      States: {
        Outer: {
          Type: 'Map',
          MaxConcurrency: 3,
          ItemProcessor: {
            StartAt: 'A',
            States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'C' }, C: { Type: 'Pass', End: true } },
          },
          End: true,
        },
      },
    },
    input: Array.from({ length: 700 }, (_, index) => index),
  },
};

describe('an execution restored from any prefix of its records goes on as if nothing had happened', () => {
  test.each(Object.entries(STORIES))('%s', async (_name, story) => {
    const setup = setupOf(story.definition, story.input);
    const driver = new VirtualDriver(setup, {
      answer: story.answer?.() ?? replies({}),
      evaluate: performEvaluation,
    }).start();
    await driver.drive();
    for (const { signal, lasting } of story.afterwards ?? []) {
      driver.now += 100;
      driver.send(signal);
      await driver.drive(driver.now + (lasting ?? Infinity));
    }
    expect(driver.records.length).toBeGreaterThan(3);

    // A signal from outside belongs to the run that it was sent to: compare up to the next one.
    for (const [index, cut] of driver.cuts.entries()) {
      const next = nextOutside(driver, index);
      const restored = driver.restoredAt(cut);
      await restored.drive(next.now);
      expect(restored.records.slice(0, next.records).map(plain), `cut after ${cut.records} records`).toEqual(
        driver.records.slice(0, next.records).map(plain),
      );
      expect(restored.records.length).toBeGreaterThanOrEqual(next.records);
    }
  });
});

/** The last cut before the next step that a signal from outside began, or the end. */
function nextOutside(driver: VirtualDriver, from: number): { readonly records: number; readonly now: number } {
  const outside = driver.steps.findIndex(
    (step, index) => index > from && /^Execution(Redriven|Aborted)$/.test(step.records[0]?.event.type ?? ''),
  );
  const cut = driver.cuts[outside === -1 ? driver.cuts.length - 1 : outside - 1]!;
  return { records: cut.records, now: Math.max(cut.now, STARTED_AT) };
}

function plain({ event, note }: HistoryRecord): unknown {
  return JSON.parse(JSON.stringify({ event, note: note ?? null }));
}
