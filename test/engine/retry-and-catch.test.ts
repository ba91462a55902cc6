import { describe, expect, test } from 'vitest';
import { decideRetry, findCatcher, matchesError, retryDelay } from '../../src/lib/engine/retry-and-catch.js';
import { replies, setupOf, task } from './machines.js';
import { VirtualDriver } from './virtual-driver.js';

const flaky = { error: 'Flaky', cause: 'as told' };

describe('which errors a list of names takes', () => {
  test.each([
    [['Flaky'], 'Flaky', true],
    [['Other', 'Flaky'], 'Flaky', true],
    [['Other'], 'Flaky', false],
    [['States.ALL'], 'Flaky', true],
    [['States.ALL'], 'States.DataLimitExceeded', true],
    [['States.ALL'], 'States.Runtime', false],
    [['States.Runtime'], 'States.Runtime', false],
    [['States.TaskFailed'], 'Flaky', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.Timeout'], 'States.Timeout', true],
    [['States.Timeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.Timeout', false],
    [['States.ALL'], '', true],
  ])('%j and %s: %s', (names, error, expected) => {
    expect(matchesError(names, error)).toBe(expected);
  });
});

describe('how long until the next attempt, in milliseconds', () => {
  test.each([
    ['the defaults', {}, [1000, 2000, 4000, 8000]],
    ['an interval', { IntervalSeconds: 3 }, [3000, 6000, 12_000]],
    ['a flat rate', { IntervalSeconds: 5, BackoffRate: 1 }, [5000, 5000]],
    ['a broken rate', { IntervalSeconds: 1, BackoffRate: 1.5 }, [1000, 1500, 2250]],
    ['a ceiling', { IntervalSeconds: 2, MaxDelaySeconds: 5 }, [2000, 4000, 5000, 5000]],
    [
      'full jitter, half drawn',
      { IntervalSeconds: 2, MaxDelaySeconds: 5, JitterStrategy: 'FULL' as const },
      [1000, 2000, 2500],
    ],
  ])('%s', (_name, fields, expected) => {
    const delays = expected.map((_, attempt) => retryDelay({ ErrorEquals: ['E'], ...fields }, attempt, () => 0.5));
    expect(delays).toEqual(expected);
  });
});

test('the first retrier that matches decides, and each has attempts of its own', () => {
  const retriers = [{ ErrorEquals: ['A'], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'] }];
  const decide = (error: string, used: number[]): number | undefined =>
    decideRetry(retriers, { error }, used, () => 0)?.index;
  expect(decide('A', [])).toBe(0);
  expect(decide('A', [1])).toBeUndefined();
  expect(decide('B', [1, 2])).toBe(1);
  expect(decide('B', [0, 3])).toBeUndefined();
  expect(decideRetry([{ ErrorEquals: ['A'], MaxAttempts: 0 }], { error: 'A' }, [], () => 0)).toBeUndefined();
  expect(
    findCatcher(
      [
        { ErrorEquals: ['A'], Next: 'x' },
        { ErrorEquals: ['States.ALL'], Next: 'y' },
      ],
      { error: 'B' },
    ),
  ).toBe(1);
});

test('attempts happen when their delay is over and see how many went before', async () => {
  const definition = {
    StartAt: 'T',
    States: {
      T: task('a', {
        Parameters: { 'attempt.$': '$$.State.RetryCount' },
        Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 2, MaxAttempts: 2 }],
        End: true,
      }),
    },
  };
  const driver = new VirtualDriver(setupOf(definition), { answer: replies({ a: [flaky] }) }).start();
  await driver.drive();
  const scheduled = driver.records.map(({ event }) => event).filter(({ type }) => type === 'LambdaFunctionScheduled');
  expect(scheduled.map(({ timestamp }) => timestamp - scheduled[0]!.timestamp)).toEqual([0, 2000, 6000]);
  expect(scheduled.map((event) => event['lambdaFunctionScheduledEventDetails']?.['input'])).toEqual([
    '{"attempt":0}',
    '{"attempt":1}',
    '{"attempt":2}',
  ]);
  expect(driver.steps.at(-1)).toMatchObject({ status: 'FAILED', ...flaky });
});

test('what goes wrong on the way to a catcher is not caught by it', async () => {
  const definition = {
    StartAt: 'T',
    States: {
      T: task('a', { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.text.error', Next: 'H' }], End: true }),
      H: { Type: 'Pass', End: true },
    },
  };
  const driver = new VirtualDriver(setupOf(definition, { text: 'no object' }), {
    answer: replies({ a: [flaky] }),
  }).start();
  await driver.drive();
  expect(driver.steps.at(-1)).toMatchObject({ status: 'FAILED', error: 'States.ResultPathMatchFailure' });
});
