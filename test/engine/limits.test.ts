import { describe, expect, test } from 'vitest';
import { Execution } from '../../src/lib/engine/execution.js';
import { exceedsPayloadLimit, HISTORY_LIMIT, PAYLOAD_LIMIT, STEP_LIMIT } from '../../src/lib/engine/limits.js';
import { replies, setupOf, STARTED_AT, task } from './machines.js';
import { play } from './story.js';

const text = (bytes: number): string => 'a'.repeat(bytes - 2);
const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };

describe('payloads', () => {
  test.each([
    ['ASCII at the limit', 'a'.repeat(PAYLOAD_LIMIT), false],
    ['ASCII above it', 'a'.repeat(PAYLOAD_LIMIT + 1), true],
    ['two bytes a character, at the limit', 'é'.repeat(PAYLOAD_LIMIT / 2), false],
    ['two bytes a character, above it', 'é'.repeat(PAYLOAD_LIMIT / 2 + 1), true],
  ])('%s', (_name, payload, expected) => {
    expect(exceedsPayloadLimit(payload)).toBe(expected);
  });

  test.each([
    [PAYLOAD_LIMIT, 'SUCCEEDED'],
    [PAYLOAD_LIMIT + 1, 'FAILED'],
  ])('a result of %i bytes: %s', async (bytes, status) => {
    const definition = { StartAt: 'T', States: { T: task('a', { End: true }) } };
    const driver = await play(setupOf(definition), replies({ a: [{ output: text(bytes) }] }));
    expect(driver.execution.status).toBe(status);
  });

  test('results that fit each but not together fail their Map, which may catch that', async () => {
    const definition = {
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'A', States: { A: task('a', { End: true }) } },
          Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'H' }],
          End: true,
        },
        H: { Type: 'Pass', End: true },
      },
    };
    const driver = await play(setupOf(definition, [1, 2]), replies({ a: [{ output: text(200_000) }] }));
    expect(JSON.parse(driver.steps.at(-1)!.output!)).toMatchObject({
      Error: 'States.DataLimitExceeded',
      Cause: "The state/task 'M' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });
});

test('a STANDARD execution fails with its last event when its history is full, and cannot be redriven', async () => {
  const driver = await play(setupOf(loop), replies({}));
  expect(driver.records).toHaveLength(HISTORY_LIMIT);
  expect(driver.records.at(-1)?.event).toMatchObject({
    id: HISTORY_LIMIT,
    type: 'ExecutionFailed',
    executionFailedEventDetails: {
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    },
  });
  expect(driver.send({ kind: 'redrive' }).records).toEqual([]);
});

test('an endless loop hands over after every so many events', () => {
  const sources = { now: () => STARTED_AT, random: () => 0, uuid: () => '' };
  const { execution, step } = Execution.start(setupOf(loop, {}, 'EXPRESS'), sources);
  const more = { kind: 'timer', key: 'continue' } as const;
  for (const made of [step, execution.handle(more), execution.handle(more)]) {
    expect(made.status).toBe('RUNNING');
    expect(made.records.length).toBeLessThan(STEP_LIMIT + 10);
    expect(made.effects).toContainEqual({ ...more, at: STARTED_AT });
  }
});

test('an EXPRESS execution is ended after five minutes', async () => {
  const definition = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 400, End: true } } };
  const driver = await play(setupOf(definition, {}, 'EXPRESS'), replies({}));
  expect(driver.execution.status).toBe('TIMED_OUT');
  expect(driver.now - STARTED_AT).toBe(300_000);
});

test('what a task says of its failure is cut to what the service keeps', async () => {
  const failure = { error: 'E'.repeat(300), cause: 'c'.repeat(40_000) };
  const driver = await play(
    setupOf({ StartAt: 'T', States: { T: task('a', { End: true }) } }),
    replies({ a: [failure] }),
  );
  expect(driver.steps.at(-1)).toMatchObject({ error: 'E'.repeat(256), cause: 'c'.repeat(32_768) });
});
