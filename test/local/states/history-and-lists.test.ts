import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { createMachine, LONG_WAIT, PASS, servedEnvironment } from './local-fixture.js';

const TWO_PASSES = {
  StartAt: 'First',
  States: { First: { Type: 'Pass', Next: 'Second' }, Second: { Type: 'Pass', Result: { b: 2 }, End: true } },
};

async function finished() {
  const served = await servedEnvironment();
  const stateMachineArn = await createMachine(served.sfn, TWO_PASSES);
  const { executionArn = '' } = await served.sfn.startExecution({ stateMachineArn, name: 'one', input: '{"a":1}' });
  await served.local.drive(executionArn);
  return { ...served, executionArn };
}

const idsOf = (events: HistoryEvent[] | undefined) => events?.map(({ id }) => id);

describe('GetExecutionHistory', () => {
  test('all events in order, as the service has them', async () => {
    const { sfn, executionArn } = await finished();
    const { events, nextToken } = await sfn.getExecutionHistory({ executionArn });

    expect(nextToken).toBeUndefined();
    expect(events?.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'PassStateEntered'],
      [3, 2, 'PassStateExited'],
      [4, 3, 'PassStateEntered'],
      [5, 4, 'PassStateExited'],
      [6, 5, 'ExecutionSucceeded'],
    ]);
    expect(events?.[1]?.stateEnteredEventDetails).toEqual({
      name: 'First',
      input: '{"a":1}',
      inputDetails: { truncated: false },
    });
    expect(events?.[5]?.timestamp).toBeInstanceOf(Date);
  });

  test('pages forwards and backwards', async () => {
    const { sfn, executionArn } = await finished();
    for (const [reverseOrder, expected] of [
      [false, [1, 2, 3, 4, 5, 6]],
      [true, [6, 5, 4, 3, 2, 1]],
    ] as const) {
      const ids: (number | undefined)[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.getExecutionHistory({ executionArn, maxResults: 4, reverseOrder, nextToken });
        ids.push(...(idsOf(page.events) ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      expect(ids).toEqual(expected);
    }
  });

  test('a token of something else is refused', async () => {
    const { sfn, executionArn } = await finished();
    const { nextToken } = await sfn.getExecutionHistory({ executionArn, maxResults: 2 });
    const refused = { name: 'InvalidToken', message: `Invalid Token: 'Invalid token'` };
    await expect(sfn.getExecutionHistory({ executionArn, nextToken, reverseOrder: true })).rejects.toMatchObject(
      refused,
    );
    await expect(sfn.getExecutionHistory({ executionArn, nextToken: 'made-up' })).rejects.toMatchObject(refused);
  });

  test('without execution data', async () => {
    const { sfn, executionArn } = await finished();
    const { events } = await sfn.getExecutionHistory({ executionArn, includeExecutionData: false });
    expect(events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'First', inputDetails: { truncated: false } });
    expect(JSON.stringify(events)).not.toContain('{\\"');
  });

  test('of an unknown execution', async () => {
    const { sfn } = await servedEnvironment();
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:machine:missing';
    await expect(sfn.getExecutionHistory({ executionArn })).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
      message: `Execution Does Not Exist: '${executionArn}'`,
    });
  });
});

describe('ListExecutions', () => {
  test('newest first, by status, in pages', async () => {
    const { sfn, local } = await servedEnvironment();
    const passing = await createMachine(sfn, PASS, { name: 'passing' });
    const waiting = await createMachine(sfn, LONG_WAIT, { name: 'waiting' });
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const { executionArn = '' } = await sfn.startExecution({ stateMachineArn: passing, name });
      await local.drive(executionArn);
    }
    await sfn.startExecution({ stateMachineArn: waiting, name: 'w' });

    const names: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.listExecutions({ stateMachineArn: passing, maxResults: 2, nextToken });
      names.push(...(page.executions ?? []).map(({ name }) => name));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(names).toEqual(['e', 'd', 'c', 'b', 'a']);

    const running = await sfn.listExecutions({ stateMachineArn: waiting, statusFilter: 'RUNNING' });
    expect(running.executions).toMatchObject([{ name: 'w', status: 'RUNNING', redriveCount: 0 }]);
    expect(running.executions?.[0]).not.toHaveProperty('stopDate');
    expect(await sfn.listExecutions({ stateMachineArn: passing, statusFilter: 'FAILED' })).toMatchObject({
      executions: [],
    });
  });

  test('refuses a redrive filter and an unknown machine', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);
    await expect(sfn.listExecutions({ stateMachineArn, redriveFilter: 'REDRIVEN' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'RedriveFilter cannot be applied to ListExecutions call with StateMachine ARN',
    });
    await expect(sfn.listExecutions({ stateMachineArn: `${stateMachineArn}2` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });
});
