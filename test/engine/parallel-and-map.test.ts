import { expect, test } from 'vitest';
import type { Json } from '../../src/lib/engine/protocol.js';
import { replies, setupOf, task } from './machines.js';
import { outline, play } from './story.js';

const boom = { error: 'Boom', cause: 'as told' };
const branch = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } });

test('a failing branch stops its siblings, from the inside out, and nobody listens to them any more', async () => {
  const definition = {
    StartAt: 'P',
    States: {
      P: {
        Type: 'Parallel',
        Branches: [
          branch('A', task('a', { End: true })),
          branch('W', { Type: 'Wait', Seconds: 60, End: true }),
          branch('Inner', { Type: 'Parallel', Branches: [branch('B', task('b', { End: true }))], End: true }),
          branch('Quick', { Type: 'Pass', End: true }),
        ],
        End: true,
      },
    },
  };
  const driver = await play(setupOf(definition), replies({ a: [boom], b: ['silence'] }, { a: 1000 }));
  expect(outline(driver, 14)).toEqual([
    '14 <- 10 LambdaFunctionStarted',
    '15 <- 13 LambdaFunctionFailed',
    '16 <- 15 TaskStateAborted',
    '17 <- 15 WaitStateAborted',
    '18 <- 15 TaskStateAborted',
    '19 <- 15 ParallelStateAborted',
    '20 <- 15 ParallelStateFailed',
    '21 <- 20 ExecutionFailed',
  ]);
  const cancelled = driver.steps.at(-1)!.effects.map((effect) => effect.key);
  expect(cancelled.sort()).toEqual(['task:10', 'wait:6'].sort());
});

test('an inner Parallel that fails says so once', async () => {
  const inner = { Type: 'Parallel', Branches: [branch('A', task('a', { End: true }))], End: true };
  const definition = {
    StartAt: 'P',
    States: { P: { Type: 'Parallel', Branches: [branch('Inner', inner)], End: true } },
  };
  const driver = await play(setupOf(definition), replies({ a: [boom] }));
  expect(outline(driver, 8)).toEqual([
    '8 <- 7 LambdaFunctionStarted',
    '9 <- 8 LambdaFunctionFailed',
    '10 <- 9 TaskStateAborted',
    '11 <- 9 ParallelStateFailed',
    '12 <- 11 ParallelStateFailed',
    '13 <- 12 ExecutionFailed',
  ]);
});

const overItems = (fields: object, states: Record<string, object> = { A: task('a', { End: true }) }): object => ({
  StartAt: 'M',
  States: { M: { Type: 'Map', ItemProcessor: { StartAt: 'A', States: states }, ...fields, End: true } },
});

test.each([
  [1, 1],
  [2, 2],
  [0, 40],
  [1000, 40],
])('MaxConcurrency %i of 45 items runs %i at once', async (MaxConcurrency, expected) => {
  const items = Array.from({ length: 45 }, (_, index) => index);
  const driver = await play(
    setupOf(overItems({ MaxConcurrency }), items),
    replies({ a: [{ output: 'x' }] }, { a: 1000 }),
  );
  let running = 0;
  let most = 0;
  for (const { event } of driver.records) {
    running += event.type === 'MapIterationStarted' ? 1 : event.type === 'MapIterationSucceeded' ? -1 : 0;
    most = Math.max(most, running);
  }
  expect(most).toBe(expected);
  expect(driver.execution.status).toBe('SUCCEEDED');
});

test('outputs keep the order of the items, whoever ends first', async () => {
  const states = {
    A: { Type: 'Wait', SecondsPath: '$.wait', Next: 'B' },
    B: { Type: 'Pass', Parameters: { 'name.$': '$.name', 'index.$': '$$.Map.Item.Index' }, End: true },
  };
  const input = [3, 1, 2].map((wait) => ({ wait, name: `n${wait}` }));
  const driver = await play(setupOf(overItems({}, states), input), replies({}));
  expect(JSON.parse(driver.steps.at(-1)!.output!)).toEqual([
    { name: 'n3', index: 0 },
    { name: 'n1', index: 1 },
    { name: 'n2', index: 2 },
  ]);
});

test.each<[string, object, Json, object]>([
  [
    'no array',
    {},
    { items: 1 },
    { error: 'States.Runtime', cause: expect.stringContaining('must point to array') as string },
  ],
  ['no items', { ItemsPath: '$.items' }, { items: [] }, { status: 'SUCCEEDED', output: '[]' }],
  ['a selector that finds nothing', { ItemSelector: { 'x.$': '$.absent' } }, [1], { error: 'States.Runtime' }],
])('a Map over %s', async (_name, fields, input, expected) => {
  const driver = await play(setupOf(overItems(fields), input), replies({}));
  expect(driver.steps.at(-1)).toMatchObject(expected);
});

test('a failing iteration stops the others', async () => {
  const driver = await play(
    setupOf(overItems({ MaxConcurrency: 2 }), [1, 2, 3]),
    replies({ a: [boom, 'silence'] }, { a: 1000 }),
  );
  expect(outline(driver, 12)).toEqual([
    '12 <- 10 LambdaFunctionFailed',
    '13 <- 12 MapIterationFailed',
    '14 <- 12 TaskStateAborted',
    '15 <- 12 TaskStateAborted',
    '16 <- 12 MapIterationAborted',
    '17 <- 12 MapStateFailed',
    '18 <- 17 ExecutionFailed',
  ]);
});

test('variables of a branch stay in it', async () => {
  const definition = {
    StartAt: 'Set',
    States: {
      Set: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [branch('A', { Type: 'Pass', Assign: { y: 2 }, Parameters: { 'sees.$': '$x' }, End: true })],
        Next: 'After',
      },
      After: { Type: 'Pass', Parameters: { 'y.$': '$y' }, End: true },
    },
  };
  const driver = await play(setupOf(definition), replies({}));
  expect(driver.steps.at(-1)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});
