import { describe, expect, test } from 'vitest';
import { createMachine, localEnvironment, LONG_WAIT, PASS, servedEnvironment } from './local-fixture.js';

const MISSING = 'arn:aws:states:us-east-1:000000000000:stateMachine:missing';

describe('StartExecution of a STANDARD machine', () => {
  test('runs to the end, with the ARN that follows from machine and name', async () => {
    const { sfn, local } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);

    const { executionArn = '', startDate } = await sfn.startExecution({
      stateMachineArn,
      name: 'one',
      input: '{"a":1}',
    });
    expect(executionArn).toBe('arn:aws:states:us-east-1:000000000000:execution:machine:one');
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });

    const { $metadata, ...described } = await sfn.describeExecution({ executionArn });
    expect($metadata.httpStatusCode).toBe(200);
    expect(described).toEqual({
      executionArn,
      stateMachineArn,
      name: 'one',
      status: 'SUCCEEDED',
      startDate,
      stopDate: described.stopDate,
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  test('same name and input while it runs: the same execution; other input: refused', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, LONG_WAIT);
    const first = await sfn.startExecution({ stateMachineArn, name: 'same', input: '{"a":1}' });
    const again = await sfn.startExecution({ stateMachineArn, name: 'same', input: '{"a":1}' });

    expect(again.executionArn).toBe(first.executionArn);
    expect(again.startDate).toEqual(first.startDate);
    await expect(sfn.startExecution({ stateMachineArn, name: 'same', input: '{"a":2}' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first.executionArn}'`,
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('an ended execution keeps its name, even for the same input', async () => {
    const { sfn, local } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, name: 'taken', input: '{}' });
    await local.drive(executionArn);

    await expect(sfn.startExecution({ stateMachineArn, name: 'taken', input: '{}' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
  });

  test('a name is free again 90 days after the end', async () => {
    let now = 1_700_000_000_000;
    let id = 0;
    const sources = { now: () => now, random: () => 0.5, uuid: () => `id-${(id += 1)}` };
    const { sfn, local } = await servedEnvironment({ sources });
    const stateMachineArn = await createMachine(sfn, PASS);
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, name: 'old', input: '{"n":1}' });
    await local.drive(executionArn);
    now += 91 * 24 * 3_600_000;

    await sfn.startExecution({ stateMachineArn, name: 'old', input: '{"n":2}' });
    await local.drive(executionArn);
    expect(await sfn.describeExecution({ executionArn })).toMatchObject({ input: '{"n":2}', output: '{"n":2}' });
  });

  test('without name and input: a uuid and an empty object', async () => {
    const { sfn, local } = await servedEnvironment();
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn: await createMachine(sfn, PASS) });
    await local.drive(executionArn);
    expect(await sfn.describeExecution({ executionArn })).toMatchObject({ input: '{}', output: '{}' });
    expect(executionArn.split(':').at(-1)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('every JSON value is an input', async () => {
    const { sfn, local } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);
    for (const input of ['null', '2', '"text"', '[1]']) {
      const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, input });
      await local.drive(executionArn);
      expect(await sfn.describeExecution({ executionArn })).toMatchObject({ input, output: input });
    }
  });

  test.each([
    [
      'no ARN',
      { stateMachineArn: 'not-an-arn', name: 'n' },
      'InvalidArn',
      `Invalid Arn: 'Invalid ARN prefix: not-an-arn'`,
    ],
    [
      'an ARN of something else',
      { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:execution:machine:n', name: 'n' },
      'InvalidArn',
      `Invalid Arn: 'Resource type not valid in this context: execution'`,
    ],
    [
      'no machine',
      { stateMachineArn: MISSING },
      'StateMachineDoesNotExist',
      `State Machine Does Not Exist: '${MISSING}'`,
    ],
    [
      'a long name, before the machine is looked for',
      { stateMachineArn: MISSING, name: 'n'.repeat(81) },
      'ValidationException',
      `1 validation error detected: Value '${'n'.repeat(81)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80`,
    ],
    [
      'a bad name, after the machine is looked for',
      { stateMachineArn: MISSING, name: 'a b', input: '{' },
      'StateMachineDoesNotExist',
      undefined,
    ],
    ['a bad name', { name: 'a b' }, 'InvalidName', `Invalid Name: 'a b'`],
    [
      'an empty input',
      { input: '' },
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: 'Invalid execution input.'`,
    ],
    ['an input that is no JSON', { input: 'not some json' }, 'InvalidExecutionInput', undefined],
    [
      'a large input',
      { input: JSON.stringify('é'.repeat(131_073)) },
      'ValidationException',
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have size less than or equal to 262144 bytes in UTF-8 encoding`,
    ],
  ])('refuses %s', async (_what, request, name, message) => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);
    await expect(sfn.startExecution({ stateMachineArn, ...request })).rejects.toMatchObject({
      name,
      ...(message !== undefined && { message }),
    });
  });

  test('an input of exactly 256 KiB is accepted', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, LONG_WAIT);
    const input = JSON.stringify('a'.repeat(262_142));
    await expect(sfn.startExecution({ stateMachineArn, input })).resolves.toBeDefined();
  });
});

