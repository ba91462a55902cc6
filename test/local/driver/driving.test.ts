import { describe, expect, test } from 'vitest';
import type { HistoryEvent } from '../../../src/lib/engine/protocol.js';
import type { DriveOutcome } from '../../../src/lib/local/index.js';
import { localEnvironment, LONG_WAIT, PASS, temporaryFolder } from '../states/local-fixture.js';
import { ask, started, typesOf } from './ask.js';
import { lambdaEndpoint, task } from './lambda-endpoint.js';

describe('drive', () => {
  test('tells every event once, from the first to the last', async () => {
    const local = localEnvironment();
    const executionArn = await started(local, PASS);
    const told: number[] = [];
    const onRecords = (events: readonly HistoryEvent[]) => told.push(...events.map(({ id }) => id));
    expect(await local.drive(executionArn, { onRecords })).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect(told).toEqual([1, 2, 3, 4]);
  });

  test('an ended execution is answered at once', async () => {
    const local = localEnvironment();
    const executionArn = await started(local, PASS);
    await local.drive(executionArn);
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
  });

  test('an unknown execution is a failure that says so', async () => {
    const local = localEnvironment();
    const arn = 'arn:aws:states:us-east-1:000000000000:execution:machine:missing';
    await expect(local.drive(arn)).rejects.toMatchObject({ name: 'Failure', exit: 'notFound' });
    expect(local.driverOf(arn)).toBeUndefined();
  });

  test('until idle: lets go of an execution that only waits, and says when it goes on', async () => {
    const local = localEnvironment({ sources: { now: () => 1_000_000, random: () => 0, uuid: () => 'u' } });
    const executionArn = await started(local, LONG_WAIT);
    expect(await local.drive(executionArn, { until: 'idle' })).toEqual({ kind: 'idle', until: 1_000_000 + 3_600_000 });
    expect(local.driverOf(executionArn)).toBeUndefined();
    expect(await ask(local, 'DescribeExecution', { executionArn })).toMatchObject({ status: 'RUNNING' });
  });

  test('until the end: holds the lease, until interrupted', async () => {
    const local = localEnvironment();
    const executionArn = await started(local, LONG_WAIT);
    const controller = new AbortController();
    let entered = () => {};
    const waiting = new Promise<void>((resolve) => (entered = resolve));
    const outcome = local.drive(executionArn, { signal: controller.signal, onRecords: () => entered() });
    await waiting;
    expect(local.driverOf(executionArn)).toMatchObject({ pid: process.pid, alive: true });
    controller.abort();
    expect(await outcome).toEqual({ kind: 'interrupted' });
    expect(local.driverOf(executionArn)).toBeUndefined();
  });

  test('two callers in one process drive it once', async () => {
    const { calls, env } = await lambdaEndpoint(() => ({ result: { ok: true } }));
    const local = localEnvironment({ env });
    const executionArn = await started(local, { StartAt: 'Call', States: { Call: task('f') } });
    const ended: DriveOutcome = { kind: 'ended', status: 'SUCCEEDED' };
    expect(await Promise.all([local.drive(executionArn), local.drive(executionArn)])).toEqual([ended, ended]);
    expect(calls).toEqual([{ functionName: 'f', payload: { n: 1 } }]);
  });
});

describe('fast-forward', () => {
  test('skips waiting; the events carry the time that was skipped', async () => {
    const local = localEnvironment();
    local.prepare('quick', { fastForward: true });
    const executionArn = await started(local, LONG_WAIT, 'quick');
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    const { startDate, stopDate } = await ask(local, 'DescribeExecution', { executionArn });
    expect(Number(stopDate) - Number(startDate)).toBeGreaterThanOrEqual(3600);
  });

  test('does not hurry a function, and its retries wait no real time', async () => {
    const { calls, env } = await lambdaEndpoint((_call, count) =>
      count < 3 ? { error: 'Shaky', message: 'again' } : { result: count },
    );
    const local = localEnvironment({ env });
    local.prepare('quick', { fastForward: true });
    const Retry = [{ ErrorEquals: ['Shaky'], IntervalSeconds: 600, MaxAttempts: 5 }];
    const executionArn = await started(
      local,
      { StartAt: 'Call', States: { Call: task('f', { Retry, TimeoutSeconds: 60 }) } },
      'quick',
    );
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect(calls).toHaveLength(3);
    expect(await ask(local, 'DescribeExecution', { executionArn })).toMatchObject({ output: '3' });
  });
});

