import { expect, test } from 'vitest';
import { createMachine, servedEnvironment } from './local-fixture.js';

const ITEM = {
  StartAt: 'Even',
  States: {
    Even: { Type: 'Choice', Choices: [{ Variable: '$', NumericLessThan: 3, Next: 'Good' }], Default: 'Bad' },
    Good: { Type: 'Pass', End: true },
    Bad: { Type: 'Fail', Error: 'TooMany' },
  },
};
const machine = (more: object = {}) => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Label: 'lines',
      ItemProcessor: { ...ITEM, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      MaxConcurrency: 2,
      End: true,
      ...more,
    },
  },
});

async function ran(definition: object, input: unknown) {
  const { sfn, local } = await servedEnvironment();
  const stateMachineArn = await createMachine(sfn, definition);
  const { executionArn = '' } = await sfn.startExecution({
    stateMachineArn,
    name: 'one',
    input: JSON.stringify(input),
  });
  await local.drive(executionArn);
  const { mapRuns = [] } = await sfn.listMapRuns({ executionArn });
  return { sfn, local, executionArn, stateMachineArn, mapRuns, mapRunArn: mapRuns[0]?.mapRunArn ?? '' };
}

test('a Map Run is listed, described with its counts, and so are its children', async () => {
  const { sfn, executionArn, stateMachineArn, mapRuns, mapRunArn } = await ran(machine(), [1, 2]);
  expect(mapRunArn).toMatch(/^arn:aws:states:us-east-1:000000000000:mapRun:machine\/lines:/);
  expect(mapRuns).toMatchObject([{ executionArn, stateMachineArn: `${stateMachineArn}/lines` }]);

  expect(await sfn.describeMapRun({ mapRunArn })).toMatchObject({
    mapRunArn,
    executionArn,
    status: 'SUCCEEDED',
    maxConcurrency: 2,
    toleratedFailureCount: 0,
    toleratedFailurePercentage: 0,
    itemCounts: { total: 2, succeeded: 2, pending: 0, running: 0, failed: 0, timedOut: 0, aborted: 0 },
    executionCounts: { total: 2, succeeded: 2, pending: 0 },
    redriveCount: 0,
  });

  const first = await sfn.listExecutions({ mapRunArn, maxResults: 1 });
  const rest = await sfn.listExecutions({ mapRunArn, nextToken: first.nextToken });
  const children = [...(first.executions ?? []), ...(rest.executions ?? [])];
  expect(children).toHaveLength(2);
  for (const child of children)
    expect(child).toMatchObject({
      mapRunArn,
      itemCount: 1,
      status: 'SUCCEEDED',
      stateMachineArn: `${stateMachineArn}/lines`,
    });
  expect((await sfn.listExecutions({ stateMachineArn })).executions).toHaveLength(1);

  const childArn = children[0]?.executionArn ?? '';
  expect(childArn).toContain(':execution:machine/lines:');
  expect(await sfn.describeExecution({ executionArn: childArn })).toMatchObject({ mapRunArn, status: 'SUCCEEDED' });
  const described = await sfn.describeStateMachineForExecution({ executionArn: childArn });
  expect(described).toMatchObject({ mapRunArn, label: 'lines', stateMachineArn: `${stateMachineArn}/lines` });
  expect(JSON.parse(described.definition ?? '')).toEqual(ITEM);
});

test('failed children are counted and filtered; they are redriven by their Map Run only', async () => {
  const { sfn, mapRunArn } = await ran(machine({ ToleratedFailureCount: 1 }), [1, 5, 2]);
  expect(await sfn.describeMapRun({ mapRunArn })).toMatchObject({
    status: 'SUCCEEDED',
    toleratedFailureCount: 1,
    itemCounts: { total: 3, succeeded: 2, failed: 1 },
  });
  const { executions = [] } = await sfn.listExecutions({ mapRunArn, statusFilter: 'FAILED' });
  expect(executions).toHaveLength(1);
  expect((await sfn.listExecutions({ mapRunArn, redriveFilter: 'REDRIVEN' })).executions).toEqual([]);
  const executionArn = executions[0]?.executionArn;
  expect(await sfn.describeExecution({ executionArn })).toMatchObject({
    redriveStatus: 'REDRIVABLE_BY_MAP_RUN',
    error: 'TooMany',
  });
  await expect(sfn.redriveExecution({ executionArn })).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
});

test('refusals', async () => {
  const { sfn, stateMachineArn, mapRunArn } = await ran(machine(), [1]);
  await expect(sfn.describeMapRun({ mapRunArn: `${mapRunArn}x` })).rejects.toMatchObject({ name: 'ResourceNotFound' });
  await expect(sfn.describeMapRun({ mapRunArn: stateMachineArn })).rejects.toMatchObject({ name: 'InvalidArn' });
  await expect(sfn.listExecutions({ mapRunArn, stateMachineArn })).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await expect(sfn.listExecutions({ stateMachineArn, statusFilter: 'PENDING_REDRIVE' })).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await expect(sfn.updateMapRun({ mapRunArn, maxConcurrency: 5 })).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});
