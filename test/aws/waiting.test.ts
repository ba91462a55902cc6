import { describe, expect, test } from 'vitest';
import { deployment, machineArn, ACCOUNT, REGION } from '../environment/deployments.js';
import { parameter, startAwsStub, type StubAnswers } from '../support/sdk-stub.js';
import { runOrders } from '../support/run-orders.js';

const keys = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: REGION };
const MACHINE = ['--state-machine-arn', machineArn()];
const throttling = { error: 'ThrottlingException', message: 'Rate exceeded' };

describe('a service that throttles', () => {
  test('is waited for', async () => {
    let asked = 0;
    const answers: StubAnswers = {
      ListExecutions: () => ((asked += 1) <= 2 ? throttling : { output: { executions: [] } }),
    };
    const stub = await startAwsStub(answers);
    const ran = await runOrders(['list', ...MACHINE, '--json'], { env: { ...keys, AWS_ENDPOINT_URL: stub.url } });
    await stub.finish();
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(stub.operations()).toEqual(['ListExecutions', 'ListExecutions', 'ListExecutions']);
  });

  test.each([[[]], [['--json']]])('beyond patience: exit 11, and how long that was %j', async (json) => {
    const stub = await startAwsStub({
      GetParameter: () => parameter('/orders/prod/deployment', deployment(), { region: REGION, accountId: ACCOUNT }),
      ListExecutions: () => throttling,
    });
    const env = { ...keys, AWS_ENDPOINT_URL: stub.url, ORDERS_THROTTLE_PATIENCE: '0' };
    const ran = await runOrders(['list', '--env', 'prod', ...json], { env });
    await stub.finish();
    expect(ran.code).toBe(11);
    expect(ran.stdout + ran.stderr).toContain('AWS throttles ListExecutions, still after 0.0 s: Rate exceeded');
  });

  test('an interruption ends the waiting', async () => {
    const stub = await startAwsStub({ DescribeExecution: () => throttling });
    const arn = `${machineArn().replace('stateMachine', 'execution')}:order-1`;
    const ran = await runOrders(['status', arn, '--wait', ...MACHINE], {
      env: { ...keys, AWS_ENDPOINT_URL: stub.url },
      // Said after a second of waiting, so it is waiting now.
      onOutput: ({ stderr }, kill) => {
        if (stderr.includes('AWS throttles DescribeExecution')) kill('SIGINT');
      },
    });
    await stub.finish();
    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain(
      'environment: aws\nAWS throttles DescribeExecution (8/s): waiting, up to 60 s a call\n',
    );
  });
});
