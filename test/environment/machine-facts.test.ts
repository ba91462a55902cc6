import { expect, test } from 'vitest';
import { createClients } from '../../src/lib/aws/clients.js';
import { startArnOf, type Environment } from '../../src/lib/environment/environment.js';
import { machineFacts } from '../../src/lib/environment/machine-facts.js';
import { startAwsStub, type StubAnswers } from '../support/sdk-stub.js';
import { deployment, machineArn, REGION } from './deployments.js';

const published = deployment().stateMachine;

async function at<T>(
  answers: StubAnswers,
  changes: Partial<Environment>,
  work: (environment: Environment) => Promise<T>,
): Promise<{ result: T; operations: readonly string[] }> {
  const stub = await startAwsStub(answers);
  const clients = createClients({ region: REGION, endpointUrl: stub.url, env: {} });
  const environment: Environment = {
    name: 'prod',
    kind: 'aws',
    region: REGION,
    accountId: undefined,
    stateMachineArn: published.arn,
    startArn: published.aliasArn ?? undefined,
    clients,
    limits: clients.limits,
    here: (line) => line,
    deployment: async () => deployment(),
    close: async () => clients.close(),
    ...changes,
  };
  const result = await work(environment);
  await environment.close();
  await stub.finish();
  return { result, operations: stub.operations() };
}

const described: StubAnswers = {
  DescribeStateMachine: ({ input }) => ({
    output: {
      stateMachineArn: input['stateMachineArn'],
      name: 'other',
      type: 'EXPRESS',
      loggingConfiguration: {
        destinations: [
          { cloudWatchLogsLogGroup: { logGroupArn: `arn:aws:logs:${REGION}:123456789012:log-group:/vended/other:*` } },
        ],
      },
    },
  }),
};

test('what was published tells type and log group without a call', async () => {
  const { result, operations } = await at({}, {}, (environment) => machineFacts(environment));
  expect(result).toEqual({
    arn: published.arn,
    name: 'orders-prod',
    type: 'STANDARD',
    logGroup: '/aws/vendedlogs/states/orders-prod',
  });
  expect(operations).toEqual([]);
});

test('a machine that is named by its ARN is described, once, and its quota is that of its type', async () => {
  const arn = machineArn({ name: 'other' });
  const { result, operations } = await at(
    described,
    { stateMachineArn: arn, deployment: async () => undefined },
    async (environment) => [
      await machineFacts(environment),
      await machineFacts(environment),
      environment.limits.share('StartExecution')?.bucket,
    ],
  );
  const facts = { arn, name: 'other', type: 'EXPRESS', logGroup: '/vended/other' };
  expect(result).toEqual([facts, facts, 4800]);
  expect(operations).toEqual(['DescribeStateMachine']);
});

test('another machine than the environment has is described, too', async () => {
  const { result, operations } = await at(described, {}, (environment) =>
    machineFacts(environment, machineArn({ name: 'other' })),
  );
  expect(result.type).toBe('EXPRESS');
  expect(operations).toEqual(['DescribeStateMachine']);
});

test('without a machine there is nothing to start by, and nothing to describe', async () => {
  const unknown = { stateMachineArn: undefined, startArn: undefined };
  await at({}, unknown, async (environment) => {
    expect(() => startArnOf(environment)).toThrow('it is not known which state machine environment prod runs');
    await expect(machineFacts(environment)).rejects.toThrow('it is not known which state machine');
  });
});
