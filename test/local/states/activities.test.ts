import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { createMachine, localEnvironment, servedEnvironment } from './local-fixture.js';

const ACTIVITY = 'arn:aws:states:us-east-1:000000000000:activity:packing';
const PACK = {
  StartAt: 'Pack',
  States: {
    Pack: { Type: 'Task', Resource: ACTIVITY, HeartbeatSeconds: 600, Parameters: { 'box.$': '$.n' }, End: true },
  },
};
const types = (events: readonly HistoryEvent[] = []) => events.map(({ type }) => type);

describe('activities', () => {
  test('are created once, described, listed in pages and deleted', async () => {
    const { sfn } = await servedEnvironment();
    const first = await sfn.createActivity({ name: 'packing', tags: [{ key: 'team', value: 'dock' }] });
    expect(first.activityArn).toBe(ACTIVITY);
    expect((await sfn.createActivity({ name: 'packing', tags: [] })).creationDate).toEqual(first.creationDate);
    expect(await sfn.describeActivity({ activityArn: ACTIVITY })).toMatchObject({
      activityArn: ACTIVITY,
      name: 'packing',
    });
    expect((await sfn.listTagsForResource({ resourceArn: ACTIVITY })).tags).toEqual([{ key: 'team', value: 'dock' }]);
    await sfn.createActivity({ name: 'shipping' });

    const page = await sfn.listActivities({ maxResults: 1 });
    expect(page.activities?.map(({ name }) => name)).toEqual(['packing']);
    expect((await sfn.listActivities({ nextToken: page.nextToken })).activities?.map(({ name }) => name)).toEqual([
      'shipping',
    ]);

    await sfn.deleteActivity({ activityArn: ACTIVITY });
    await sfn.deleteActivity({ activityArn: ACTIVITY });
    await expect(sfn.describeActivity({ activityArn: ACTIVITY })).rejects.toMatchObject({
      name: 'ActivityDoesNotExist',
      message: `Activity Does Not Exist: '${ACTIVITY}'`,
    });
    await expect(sfn.getActivityTask({ activityArn: ACTIVITY })).rejects.toMatchObject({
      name: 'ActivityDoesNotExist',
    });
    await expect(sfn.createActivity({ name: 'a b' })).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(sfn.describeActivity({ activityArn: 'packing' })).rejects.toMatchObject({ name: 'InvalidArn' });
  });

  test('a worker that waits gets the task, keeps it alive and ends it', async () => {
    const { sfn, local } = await servedEnvironment();
    await sfn.createActivity({ name: 'packing' });
    const stateMachineArn = await createMachine(sfn, PACK);
    const asked = sfn.getActivityTask({ activityArn: ACTIVITY, workerName: 'anna' });
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, input: '{"n":7}' });

    const { taskToken = '', input } = await asked;
    expect(input).toBe('{"box":7}');
    await sfn.sendTaskHeartbeat({ taskToken });
    await sfn.sendTaskSuccess({ taskToken, output: '"packed"' });
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });

    const { events } = await sfn.getExecutionHistory({ executionArn });
    expect(types(events)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'ActivityScheduled',
      'ActivityStarted',
      'ActivitySucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events?.[3]?.activityStartedEventDetails).toEqual({ workerName: 'anna' });
    expect((await sfn.describeExecution({ executionArn })).output).toBe('"packed"');
    await expect(sfn.sendTaskSuccess({ taskToken, output: '1' })).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  test('each task goes to one worker, oldest first; a failure ends it', async () => {
    const { sfn, local } = await servedEnvironment();
    await sfn.createActivity({ name: 'packing' });
    const stateMachineArn = await createMachine(sfn, PACK);
    const started: string[] = [];
    for (const n of [1, 2]) {
      const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, input: JSON.stringify({ n }) });
      started.push(executionArn);
      await local.drive(executionArn, { until: 'idle' });
    }
    const tasks = await Promise.all([1, 2].map(() => sfn.getActivityTask({ activityArn: ACTIVITY })));
    expect(tasks.map(({ input }) => input).sort()).toEqual(['{"box":1}', '{"box":2}']);

    const first = tasks.find(({ input }) => input === '{"box":1}');
    await sfn.sendTaskFailure({ taskToken: first?.taskToken, error: 'NoBox', cause: 'none left' });
    expect(await local.drive(started[0] ?? '')).toEqual({ kind: 'ended', status: 'FAILED' });
    expect(await sfn.describeExecution({ executionArn: started[0] })).toMatchObject({
      error: 'NoBox',
      cause: 'none left',
    });
    expect(await sfn.describeExecution({ executionArn: started[1] })).toMatchObject({ status: 'RUNNING' });
  });

  test('a task waits for its worker while the process is replaced', async () => {
    const first = await servedEnvironment();
    await first.sfn.createActivity({ name: 'packing' });
    const stateMachineArn = await createMachine(first.sfn, PACK);
    const { executionArn = '' } = await first.sfn.startExecution({ stateMachineArn, input: '{"n":1}' });
    await first.local.drive(executionArn, { until: 'idle' });
    await first.local.close();

    const { sfn, local } = await servedEnvironment({ folder: first.local.folder });
    const { taskToken, input } = await sfn.getActivityTask({ activityArn: ACTIVITY });
    expect(input).toBe('{"box":1}');
    await sfn.sendTaskSuccess({ taskToken, output: '{}' });
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
  });

  test('without a task the poll ends after a minute, with no token', async () => {
    let now = 1_700_000_000_000;
    const sources = { now: () => (now += 20_000), random: () => 0.5, uuid: () => `id-${now}` };
    const { sfn } = await servedEnvironment({ sources });
    await sfn.createActivity({ name: 'packing' });
    const { taskToken, input } = await sfn.getActivityTask({ activityArn: ACTIVITY });
    expect([taskToken, input]).toEqual([undefined, undefined]);
  });

  test('closing ends a poll', async () => {
    const local = localEnvironment();
    const send = (operation: string, body: object) =>
      local.handle({
        method: 'POST',
        path: '/',
        query: {},
        headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
        body: JSON.stringify(body),
      });
    await send('CreateActivity', { name: 'packing' });
    const asked = send('GetActivityTask', { activityArn: ACTIVITY });
    await new Promise((resolve) => setImmediate(resolve));
    await local.close();
    expect(JSON.parse((await asked).body)).toEqual({ taskToken: null, input: null });
  });

  test('a task of an activity that is not there fails', async () => {
    const { sfn, local } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PACK);
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, input: '{"n":1}' });
    await local.drive(executionArn);
    expect(await sfn.describeExecution({ executionArn })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: `The activity ${ACTIVITY} does not exist.`,
    });
  });
});
