import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { afterTest, localEnvironment, LONG_WAIT, PASS, temporaryFolder } from '../states/local-fixture.js';
import { ask, started, typesOf } from './ask.js';
import { lambdaEndpoint, task } from './lambda-endpoint.js';
import type { Order } from './other-process.js';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** Another process with the same store. */
async function otherProcess(folder: string, env: Record<string, string> = {}) {
  const script = join(import.meta.dirname, 'other-process.ts');
  const child: ChildProcess = fork(script, [folder, REPOSITORY], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...env },
  });
  afterTest(async () => {
    child.kill('SIGKILL');
  });
  await once(child, 'message');
  return {
    child,
    /** Sends an order; the answer comes when it is done. */
    follow: async (order: Order): Promise<unknown> => {
      child.send(order);
      const [message] = (await once(child, 'message')) as [{ answer?: unknown; failed?: string }];
      if (message.failed !== undefined) throw new Error(message.failed);
      return message.answer;
    },
  };
}

describe('two processes', () => {
  test('open a new store at once, and start one order at once: one execution', async () => {
    const folder = temporaryFolder();
    const others = await Promise.all([otherProcess(folder), otherProcess(folder), otherProcess(folder)]);
    const order: Order = { do: 'start', definition: LONG_WAIT, name: 'same' };
    const arns = await Promise.all(others.map(({ follow }) => follow(order)));
    expect(new Set(arns).size).toBe(1);
    const local = localEnvironment({ folder });
    expect((await local.snapshot()).executions).toEqual({ RUNNING: 1 });
  });

  test('a driver that is killed is replaced: the open function is called again, nothing else is repeated', async () => {
    const folder = temporaryFolder();
    const { called, calls, env } = await lambdaEndpoint(({ functionName }, count) =>
      functionName === 'second' && count === 2 ? 'never' : { result: { count } },
    );
    const other = await otherProcess(folder, env);
    const definition = {
      StartAt: 'First',
      States: { First: task('first', { End: undefined, Next: 'Second' }), Second: task('second') },
    };
    const executionArn = String(await other.follow({ do: 'start', definition, name: 'one' }));
    other.child.send({ do: 'drive', executionArn } satisfies Order);
    await called(2);
    const local = localEnvironment({ folder, env });
    expect(local.driverOf(executionArn)).toMatchObject({ pid: other.child.pid, alive: true });
    other.child.kill('SIGKILL');
    await once(other.child, 'exit');

    expect(local.driverOf(executionArn)).toMatchObject({ alive: false });
    await local.adopt();
    expect(await ask(local, 'DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls.map(({ functionName }) => functionName)).toEqual(['first', 'second', 'second']);
    const types = await typesOf(local, executionArn);
    expect(types.filter((type) => type === 'TaskScheduled')).toHaveLength(2);
  });

  test('a nested execution whose driver is killed goes on: its parent finds it again', async () => {
    const folder = temporaryFolder();
    const { called, calls, env } = await lambdaEndpoint((_call, count) => (count === 1 ? 'never' : { result: 'done' }));
    const other = await otherProcess(folder, env);
    const inner = { StartAt: 'Work', States: { Work: task('work') } };
    const child = await other.follow({
      do: 'ask',
      operation: 'CreateStateMachine',
      input: { name: 'child', definition: JSON.stringify(inner), roleArn: 'arn:aws:iam::000000000000:role/test' },
    });
    const { stateMachineArn } = child as { stateMachineArn: string };
    const Resource = 'arn:aws:states:::states:startExecution.sync:2';
    const Parameters = { StateMachineArn: stateMachineArn, Input: { n: 1 } };
    const definition = { StartAt: 'Nest', States: { Nest: { Type: 'Task', Resource, Parameters, End: true } } };
    const executionArn = String(await other.follow({ do: 'start', definition, name: 'one' }));
    other.child.send({ do: 'drive', executionArn } satisfies Order);
    await called(1);
    const local = localEnvironment({ folder, env });
    other.child.kill('SIGKILL');
    await once(other.child, 'exit');

    await local.adopt();
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect(calls).toHaveLength(2);
    const { executions } = await ask(local, 'ListExecutions', { stateMachineArn });
    expect(executions).toMatchObject([{ status: 'SUCCEEDED' }]);
    const types = await typesOf(local, executionArn);
    expect(types.filter((type) => type === 'TaskSubmitted')).toHaveLength(1);
  });

  test('a Map Run whose driver is killed goes on: only the open child calls its function again', async () => {
    const folder = temporaryFolder();
    const { called, calls, env } = await lambdaEndpoint(({ payload }, count) =>
      payload === 2 && count === 2 ? 'never' : { result: payload },
    );
    const other = await otherProcess(folder, env);
    const definition = {
      StartAt: 'Items',
      States: {
        Items: { Type: 'Pass', Result: [1, 2, 3], Next: 'Each' },
        Each: {
          Type: 'Map',
          MaxConcurrency: 1,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Call',
            States: { Call: task('work') },
          },
          End: true,
        },
      },
    };
    const executionArn = String(await other.follow({ do: 'start', definition, name: 'run' }));
    other.child.send({ do: 'drive', executionArn } satisfies Order);
    await called(2);
    other.child.kill('SIGKILL');
    await once(other.child, 'exit');
    const local = localEnvironment({ folder, env });
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    expect(calls.map(({ payload }) => payload)).toEqual([1, 2, 2, 3]);
    const { executions } = await local.snapshot();
    expect(executions).toEqual({ SUCCEEDED: 4 });
  });

  test('a stop reaches the driver in the other process', async () => {
    const folder = temporaryFolder();
    const { called, env } = await lambdaEndpoint(() => 'never');
    const other = await otherProcess(folder, env);
    const definition = { StartAt: 'Call', States: { Call: task('f') } };
    const executionArn = String(await other.follow({ do: 'start', definition, name: 'one' }));
    const outcome = other.follow({ do: 'drive', executionArn });
    await called(1);
    const local = localEnvironment({ folder });
    await ask(local, 'StopExecution', { executionArn, error: 'Operator' });
    expect(await ask(local, 'DescribeExecution', { executionArn })).toMatchObject({
      status: 'ABORTED',
      error: 'Operator',
    });
    expect(await outcome).toEqual({ kind: 'ended', status: 'ABORTED' });
  });

  test('while another drives, drive follows its events', async () => {
    const folder = temporaryFolder();
    const { called, env } = await lambdaEndpoint(() => 'never');
    const other = await otherProcess(folder, env);
    const definition = { StartAt: 'Call', States: { Call: task('f') } };
    const executionArn = String(await other.follow({ do: 'start', definition, name: 'one' }));
    const driving = other.follow({ do: 'drive', executionArn });
    await called(1);
    const local = localEnvironment({ folder });
    const told: string[] = [];
    const following = local.drive(executionArn, {
      onRecords: (events) => told.push(...events.map(({ type }) => type)),
    });
    await ask(local, 'StopExecution', { executionArn });
    expect(await following).toEqual({ kind: 'ended', status: 'ABORTED' });
    expect(told.at(-1)).toBe('ExecutionAborted');
    expect(await driving).toEqual({ kind: 'ended', status: 'ABORTED' });
  });

  test('a store that another process drives in is not reset', async () => {
    const folder = temporaryFolder();
    const { called, env } = await lambdaEndpoint(() => 'never');
    const other = await otherProcess(folder, env);
    const definition = { StartAt: 'Call', States: { Call: task('f') } };
    const executionArn = String(await other.follow({ do: 'start', definition, name: 'one' }));
    other.child.send({ do: 'drive', executionArn } satisfies Order);
    await called(1);
    const local = localEnvironment({ folder });
    await expect(local.reset()).rejects.toMatchObject({ name: 'Failure', exit: 'conflict' });
    other.child.kill('SIGKILL');
    await once(other.child, 'exit');
    await local.reset();
    expect((await local.snapshot()).executions).toEqual({});
    await local.drive(await started(local, PASS));
    expect((await local.snapshot()).executions).toEqual({ SUCCEEDED: 1 });
  });
});
