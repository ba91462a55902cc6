import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createMachine,
  servedEnvironment,
  localEnvironment,
  temporaryFolder,
  clientsAt,
  afterTest,
} from '../states/local-fixture.js';
import { lambdaEndpoint } from './lambda-endpoint.js';
import type { SFN } from '@aws-sdk/client-sfn';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:work';

function distributed(
  fields: object,
  states: object = { Only: { Type: 'Pass', End: true } },
  config: object = {},
): object {
  return {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Label: 'each',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD', ...config },
          StartAt: 'Only',
          States: states,
        },
        End: true,
        ...fields,
      },
    },
  };
}

const CALL = { Only: { Type: 'Task', Resource: FUNCTION, End: true } };

async function run(sfn: SFN, definition: object, input: unknown, name = 'run') {
  const stateMachineArn = await createMachine(sfn, definition);
  const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, name, input: JSON.stringify(input) });
  return { stateMachineArn, executionArn };
}

async function ended(sfn: SFN, executionArn: string) {
  for (;;) {
    const execution = await sfn.describeExecution({ executionArn });
    if (execution.status !== 'RUNNING') return execution;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function typesOf(sfn: SFN, executionArn: string) {
  const { events = [] } = await sfn.getExecutionHistory({ executionArn, maxResults: 1000 });
  return events.map(({ type }) => type);
}

function putObject(folder: string, key: string, text: string): void {
  const file = join(folder, 'buckets', key);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

test('children are executions of their own, whose events the parent does not show', async () => {
  const { sfn } = await servedEnvironment();
  const { executionArn, stateMachineArn } = await run(sfn, distributed({}), [1, { a: 2 }, 'three']);
  const { status, output } = await ended(sfn, executionArn);
  expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: '[1,{"a":2},"three"]' });
  expect(await typesOf(sfn, executionArn)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateSucceeded',
    'MapStateExited',
    'ExecutionSucceeded',
  ]);
  const { mapRuns = [] } = await sfn.listMapRuns({ executionArn });
  expect(mapRuns).toHaveLength(1);
  const { mapRunArn = '' } = mapRuns[0]!;
  expect(mapRunArn).toMatch(/^arn:aws:states:us-east-1:000000000000:mapRun:machine\/each:[0-9a-f-]{36}$/);
  expect(await sfn.describeMapRun({ mapRunArn })).toMatchObject({
    status: 'SUCCEEDED',
    executionArn,
    itemCounts: { total: 3, succeeded: 3, pending: 0, failed: 0, resultsWritten: 0 },
    executionCounts: { total: 3, succeeded: 3 },
  });
  const { executions = [] } = await sfn.listExecutions({ mapRunArn });
  expect(executions).toHaveLength(3);
  const child = await sfn.describeExecution({ executionArn: executions[0]!.executionArn ?? '' });
  expect(child).toMatchObject({ mapRunArn, stateMachineArn: `${stateMachineArn}/each`, status: 'SUCCEEDED' });
  expect(child.executionArn).toMatch(/:execution:machine\/each:/);
  expect((await sfn.listExecutions({ stateMachineArn })).executions).toHaveLength(1);
});

test('one failure is too many, and a redrive runs only the failed children again', async () => {
  let broken = true;
  const { env, calls } = await lambdaEndpoint(({ payload }) =>
    broken && payload === 2 ? { error: 'Broken', message: 'two' } : { result: payload },
  );
  const { sfn } = await servedEnvironment({ env });
  const { executionArn } = await run(sfn, distributed({ MaxConcurrency: 1 }, CALL), [1, 2, 3]);
  expect(await ended(sfn, executionArn)).toMatchObject({
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  });
  const { mapRuns = [] } = await sfn.listMapRuns({ executionArn });
  const { mapRunArn = '' } = mapRuns[0]!;
  const failed = await sfn.listExecutions({ mapRunArn, statusFilter: 'FAILED' });
  const child = failed.executions?.[0]?.executionArn ?? '';
  expect(await sfn.describeExecution({ executionArn: child })).toMatchObject({
    redriveStatus: 'REDRIVABLE_BY_MAP_RUN',
  });
  await expect(sfn.redriveExecution({ executionArn: child })).rejects.toThrow(/Map Run/);

  broken = false;
  await sfn.redriveExecution({ executionArn });
  expect(await ended(sfn, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[1,2,3]', redriveCount: 1 });
  expect(calls.map(({ payload }) => payload)).toEqual([1, 2, 2, 3]);
  expect(await typesOf(sfn, executionArn)).toContain('MapRunRedriven');
  expect(await sfn.describeMapRun({ mapRunArn })).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  expect(await typesOf(sfn, child)).toContain('ExecutionRedriven');
});

test('tolerated failures stand in the output as all that is known of them', async () => {
  const { env } = await lambdaEndpoint(({ payload }) =>
    payload === 2 ? { error: 'Broken', message: 'two' } : { result: payload },
  );
  const { sfn } = await servedEnvironment({ env });
  const { executionArn } = await run(sfn, distributed({ ToleratedFailurePercentage: 50 }, CALL), [1, 2]);
  const { status, output = '' } = await ended(sfn, executionArn);
  expect(status).toBe('SUCCEEDED');
  expect(JSON.parse(output)).toMatchObject([1, { Status: 'FAILED', Error: 'Broken', Input: '2' }]);
});

test('items come from a folder that stands for a bucket, and results go to one', async () => {
  const { sfn, local } = await servedEnvironment();
  putObject(local.folder, 'data/in/items.csv', 'a,b\n1,"x, ""y"""\n2\n');
  const fields = {
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      Parameters: { Bucket: 'data', 'Key.$': '$.key' },
    },
    ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'from.$': '$.key' } },
    ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'data', Prefix: 'out' } },
  };
  const { executionArn } = await run(sfn, distributed(fields), { key: 'in/items.csv' });
  const { status, output = '' } = await ended(sfn, executionArn);
  expect(status).toBe('SUCCEEDED');
  const { ResultWriterDetails: written } = JSON.parse(output) as {
    ResultWriterDetails: { Bucket: string; Key: string };
  };
  const read = (key: string) => JSON.parse(readFileSync(join(local.folder, 'buckets', 'data', key), 'utf8')) as unknown;
  const manifest = read(written.Key) as { ResultFiles: { SUCCEEDED: { Key: string }[] } };
  expect(read(manifest.ResultFiles.SUCCEEDED[0]!.Key)).toMatchObject([
    {
      Status: 'SUCCEEDED',
      Output: JSON.stringify({
        BatchInput: { from: 'in/items.csv' },
        Items: [
          { a: '1', b: 'x, "y"' },
          { a: '2', b: '' },
        ],
      }),
    },
  ]);
});