describe('injected faults', () => {
  const machine = {
    StartAt: 'Call',
    States: { Call: task('f', { Retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 1, MaxAttempts: 2 }] }) },
  };

  test('fail the task so often, without calling the function, and are used up', async () => {
    const { calls, env } = await lambdaEndpoint(() => ({ result: 'fine' }));
    const local = localEnvironment({ env });
    local.prepare('hurt', { injections: [{ stateName: 'Call', error: 'Boom', times: 2 }], fastForward: true });
    const executionArn = await started(local, machine, 'hurt');
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect(calls).toHaveLength(1);
    expect(await typesOf(local, executionArn)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      ...['TaskScheduled', 'TaskStarted', 'TaskFailed'],
      ...['TaskScheduled', 'TaskStarted', 'TaskFailed'],
      ...['TaskScheduled', 'TaskStarted', 'TaskSucceeded'],
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('an uncaught one fails the execution, and a redrive begins without the faults that were left', async () => {
    const { calls, env } = await lambdaEndpoint(() => ({ result: 'fine' }));
    const local = localEnvironment({ env });
    local.prepare('hurt', { injections: [{ stateName: 'Call', error: 'Boom', times: 9 }], fastForward: true });
    const executionArn = await started(local, machine, 'hurt');
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'FAILED' });
    expect(await ask(local, 'DescribeExecution', { executionArn })).toMatchObject({
      status: 'FAILED',
      error: 'Boom',
      cause: 'injected fault',
      redriveStatus: 'REDRIVABLE',
    });
    expect(calls).toHaveLength(0);

    await ask(local, 'RedriveExecution', { executionArn });
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect(calls).toHaveLength(1);
  });

  test('a start that begins nothing leaves nothing prepared', async () => {
    const { calls, env } = await lambdaEndpoint(() => ({ result: 'fine' }));
    const local = localEnvironment({ env });
    const executionArn = await started(local, LONG_WAIT);
    await ask(local, 'StopExecution', { executionArn });
    local.prepare('one', { injections: [{ stateName: 'Call', error: 'Boom', times: 9 }] });
    const { stateMachineArn } = await ask(local, 'DescribeExecution', { executionArn });
    expect(await ask(local, 'StartExecution', { stateMachineArn, name: 'one' })).toMatchObject({
      message: `Execution Already Exists: '${executionArn}'`,
    });
    await ask(local, 'CreateStateMachine', {
      name: 'other',
      definition: JSON.stringify(machine),
      roleArn: 'arn:aws:iam::000000000000:role/r',
    });
    const other = await ask(local, 'StartExecution', {
      stateMachineArn: String(stateMachineArn).replace(/machine$/, 'other'),
      name: 'one',
    });
    expect(await local.drive(String(other['executionArn']))).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect(calls).toHaveLength(1);
  });
});

