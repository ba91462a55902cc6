import { describe, expect, test } from 'vitest';
import { readResource } from '../../src/lib/engine/resource.js';
import { setupOf } from './machines.js';
import { outline } from './story.js';
import { VirtualDriver, type Invocation } from './virtual-driver.js';

const one = (Resource: string, fields: object = {}): object => ({
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource, ...fields, End: true } },
});

describe('what a Resource names', () => {
  test.each([
    ['arn:aws:lambda:us-east-1:000000000000:function:f:live', 'lambda-arn', 'invoke', 'request-response'],
    ['arn:aws-cn:lambda:cn-north-1:000000000000:function:f', 'lambda-arn', 'invoke', 'request-response'],
    ['arn:aws:states:us-east-1:000000000000:activity:pick', 'activity', 'pick', 'request-response'],
    ['arn:aws:states:::lambda:invoke', 'lambda', 'invoke', 'request-response'],
    ['arn:aws:states:::sqs:sendMessage.waitForTaskToken', 'sqs', 'sendMessage', 'wait-for-task-token'],
    ['arn:aws:states:::states:startExecution.sync:2', 'states', 'startExecution', 'sync:2'],
    ['arn:aws:states:::ecs:runTask.sync', 'ecs', 'runTask', 'sync'],
    ['arn:aws:states:::aws-sdk:dynamodb:getItem', 'aws-sdk:dynamodb', 'getItem', 'request-response'],
  ])('%s', (arn, service, action, pattern) => {
    expect(readResource(arn)).toEqual({ arn, service, action, pattern });
  });
});

/** A driver whose calls are answered by hand. */
function quiet(definition: object): { driver: VirtualDriver; calls: Invocation[] } {
  const calls: Invocation[] = [];
  const answer = (call: Invocation): [] => {
    calls.push(call);
    return [];
  };
  return { driver: new VirtualDriver(setupOf(definition, { a: 1 }), { answer }).start(), calls };
}

test('a task with a token hands it out and takes the answer', () => {
  const { driver, calls } = quiet(
    one('arn:aws:states:::sqs:sendMessage.waitForTaskToken', {
      Parameters: { MessageBody: { 'token.$': '$$.Task.Token' } },
    }),
  );
  const { key, taskToken, parameters } = calls[0]!;
  expect(parameters).toEqual({ MessageBody: { token: taskToken } });
  driver.send({ kind: 'task-started', key });
  driver.send({ kind: 'task-submitted', key, output: '{"MessageId":"m"}' });
  expect(driver.execution.status).toBe('RUNNING');
  driver.send({ kind: 'task-succeeded', key, output: '"answered"' });
  expect(outline(driver, 3)).toEqual([
    '3 <- 2 TaskScheduled',
    '4 <- 3 TaskStarted',
    '5 <- 4 TaskSubmitted',
    '6 <- 5 TaskSucceeded',
    '7 <- 6 TaskStateExited',
    '8 <- 7 ExecutionSucceeded',
  ]);
  expect(driver.records[2]?.event['taskScheduledEventDetails']).toMatchObject({
    resourceType: 'sqs',
    resource: 'sendMessage.waitForTaskToken',
  });
});

test('a token stays the same after a restart', () => {
  const { driver, calls } = quiet(one('arn:aws:states:::sqs:sendMessage.waitForTaskToken', {}));
  driver.restoredAt(driver.cuts.at(-1)!);
  expect(calls).toHaveLength(2);
  expect(calls[1]).toEqual(calls[0]);
});

test('an activity has events of its own, with the worker that took it', () => {
  const { driver, calls } = quiet(one('arn:aws:states:us-east-1:000000000000:activity:pick', { HeartbeatSeconds: 9 }));
  const { key } = calls[0]!;
  driver.send({ kind: 'task-started', key, details: { workerName: 'me' } });
  driver.send({ kind: 'task-failed', key, error: 'E' });
  expect(driver.records.slice(2, 5).map(({ event }) => event)).toMatchObject([
    { type: 'ActivityScheduled', activityScheduledEventDetails: { input: '{"a":1}', heartbeatInSeconds: 9 } },
    { type: 'ActivityStarted', activityStartedEventDetails: { workerName: 'me' } },
    { type: 'ActivityFailed', activityFailedEventDetails: { error: 'E' } },
  ]);
});

test.each([
  ['arn:aws:states:::lambda:invoke', 'TaskSubmitFailed'],
  ['arn:aws:lambda:us-east-1:000000000000:function:f', 'LambdaFunctionScheduleFailed'],
  ['arn:aws:states:us-east-1:000000000000:activity:pick', 'ActivityScheduleFailed'],
])('a call that never left: %s', (resource, type) => {
  const { driver, calls } = quiet(
    one(resource, { Catch: [{ ErrorEquals: ['Lambda.SdkClientException'], Next: 'T' }] }),
  );
  driver.send({ kind: 'task-not-scheduled', key: calls[0]!.key, error: 'Lambda.SdkClientException', cause: 'no way' });
  expect(driver.records[3]?.event).toMatchObject({ type, previousEventId: 3 });
  expect(driver.records[4]?.event.type).toBe('TaskStateExited');
});

test('signals that nobody waits for change nothing', () => {
  const { driver } = quiet(one('arn:aws:states:::lambda:invoke'));
  for (const key of ['task:99', 'timeout:3', 'retry::3', 'wait:2', 'execution:0', '']) {
    expect(driver.send({ kind: 'timer', key }).records).toEqual([]);
    expect(driver.send({ kind: 'task-succeeded', key, output: '1' }).records).toEqual([]);
    expect(driver.send({ kind: 'evaluated', key, value: 1 }).records).toEqual([]);
  }
});

test('a result that is not JSON fails the task', () => {
  const { driver, calls } = quiet(one('arn:aws:states:::lambda:invoke'));
  driver.send({ kind: 'task-succeeded', key: calls[0]!.key, output: 'oops' });
  expect(driver.steps.at(-1)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});