test('waiting that is skipped is skipped in the children too', async () => {
  const { sfn, local } = await servedEnvironment();
  const wait = { Only: { Type: 'Wait', Seconds: 86_400, Next: 'Then' }, Then: { Type: 'Pass', End: true } };
  local.prepare('run', { fastForward: true });
  const { executionArn } = await run(sfn, distributed({ MaxConcurrency: 1 }, wait), [1, 2]);
  const { status, startDate, stopDate } = await ended(sfn, executionArn);
  expect(status).toBe('SUCCEEDED');
  expect(stopDate!.getTime() - startDate!.getTime()).toBeGreaterThanOrEqual(2 * 86_400_000);
});

test('an object that is not there fails the Map Run', async () => {
  const { sfn, local } = await servedEnvironment();
  putObject(local.folder, 'data/other.json', '[]');
  const reader = {
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { Bucket: 'data', Key: 'items.json' },
    },
  };
  const { executionArn } = await run(sfn, distributed(reader), {});
  expect(await ended(sfn, executionArn)).toMatchObject({
    status: 'FAILED',
    error: 'States.ItemReaderFailed',
    cause: 'The specified key does not exist: items.json',
  });
});

test('a Map Run that was interrupted goes on with the children that are left', async () => {
  let answering = false;
  const lambda = await lambdaEndpoint(({ payload }) => (answering || payload === 1 ? { result: payload } : 'never'));
  const { env, calls, called } = lambda;
  const folder = temporaryFolder();
  const first = localEnvironment({ folder, env });
  const server = await first.serve(0);
  const { sfn } = clientsAt(server.port);
  const { executionArn } = await run(sfn, distributed({ MaxConcurrency: 1 }, CALL), [1, 2, 3]);
  await called(2);
  await server.close();
  await first.close();

  answering = true;
  const second = localEnvironment({ folder, env });
  expect(await second.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
  expect(calls.map(({ payload }) => payload)).toEqual([1, 2, 2, 3]);
  const again = await second.serve(0);
  afterTest(() => again.close());
  const { output } = await clientsAt(again.port).sfn.describeExecution({ executionArn });
  expect(output).toBe('[1,2,3]');
});

test.each([
  [{ ItemReader: { Resource: 'arn:aws:states:::s3:headObject', Parameters: {} } }, 's3:headObject'],
  [{ ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'PARQUET' } } }, 'PARQUET'],
  [{ ResultWriter: { Resource: 'arn:aws:states:::s3:deleteObject', Parameters: {} } }, 's3:deleteObject'],
])('what a folder cannot give is refused when the machine is created: %j', async (fields, named) => {
  const { sfn } = await servedEnvironment();
  await expect(createMachine(sfn, distributed(fields))).rejects.toThrow(named);
});

test('stopping the parent stops its children', async () => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const { env, called } = await lambdaEndpoint(() => answered.then(() => ({ result: null })));
  const { sfn } = await servedEnvironment({ env });
  const { executionArn } = await run(sfn, distributed({}, CALL), [1, 2]);
  await called(2);
  await sfn.stopExecution({ executionArn });
  const { mapRuns = [] } = await sfn.listMapRuns({ executionArn });
  const { mapRunArn = '' } = mapRuns[0]!;
  const { executions = [] } = await sfn.listExecutions({ mapRunArn });
  for (const child of executions)
    expect(await ended(sfn, child.executionArn ?? '')).toMatchObject({ status: 'ABORTED' });
  expect(await sfn.describeMapRun({ mapRunArn })).toMatchObject({ status: 'ABORTED', executionCounts: { aborted: 2 } });
  answer();
});

test('a Map Run inside a child has children of its own, EXPRESS ones too', async () => {
  const { sfn } = await servedEnvironment();
  const inner = {
    Only: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'Deep',
        States: { Deep: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  };
  const { executionArn } = await run(sfn, distributed({}, inner), [[1, 2], [], [3]]);
  expect(await ended(sfn, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[[1,2],[],[3]]' });
});
