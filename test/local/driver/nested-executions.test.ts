import type { HistoryEvent, SFN } from '@aws-sdk/client-sfn';
import { describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../../src/lib/local/store/database.js';
import {
  createMachine,
  localEnvironment,
  LONG_WAIT,
  PASS,
  servedEnvironment,
  temporaryFolder,
} from '../states/local-fixture.js';
import { ask, typesOf } from './ask.js';

const START = 'arn:aws:states:::states:startExecution';
const CHILD = 'arn:aws:states:us-east-1:000000000000:stateMachine:child';
const FAIL = { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Broken', Cause: 'because' } } };
const CALLBACK = {
  StartAt: 'Wait',
  States: {
    Wait: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: {
        QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/orders-local-confirmation-retries',
        MessageBody: { 'token.$': '$$.Task.Token' },
      },
      End: true,
    },
  },
};

function parent(suffix: string, state: object = {}): object {
  const Parameters = { StateMachineArn: CHILD, 'Input.$': '$' };
  return {
    StartAt: 'Nest',
    States: { Nest: { Type: 'Task', Resource: START + suffix, Parameters, End: true, ...state } },
  };
}

/** Creates both machines and starts the parent with {"n":1}. */
async function begun(sfn: SFN, child: object, parentDefinition: object): Promise<string> {
  await createMachine(sfn, child, { name: 'child' });
  const stateMachineArn = await createMachine(sfn, parentDefinition, { name: 'parent' });
  const { executionArn } = await sfn.startExecution({ stateMachineArn, name: 'one', input: '{"n":1}' });
  return executionArn ?? '';
}

/** Starts them and waits for the parent's end. */
async function run(child: object, parentDefinition: object) {
  const { sfn, local } = await servedEnvironment();
  const executionArn = await begun(sfn, child, parentDefinition);
  await local.drive(executionArn);
  const { events = [] } = await sfn.getExecutionHistory({ executionArn });
  return { sfn, executionArn, events, description: await sfn.describeExecution({ executionArn }) };
}

const types = (events: readonly HistoryEvent[]) => events.map(({ type }) => type);
const children = async (sfn: SFN) => (await sfn.listExecutions({ stateMachineArn: CHILD })).executions ?? [];

test('request-response gives what StartExecution answers and does not wait', async () => {
  const { sfn, events, description } = await run(LONG_WAIT, parent(''));
  const [child] = await children(sfn);
  expect(types(events)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  const output = JSON.parse(description.output ?? '') as Record<string, unknown>;
  expect(Object.keys(output)).toEqual(['ExecutionArn', 'SdkHttpMetadata', 'SdkResponseMetadata', 'StartDate']);
  expect(output).toMatchObject({ ExecutionArn: child?.executionArn, StartDate: child?.startDate?.getTime() });
  expect(child?.status).toBe('RUNNING');
  expect(events[2]?.taskScheduledEventDetails).toMatchObject({ resourceType: 'states', resource: 'startExecution' });
});

describe('.sync', () => {
  test.each([
    ['.sync', '{"n":1}'],
    ['.sync:2', { n: 1 }],
  ])('%s waits for the child and gives its description', async (suffix, data) => {
    const { sfn, events, description } = await run(PASS, parent(suffix));
    const [child] = await children(sfn);
    expect(types(events).slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
    expect(JSON.parse(description.output ?? '')).toMatchObject({
      ExecutionArn: child?.executionArn,
      Input: data,
      InputDetails: { Included: true },
      Name: child?.name,
      Output: data,
      OutputDetails: { Included: true },
      StartDate: child?.startDate?.getTime(),
      StateMachineArn: CHILD,
      Status: 'SUCCEEDED',
      StopDate: child?.stopDate?.getTime(),
    });
    expect(events[4]?.taskSubmittedEventDetails).toMatchObject({
      resourceType: 'states',
      resource: `startExecution${suffix}`,
      output: expect.stringContaining(String(child?.executionArn)) as string,
    });
  });

  test('a child that fails is States.TaskFailed with its description', async () => {
    const { events, description } = await run(FAIL, parent('.sync:2'));
    expect(types(events).slice(4)).toEqual(['TaskSubmitted', 'TaskFailed', 'ExecutionFailed']);
    expect(description).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(description.cause ?? '')).toMatchObject({ Status: 'FAILED', Error: 'Broken', Cause: 'because' });
  });

  test('stopping the parent stops the child and the child of the child', async () => {
    const { sfn, local } = await servedEnvironment();
    const grandchild = await createMachine(sfn, CALLBACK, { name: 'grandchild' });
    const middle = parent('.sync', { Parameters: { StateMachineArn: grandchild } });
    const executionArn = await begun(sfn, middle, parent('.sync:2'));
    await vi.waitFor(async () => {
      expect((await local.snapshot()).queued).toHaveLength(1);
    });
    await sfn.stopExecution({ executionArn });
    expect(await sfn.describeExecution({ executionArn })).toMatchObject({ status: 'ABORTED' });
    expect(await children(sfn)).toMatchObject([{ status: 'ABORTED' }]);
    const inner = await sfn.listExecutions({ stateMachineArn: grandchild });
    expect(inner.executions).toMatchObject([{ status: 'ABORTED' }]);
  });

  test('a task that times out stops the child', async () => {
    const { sfn, executionArn, description } = await run(LONG_WAIT, parent('.sync', { TimeoutSeconds: 1 }));
    expect(description).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    const { events = [] } = await sfn.getExecutionHistory({ executionArn });
    expect(types(events)).toContain('TaskTimedOut');
    await vi.waitFor(async () => {
      expect(await children(sfn)).toMatchObject([{ status: 'ABORTED' }]);
    });
  });

  describe('whose driver has gone', () => {
    /** A parent whose child waits for a callback, and nobody drives either. */
    async function abandoned() {
      const folder = temporaryFolder();
      const first = localEnvironment({ folder });
      const roleArn = 'arn:aws:iam::000000000000:role/test';
      const create = (name: string, definition: object) =>
        ask(first, 'CreateStateMachine', { name, definition: JSON.stringify(definition), roleArn });
      await create('child', CALLBACK);
      const { stateMachineArn } = await create('parent', parent('.sync:2'));
      const answer = await ask(first, 'StartExecution', { stateMachineArn, name: 'one', input: '{"n":1}' });
      const executionArn = String(answer['executionArn']);
      const driving = first.drive(executionArn);
      await vi.waitFor(async () => {
        expect((await first.snapshot()).queued).toHaveLength(1);
      });
      await first.close();
      expect(await driving).toEqual({ kind: 'interrupted' });
      return { folder, executionArn };
    }

    /** As if the process had died after the child was inserted, before the parent's next event was. */
    function forgetSubmission(folder: string, executionArn: string): void {
      const database = openDatabase(folder, []);
      const parentId = '(SELECT id FROM executions WHERE arn = ?)';
      const { changes } = database
        .prepare(`DELETE FROM records WHERE execution = ${parentId} AND event LIKE '%"TaskSubmitted"%'`)
        .run(executionArn);
      expect(changes).toBe(1);
      database
        .prepare(
          `UPDATE executions SET last_event_id = (SELECT MAX(id) FROM records WHERE execution = executions.id) WHERE arn = ?`,
        )
        .run(executionArn);
      database.close();
    }

    test.each([
      ['after it was submitted', false],
      ['before its submission was stored', true],
    ])('the parent finds its child again: %s', async (_when, forget) => {
      const { folder, executionArn } = await abandoned();
      if (forget) forgetSubmission(folder, executionArn);
      const local = localEnvironment({ folder });
      const driving = local.drive(executionArn);
      const [message] = (await local.snapshot()).queued;
      const { token } = JSON.parse(String(message?.['body'])) as { token: string };
      await ask(local, 'SendTaskSuccess', { taskToken: token, output: '"yes"' });
      expect(await driving).toEqual({ kind: 'ended', status: 'SUCCEEDED' });
      const { executions } = await ask(local, 'ListExecutions', { stateMachineArn: CHILD });
      expect(executions).toHaveLength(1);
      // The callback's message has not been sent a second time either.
      expect((await local.snapshot()).queued).toHaveLength(1);
      expect((await typesOf(local, executionArn)).filter((type) => type === 'TaskSubmitted')).toHaveLength(1);
    });

    test('stopping the parent stops the child', async () => {
      const { folder, executionArn } = await abandoned();
      const local = localEnvironment({ folder });
      await ask(local, 'StopExecution', { executionArn });
      const { executions } = await ask(local, 'ListExecutions', { stateMachineArn: CHILD });
      expect(executions).toMatchObject([{ status: 'ABORTED' }]);
    });
  });
});

test('.waitForTaskToken: the child gets the token, and whoever has it answers', async () => {
  const { sfn, local } = await servedEnvironment();
  const Parameters = { StateMachineArn: CHILD, Name: 'given', Input: { 'token.$': '$$.Task.Token' } };
  const executionArn = await begun(sfn, PASS, parent('.waitForTaskToken', { Parameters }));
  const child = CHILD.replace(':stateMachine:', ':execution:') + ':given';
  const output = await vi.waitFor(async () => {
    const described = await sfn.describeExecution({ executionArn: child });
    expect(described.status).toBe('SUCCEEDED');
    return described.output ?? '';
  });
  const { token } = JSON.parse(output) as { token: string };
  await sfn.sendTaskSuccess({ taskToken: token, output: '{"yes":true}' });
  await local.drive(executionArn);
  expect(await sfn.describeExecution({ executionArn })).toMatchObject({ status: 'SUCCEEDED', output: '{"yes":true}' });
});

describe('a child that cannot be started', () => {
  test('for there is no such machine', async () => {
    const missing = CHILD.replace('child', 'nobody');
    const { description } = await run(PASS, parent('.sync', { Parameters: { StateMachineArn: missing } }));
    expect(description).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.StateMachineDoesNotExistException',
      cause: expect.stringContaining(`State Machine Does Not Exist: '${missing}' (Service: AWSStepFunctions`) as string,
    });
  });

  test('for its name is taken', async () => {
    const { sfn, local } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS, { name: 'child' });
    const { executionArn: taken } = await sfn.startExecution({ stateMachineArn, name: 'given', input: '{"other":1}' });
    await local.drive(taken ?? '');
    const Parameters = { StateMachineArn: CHILD, Name: 'given' };
    const executionArn = await begun(sfn, PASS, parent('', { Parameters }));
    await local.drive(executionArn);
    expect(await sfn.describeExecution({ executionArn })).toMatchObject({
      error: 'StepFunctions.ExecutionAlreadyExistsException',
    });
  });
});
