import { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOrders, temporaryFolder } from '../support/run-orders.js';
import { LOCAL, serveOrders, type ServedOrders } from '../support/serve-orders.js';

/*
 * Executions that really ran in a served local environment: as Express, read from the log, and with distributed Maps, whose
 * children are executions of their own.
 */
const ARN = 'arn:aws:states:us-east-1:000000000000';
const GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/states/quick:*';
const TWO_STATES = { StartAt: 'One', States: { One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Pass', End: true } } };

const each = (ExecutionType: 'STANDARD' | 'EXPRESS'): object => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Label: 'lines',
      ItemProcessor: { ...TWO_STATES, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType } },
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
});

let served: ServedOrders;
let sfn: SFN;
let express = '';
beforeAll(async () => {
  served = await serveOrders(temporaryFolder());
  sfn = new SFN({ endpoint: served.url, region: 'us-east-1', credentials: LOCAL, disableHostPrefix: true });
  const role = 'arn:aws:iam::000000000000:role/states';
  const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn: GROUP } }];
  await sfn.createStateMachine({
    name: 'quick',
    type: 'EXPRESS',
    definition: JSON.stringify(TWO_STATES),
    roleArn: role,
    loggingConfiguration: { level: 'ALL', includeExecutionData: true, destinations },
  });
  const stateMachineArn = `${ARN}:stateMachine:quick`;
  express = (await sfn.startSyncExecution({ stateMachineArn, name: 'order-7', input: '{}' })).executionArn ?? '';
  for (const [name, type] of [
    ['standards', 'STANDARD'],
    ['expresses', 'EXPRESS'],
  ] as const) {
    await sfn.createStateMachine({ name, definition: JSON.stringify(each(type)), roleArn: role });
    await sfn.startExecution({ stateMachineArn: `${ARN}:stateMachine:${name}`, name: 'order-7', input: '[1,2,3]' });
  }
}, 60_000);
afterAll(async () => {
  sfn.destroy();
  await served.close();
});

interface Answer {
  readonly standard: { readonly transitions: number; readonly total: string; readonly lines: readonly object[] };
  readonly express: { readonly gbSeconds: number; readonly total: string; readonly lines: readonly object[] };
  readonly usage: { readonly measured: object };
  readonly warnings: readonly string[];
}

async function costOf(machine: string, from: string): Promise<Answer> {
  const place = ['--endpoint-url', served.url, '--state-machine-arn', `${ARN}:stateMachine:${machine}`];
  const ran = await runOrders(['cost', '--from', from, '--prices', 'embedded', '--json', ...place]);
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout) as Answer;
}

/** The driver of the served environment runs it; asks until it has ended. */
async function ended(executionArn: string): Promise<void> {
  while ((await sfn.describeExecution({ executionArn })).status === 'RUNNING')
    await new Promise((resolve) => setImmediate(resolve));
}

describe('orders cost --from', { timeout: 60_000 }, () => {
  it('an Express execution, from its log: what it would take as Standard, too', async () => {
    const answer = await costOf('quick', express);
    expect(answer).toMatchObject({
      standard: { transitions: 2, total: '0.00005' },
      // At most a few steps of 100 ms at 64 MB; never less than one.
      usage: { measured: { executions: 1, transitions: 2, running: 0 } },
      warnings: [],
    });
    expect(answer.express.gbSeconds * 160).toBeGreaterThanOrEqual(1);
    expect(answer.express.lines).toMatchObject([
      { item: 'requests', quantity: 1 },
      { item: 'duration', tier: { from: 0 } },
    ]);
  });

  it('a distributed Map with Standard children: their states are read from their own histories', async () => {
    const executionArn = `${ARN}:execution:standards:order-7`;
    await ended(executionArn);
    const { standard } = await costOf('standards', executionArn);
    // Each and Done, and three children with two states each.
    expect(standard).toMatchObject({
      transitions: 2,
      total: '0.0002',
      lines: [
        { item: 'transitions', quantity: 2 },
        { item: 'childTransitions', quantity: 6, amount: '0.00015' },
      ],
    });
  });

  it('a distributed Map with Express children: a request and a duration each', async () => {
    const executionArn = `${ARN}:execution:expresses:order-7`;
    await ended(executionArn);
    const { standard } = await costOf('expresses', executionArn);
    expect(standard.transitions).toBe(2);
    expect(standard.lines).toMatchObject([
      { item: 'transitions', quantity: 2, amount: '0.00005' },
      { quantity: 3, amount: '0.000003' },
      // Three seconds at 64 MB.
      { quantity: 0.1875 },
    ]);
  });
});
