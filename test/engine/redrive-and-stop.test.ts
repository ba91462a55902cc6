import { expect, test } from 'vitest';
import { replies, setupOf, task } from './machines.js';
import { outline, play } from './story.js';

const boom = { error: 'Boom', cause: 'as told' };
const fine = { output: 'fine' };
const branch = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } });

test('a stop has no cause among the events, and leaves nothing to do', async () => {
  const driver = await play(
    setupOf({ StartAt: 'T', States: { T: task('a', { End: true }) } }),
    replies({ a: ['silence'] }),
  );
  const step = driver.send({ kind: 'stop', error: 'Enough', cause: 'because' });
  expect(step).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'because' });
  expect(outline(driver, 5)).toEqual(['5 <- 0 ExecutionAborted']);
  expect(step.effects).toEqual([{ kind: 'cancel', key: 'task:3' }]);
  expect(driver.send({ kind: 'stop' }).records).toEqual([]);
});

test.each(['EXPRESS', 'STANDARD'] as const)('what ended well, or is %s, is not redriven', async (type) => {
  const definition = { StartAt: 'T', States: { T: task('a', { End: true }) } };
  const driver = await play(setupOf(definition, {}, type), replies({ a: [type === 'EXPRESS' ? boom : fine] }));
  expect(driver.send({ kind: 'redrive' }).records).toEqual([]);
  expect(driver.execution.redriveCount).toBe(0);
});

test('what runs is not redriven', async () => {
  const driver = await play(
    setupOf({ StartAt: 'T', States: { T: task('a', { End: true }) } }),
    replies({ a: ['silence'] }),
  );
  expect(driver.send({ kind: 'redrive' }).records).toEqual([]);
});

test('a redrive starts retries anew and tells of itself in the context object', async () => {
  const definition = {
    StartAt: 'T',
    States: {
      T: task('a', {
        Parameters: {
          'retries.$': '$$.State.RetryCount',
          'redrives.$': '$$.Execution.RedriveCount',
          'entered.$': '$$.State.EnteredTime',
        },
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
        End: true,
      }),
    },
  };
  const driver = await play(setupOf(definition), replies({ a: [boom, boom, boom, fine] }));
  driver.now += 60_000;
  driver.send({ kind: 'redrive' });
  await driver.drive();
  const inputs = driver.records.flatMap(({ event }) => {
    const details = event['lambdaFunctionScheduledEventDetails'];
    return details === undefined ? [] : [JSON.parse(String(details['input'])) as object];
  });
  const entered = '2026-11-22T10:00:00.000Z';
  expect(inputs).toEqual([
    { retries: 0, redrives: 0, entered },
    { retries: 1, redrives: 0, entered },
    { retries: 0, redrives: 1, entered },
    { retries: 1, redrives: 1, entered },
  ]);
  expect(driver.execution.status).toBe('SUCCEEDED');
});

test('a state that failed while its data was put together is evaluated again', async () => {
  const definition = { StartAt: 'P', States: { P: { Type: 'Pass', InputPath: '$.absent', End: true } } };
  const driver = await play(setupOf(definition), replies({}));
  driver.send({ kind: 'redrive' });
  expect(outline(driver, 3)).toEqual(['3 <- 2 ExecutionFailed', '4 <- 3 ExecutionRedriven', '5 <- 2 ExecutionFailed']);
});

test('an interrupted Wait waits again', async () => {
  const driver = await play(
    setupOf({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 90, End: true } } }),
    replies({}),
  );
  expect(driver.execution.status).toBe('SUCCEEDED');

  const other = await play(
    setupOf({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 90, End: true } }, TimeoutSeconds: 30 }),
    replies({}),
  );
  expect(other.execution.status).toBe('TIMED_OUT');
  expect(other.send({ kind: 'redrive' }).effects).toContainEqual({
    kind: 'timer',
    key: 'wait:2',
    at: other.now + 90_000,
  });
});

test('a Fail state in a branch fails again, after its siblings went on', async () => {
  const definition = {
    StartAt: 'P',
    States: {
      P: {
        Type: 'Parallel',
        Branches: [branch('A', task('a', { End: true })), branch('F', { Type: 'Fail', Error: 'No' })],
        End: true,
      },
    },
  };
  const driver = await play(setupOf(definition), replies({ a: ['silence'] }));
  driver.send({ kind: 'redrive' });
  expect(outline(driver, 5)).toEqual([
    '5 <- 4 LambdaFunctionScheduled',
    '6 <- 3 FailStateEntered',
    '7 <- 6 TaskStateAborted',
    '8 <- 6 ParallelStateFailed',
    '9 <- 8 ExecutionFailed',
    '10 <- 9 ExecutionRedriven',
    '11 <- 4 LambdaFunctionScheduled',
    '12 <- 10 TaskStateAborted',
    '13 <- 10 ParallelStateFailed',
    '14 <- 13 ExecutionFailed',
  ]);
});

test('a Map goes on with the iterations that failed, were stopped or had not begun', async () => {
  const definition = {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        MaxConcurrency: 2,
        ItemProcessor: branch('A', task('a', { End: true })),
        End: true,
      },
    },
  };
  const driver = await play(setupOf(definition, ['x', 'y', 'z', 'q']), replies({ a: [fine, boom, fine] }, { a: 1000 }));
  expect(driver.execution.status).toBe('FAILED');
  driver.send({ kind: 'redrive' });
  await driver.drive();
  const started = driver.records.map(({ event }) => event).filter(({ type }) => type === 'MapIterationStarted');
  expect(started.map((event) => event['mapIterationStartedEventDetails']?.['index'])).toEqual([0, 1, 2, 3]);
  expect(driver.steps.at(-1)).toMatchObject({ status: 'SUCCEEDED', output: '["fine","fine","fine","fine"]' });
});
