import { expect, test } from 'vitest';
import { replies, setupOf, STARTED_AT, task } from './machines.js';
import { outline, play } from './story.js';
import { VirtualDriver, type Answerer } from './virtual-driver.js';

const ACTIVITY = 'arn:aws:states:us-east-1:000000000000:activity:pick';
const one = (state: object, fields: object = {}): object => ({ StartAt: 'T', States: { T: state }, ...fields });

test.each([
  ['a function', task('a', { TimeoutSeconds: 5, End: true }), 'LambdaFunctionTimedOut'],
  ['a path', task('a', { TimeoutSecondsPath: '$.limit', End: true }), 'LambdaFunctionTimedOut'],
  [
    'an integration',
    { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', TimeoutSeconds: 5, End: true },
    'TaskTimedOut',
  ],
  ['an activity', { Type: 'Task', Resource: ACTIVITY, TimeoutSeconds: 5, End: true }, 'ActivityTimedOut'],
])('a task that does not answer in time fails: %s', async (_name, state, type) => {
  const driver = await play(
    setupOf(one(state), { limit: 5 }),
    replies({ a: ['silence'], invoke: ['silence'], pick: ['silence'] }),
  );
  expect(driver.records.at(-2)?.event).toMatchObject({ type, timestamp: STARTED_AT + 5000 });
  const last = driver.steps.at(-1)!;
  expect(last).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(last.cause).toBeUndefined();
  expect(last.effects).toEqual([{ kind: 'cancel', key: 'task:3' }]);
});

test('an answer after the time is up is not heard', async () => {
  const driver = await play(
    setupOf(one(task('a', { TimeoutSeconds: 5, End: true }))),
    replies({ a: [{ output: 1 }] }, { a: 6000 }),
  );
  expect(driver.execution.status).toBe('FAILED');
  expect(driver.send({ kind: 'task-succeeded', key: 'task:3', output: '1' })).toEqual({
    records: [],
    effects: [],
    status: 'FAILED',
    error: 'States.Timeout',
  });
});

/** A worker that takes the task at once and beats every so many milliseconds. */
function beating(every: number, times: number): Answerer {
  return ({ key }) => [
    { after: 0, signal: { kind: 'task-started', key, details: { workerName: 'w' } } },
    ...Array.from({ length: times }, (_, beat) => ({
      after: every * (beat + 1),
      signal: { kind: 'task-heartbeat' as const, key },
    })),
    { after: every * times + 1000, signal: { kind: 'task-succeeded', key, output: '"done"' } },
  ];
}

test.each([
  ['often enough', 1500, 'SUCCEEDED'],
  ['too seldom', 2500, 'FAILED'],
])('a worker that beats %s', async (_name, every, status) => {
  const state = { Type: 'Task', Resource: ACTIVITY, HeartbeatSeconds: 2, End: true };
  const driver = await play(setupOf(one(state)), beating(every, 3));
  expect(driver.execution.status).toBe(status);
  if (status === 'FAILED') {
    expect(driver.steps.at(-1)).toMatchObject({ error: 'States.HeartbeatTimeout' });
    expect(driver.now).toBe(STARTED_AT + 2000);
  }
});

test('a plain call has no heart to listen to', async () => {
  const state = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', HeartbeatSeconds: 2, End: true };
  const driver = await play(setupOf(one(state)), replies({ invoke: [{ output: 1 }] }, { invoke: 60_000 }));
  expect(driver.execution.status).toBe('SUCCEEDED');
  expect(driver.records[2]?.event['taskScheduledEventDetails']).toMatchObject({ heartbeatInSeconds: 2 });
});

test('an execution that takes too long ends without error and cause, and a redrive has the whole time again', async () => {
  const definition = one(task('a', { End: true }), { TimeoutSeconds: 10 });
  const driver = await play(setupOf(definition), replies({ a: ['silence'] }));
  expect(outline(driver, 4)).toEqual(['4 <- 3 LambdaFunctionStarted', '5 <- 0 ExecutionTimedOut']);
  expect(driver.steps.at(-1)).toEqual({
    records: driver.records.slice(-1),
    effects: [{ kind: 'cancel', key: 'task:3' }],
    status: 'TIMED_OUT',
  });
  const redriven = driver.send({ kind: 'redrive' });
  expect(redriven.effects).toContainEqual({ kind: 'timer', key: 'execution:1', at: driver.now + 10_000 });
});

test('a Wait of each form', async () => {
  const until = '2026-11-22T10:00:20Z';
  const states = {
    A: { Type: 'Wait', Seconds: 5, Next: 'B' },
    B: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'C' },
    C: { Type: 'Wait', Timestamp: until, Next: 'D' },
    D: { Type: 'Wait', TimestampPath: '$.until', End: true },
  };
  const input = { seconds: 3, until: '2026-11-22T11:00:30.500+01:00' };
  const driver = new VirtualDriver(setupOf({ StartAt: 'A', States: states }, input), { answer: () => [] }).start();
  await driver.drive();
  const left = driver.records.map(({ event }) => event).filter(({ type }) => type === 'WaitStateExited');
  expect(left.map(({ timestamp }) => timestamp - STARTED_AT)).toEqual([5000, 8000, 20_000, 30_500]);
});