describe('EXPRESS', () => {
  test('StartExecution never recognises a name, and its executions are in no API', async () => {
    const { sfn, local } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS, { type: 'EXPRESS' });
    const first = await sfn.startExecution({ stateMachineArn, name: 'same' });
    const second = await sfn.startExecution({ stateMachineArn, name: 'same' });
    const executionArn = first.executionArn ?? '';

    expect(executionArn).toMatch(/^arn:aws:states:us-east-1:000000000000:express:machine:same:[0-9a-f-]{36}$/);
    expect(second.executionArn).not.toBe(executionArn);
    expect(await local.drive(executionArn)).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
    const refused = { name: 'InvalidArn', message: `Invalid Arn: 'Resource type not valid in this context: express'` };
    await expect(sfn.describeExecution({ executionArn })).rejects.toMatchObject(refused);
    await expect(sfn.getExecutionHistory({ executionArn })).rejects.toMatchObject(refused);
    await expect(sfn.stopExecution({ executionArn })).rejects.toMatchObject(refused);
    await expect(sfn.redriveExecution({ executionArn })).rejects.toMatchObject(refused);
    await expect(sfn.listExecutions({ stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });

  test('StartSyncExecution answers with the result', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS, { type: 'EXPRESS' });
    expect(await sfn.startSyncExecution({ stateMachineArn, input: '{"a":1}' })).toMatchObject({
      stateMachineArn,
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '{"a":1}',
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
  });

  test('StartSyncExecution refuses a STANDARD machine', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);
    await expect(sfn.startSyncExecution({ stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });
});

test('an execution that nobody has driven yet has begun all the same', async () => {
  const local = localEnvironment();
  const call = async (operation: string, input: object) => {
    const headers = { 'x-amz-target': `AWSStepFunctions.${operation}` };
    const { body } = await local.handle({ method: 'POST', path: '/', query: {}, headers, body: JSON.stringify(input) });
    return JSON.parse(body) as Record<string, unknown>;
  };
  const machine = { name: 'machine', definition: JSON.stringify(PASS), roleArn: 'arn:aws:iam::000000000000:role/test' };
  const { stateMachineArn } = await call('CreateStateMachine', machine);
  const { executionArn } = await call('StartExecution', { stateMachineArn, name: 'one' });

  expect(await call('DescribeExecution', { executionArn })).toMatchObject({ status: 'RUNNING' });
  expect(await call('GetExecutionHistory', { executionArn })).toMatchObject({
    events: [{ id: 1, previousEventId: 0, type: 'ExecutionStarted', executionStartedEventDetails: { input: '{}' } }],
  });
});
