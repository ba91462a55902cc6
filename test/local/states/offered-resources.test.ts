import { describe, expect, test } from 'vitest';
import { createMachine, servedEnvironment, PASS } from './local-fixture.js';

const roleArn = 'arn:aws:iam::000000000000:role/test';

function machineWith(Resource: string): object {
  const inner = { StartAt: 'Deep', States: { Deep: { Type: 'Task', Resource, Parameters: {}, End: true } } };
  return { StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches: [PASS, inner], End: true } } };
}

describe('resources that cannot be run here', () => {
  const ECS = 'arn:aws:states:::ecs:runTask.sync';

  test('are refused when a machine is created, updated or validated', async () => {
    const { sfn } = await servedEnvironment();
    const definition = JSON.stringify(machineWith(ECS));
    const refusal = {
      name: 'InvalidDefinition',
      message: expect.stringMatching(
        /does not offer the resource arn:aws:states:::ecs:runTask\.sync of the state 'Deep'; it supports .*lambda:invoke.* at \/States\/Both\/Branches\[1\]\/States\/Deep\/Resource'$/,
      ) as string,
    };
    await expect(sfn.createStateMachine({ name: 'new', definition, roleArn })).rejects.toMatchObject(refusal);
    const stateMachineArn = await createMachine(sfn, PASS);
    await expect(sfn.updateStateMachine({ stateMachineArn, definition })).rejects.toMatchObject(refusal);
    const { result, diagnostics } = await sfn.validateStateMachineDefinition({ definition });
    expect(result).toBe('FAIL');
    expect(diagnostics).toMatchObject([{ location: '/States/Both/Branches[1]/States/Deep/Resource' }]);
  });

  test.each([
    'arn:aws:states:::dynamodb:scan',
    'arn:aws:states:::dynamodb:getItem.sync',
    'arn:aws:states:::aws-sdk:s3:getObject',
    'arn:aws:states:::lambda:invoke.sync',
  ])('%s', async (resource) => {
    const { sfn } = await servedEnvironment();
    await expect(createMachine(sfn, machineWith(resource))).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });

  test('may be tested with a mock', async () => {
    const { sfn } = await servedEnvironment();
    const definition = JSON.stringify({ Type: 'Task', Resource: ECS, Parameters: {}, End: true });
    expect(await sfn.testState({ definition, mock: { result: '{"done":true}' } })).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"done":true}',
    });
  });
});

test.each([
  'arn:aws:lambda:us-east-1:000000000000:function:f',
  'arn:aws:states:us-east-1:000000000000:activity:a',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:::sns:publish',
  'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  'arn:aws:states:::dynamodb:updateItem',
])('%s is accepted', async (resource) => {
  const { sfn } = await servedEnvironment();
  expect(await createMachine(sfn, machineWith(resource))).toContain(':stateMachine:machine');
});