describe('stop and redrive', () => {
  test('a stop with nobody driving is stored at once', async () => {
    const local = localEnvironment();
    const executionArn = await started(local, LONG_WAIT);
    const { stopDate } = await ask(local, 'StopExecution', { executionArn, error: 'Operator', cause: 'a reason' });
    expect(await ask(local, 'DescribeExecution', { executionArn })).toMatchObject({
      status: 'ABORTED',
      error: 'Operator',
      cause: 'a reason',
      stopDate,
    });
    expect((await typesOf(local, executionArn)).at(-1)).toBe('ExecutionAborted');
    expect(await ask(local, 'StopExecution', { executionArn })).toEqual({ stopDate });
  });

  test('a stop reaches the driver in this process', async () => {
    const local = localEnvironment();
    const executionArn = await started(local, LONG_WAIT);
    let entered = () => {};
    const waiting = new Promise<void>((resolve) => (entered = resolve));
    const outcome = local.drive(executionArn, { onRecords: () => entered() });
    await waiting;
    await ask(local, 'StopExecution', { executionArn });
    expect(await outcome).toEqual({ kind: 'ended', status: 'ABORTED' });
  });

  test('a redrive continues the history after a restart', async () => {
    let broken = true;
    const { env } = await lambdaEndpoint(() => (broken ? { error: 'Outage', message: 'down' } : { result: 'up' }));
    const folder = temporaryFolder();
    const first = localEnvironment({ folder, env });
    const executionArn = await started(first, { StartAt: 'Call', States: { Call: task('f') } });
    expect(await first.drive(executionArn)).toEqual({ kind: 'ended', status: 'FAILED' });
    await first.close();

    broken = false;
    const second = localEnvironment({ folder, env });
    const { redriveDate } = await ask(second, 'RedriveExecution', { executionArn, clientToken: 'token' });
    const reopened = await ask(second, 'DescribeExecution', { executionArn });
    expect(reopened).toMatchObject({
      status: 'RUNNING',
      redriveCount: 1,
      redriveDate,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
    for (const gone of ['stopDate', 'error', 'cause']) expect(reopened).not.toHaveProperty(gone);
    expect(await ask(second, 'RedriveExecution', { executionArn })).toMatchObject({
      message: `Execution ${executionArn} invalid for redrive as: Execution is RUNNING and cannot be redriven`,
    });

    expect(await second.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect((await typesOf(second, executionArn)).slice(4)).toEqual([
      'TaskFailed',
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    // A used token answers as it did and begins nothing.
    expect(await ask(second, 'RedriveExecution', { executionArn, clientToken: 'token' })).toEqual({ redriveDate });
    expect(await ask(second, 'DescribeExecution', { executionArn })).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
    });
  });

  test('an execution that ended 14 days ago cannot be redriven', async () => {
    let now = 1_700_000_000_000;
    let count = 0;
    const local = localEnvironment({ sources: { now: () => now, random: () => 0, uuid: () => `u${(count += 1)}` } });
    const executionArn = await started(local, LONG_WAIT);
    await ask(local, 'StopExecution', { executionArn });
    now += 15 * 24 * 3_600_000;
    expect(await ask(local, 'DescribeExecution', { executionArn })).toMatchObject({ redriveStatus: 'NOT_REDRIVABLE' });
    expect(await ask(local, 'RedriveExecution', { executionArn })).toMatchObject({
      message: `Execution ${executionArn} invalid for redrive as: Execution redrivable period exceeded`,
    });
  });
});

describe('restart', () => {
  test('a closed environment leaves the execution to the next one, which calls the open function again', async () => {
    const { calls, called, env } = await lambdaEndpoint((_call, count) => (count === 1 ? 'never' : { result: count }));
    const folder = temporaryFolder();
    const first = localEnvironment({ folder, env });
    const executionArn = await started(first, { StartAt: 'Call', States: { Call: task('f') } });
    const outcome = first.drive(executionArn);
    await called(1);
    // The call never ends: the process goes away as if killed, but for the lease, which it gives back.
    const controller = new AbortController();
    const second = localEnvironment({ folder, env });
    const following = second.drive(executionArn, { signal: controller.signal });
    void first.close();
    expect(await outcome).toEqual({ kind: 'interrupted' });
    expect(await following).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect(calls).toHaveLength(2);
    expect(await typesOf(second, executionArn)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('adopt drives everything that is due and leaves what waits', async () => {
    const folder = temporaryFolder();
    const first = localEnvironment({ folder });
    const passing = await started(first, PASS);
    await first.close();
    const second = localEnvironment({ folder });
    await second.adopt();
    expect(await ask(second, 'DescribeExecution', { executionArn: passing })).toMatchObject({ status: 'SUCCEEDED' });
  });
});

test('a refused redrive leaves no lease behind', async () => {
  const local = localEnvironment();
  const executionArn = await started(local, PASS);
  await local.drive(executionArn);
  await ask(local, 'RedriveExecution', { executionArn });
  expect(local.driverOf(executionArn)).toBeUndefined();
});

test('a function whose sibling has failed runs on, and closing waits for it', async () => {
  let finish = () => {};
  const slow = new Promise<void>((resolve) => (finish = resolve));
  const ended: string[] = [];
  const { env, called } = await lambdaEndpoint(async ({ functionName }) => {
    if (functionName === 'failing') return { error: 'Bad', message: 'no' };
    await slow;
    ended.push(functionName);
    return { result: 'late' };
  });
  const local = localEnvironment({ env });
  const branch = (functionName: string) => ({ StartAt: functionName, States: { [functionName]: task(functionName) } });
  const Branches = [branch('slow'), branch('failing')];
  const executionArn = await started(local, {
    StartAt: 'Both',
    States: { Both: { Type: 'Parallel', Branches, End: true } },
  });
  expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'FAILED' });
  await called(2);
  const before = await typesOf(local, executionArn);

  const closed = local.close().then(() => ended.push('closed'));
  finish();
  await closed;
  expect(ended).toEqual(['slow', 'closed']);
  expect(await typesOf(local, executionArn)).toEqual(before);
});
