import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SFN, type LogLevel } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, runOrders, temporaryFolder, type Ran } from '../support/run-orders.js';
import { LOCAL, serveOrders, type ServedOrders } from '../support/serve-orders.js';

/*
 * Express machines on a served local environment, which keeps of them what AWS keeps: their lines in a log group.
 */
const DEFINITION = {
  StartAt: 'Look',
  States: {
    Look: { Type: 'Choice', Choices: [{ Variable: '$.bad', IsPresent: true, Next: 'Refuse' }], Default: 'Accept' },
    Accept: { Type: 'Pass', End: true },
    Refuse: { Type: 'Fail', Error: 'OutOfTea', Cause: 'no \u001b[31mtea' },
  },
};
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:';
const group = (name: string): string => `/aws/vendedlogs/states/${name}`;

let served: ServedOrders;
let sfn: SFN;
beforeAll(async () => {
  served = await serveOrders(temporaryFolder());
  sfn = new SFN({ endpoint: served.url, region: 'us-east-1', credentials: LOCAL, disableHostPrefix: true });
  await machine('quick', 'ALL');
  await machine('terse', 'ERROR');
  await machine('mute', 'OFF');
  for (const name of ['quick', 'terse', 'mute']) {
    await start(name, 'order-7', { orderId: '7', email: 'jo@example.org' });
    await start(name, 'order-8', { orderId: '8', bad: true });
  }
}, 60_000);
afterAll(async () => {
  sfn.destroy();
  await served.close();
});

async function machine(name: string, level: LogLevel): Promise<void> {
  const logGroupArn = `arn:aws:logs:us-east-1:000000000000:log-group:${group(name)}:*`;
  await sfn.createStateMachine({
    name,
    type: 'EXPRESS',
    definition: JSON.stringify(DEFINITION),
    roleArn: 'arn:aws:iam::000000000000:role/express',
    ...(level === 'OFF'
      ? {}
      : {
          loggingConfiguration: {
            level,
            includeExecutionData: true,
            destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
          },
        }),
  });
}

/** Comes back when it has ended. */
async function start(machineName: string, name: string, input: object): Promise<string> {
  const stateMachineArn = `${MACHINE}${machineName}`;
  const { executionArn } = await sfn.startSyncExecution({ stateMachineArn, name, input: JSON.stringify(input) });
  return executionArn ?? '';
}

const run = (machineName: string, ...args: string[]): Promise<Ran> =>
  runOrders([...args, '--endpoint-url', served.url, '--state-machine-arn', `${MACHINE}${machineName}`]);

/** Without what is different each time. */
const plain = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/:[0-9a-f]{8}-[0-9a-f-]{27}/g, ':UUID')
    .replaceAll(/\b\d+ms\b/g, 'Nms')
    .replaceAll(/  +/g, '  ');

describe('an Express execution', () => {
  it('is found by its order id, and its status is told by its log', async () => {
    const { stdout, stderr, code } = await run('quick', 'status', '7');
    expect(plain(stdout).split('\n')).toEqual([
      'order 7  SUCCEEDED  Nms',
      'started  TIME',
      'ended  TIME',
      'arn  arn:aws:states:us-east-1:000000000000:express:quick:order-7:UUID',
      'log  complete: 6 events at level ALL',
      '',
      'State  Result  Visits  Attempts  Time',
      'Look  succeeded  1  Nms',
      'Accept  succeeded  1  Nms',
      '',
    ]);
    expect(stderr).toContain(
      `next: orders history 7 --endpoint-url ${served.url} --state-machine-arn ${MACHINE}quick\n`,
    );
    expect(code).toBe(0);
  });

  it('that failed says where and why, and exits by it when asked', async () => {
    const { stdout, stderr, code } = await run('quick', 'status', '8', '--exit-status');
    expect(plain(stdout)).toContain('Refuse failed with OutOfTea: ');
    expect(stdout).toContain('\n  no \\x1b[31mtea\n');
    expect(stdout).toContain('a redrive is not possible: it is an Express execution');
    expect(stderr).not.toContain('orders redrive');
    expect(code).toBe(3);
  });

  it('gives the same facts as JSON', async () => {
    const { stdout } = await run('quick', 'status', '8', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'order-8',
      orderId: '8',
      status: 'FAILED',
      error: 'OutOfTea',
      failure: { stateName: 'Refuse' },
      redrive: { eligible: false },
      completeness: {
        verdict: 'complete',
        level: 'ALL',
        events: 5,
        missing: [],
        start: true,
        end: true,
        truncated: [],
        executionData: true,
      },
    });
  });

  it('has a history, as events and as states', async () => {
    const { stdout, stderr } = await run('quick', 'history', '7');
    expect(plain(stdout)).toContain('Accept  succeeded  Nms');
    expect(stdout).toContain('SUCCEEDED, 6 events');
    expect(stdout + stderr).toContain('log      complete: 6 events at level ALL');
    const { events } = JSON.parse((await run('quick', 'history', '7', '--json', '--data')).stdout) as {
      events: Record<string, unknown>[];
    };
    expect(events.map(({ id, type }) => `${String(id)} ${String(type)}`)).toEqual([
      '1 ExecutionStarted',
      '2 ChoiceStateEntered',
      '3 ChoiceStateExited',
      '4 PassStateEntered',
      '5 PassStateExited',
      '6 ExecutionSucceeded',
    ]);
    expect(events[1]?.['stateEnteredEventDetails']).toEqual({
      name: 'Look',
      input: '{"orderId":"7","email":"***"}',
      inputDetails: { truncated: false },
    });
  });

  it('is explained', async () => {
    const { stdout, code } = await run('quick', 'explain', '8');
    expect(stdout).toContain('Refuse failed with OutOfTea');
    expect(stdout).toContain('complete: 5 events at level ALL');
    expect(code).toBe(0);
  });

  it('has its log lines, with the states they belong to', async () => {
    const { stdout, code } = await run('quick', 'logs', '7');
    expect(plain(stdout).split('\n')).toEqual([
      'TIME  states  ExecutionStarted  input={"orderId":"7","email":"***"}  inputDetails={"truncated":false}  roleArn=arn:aws:iam::000000000000:role/express',
      'TIME  states  Look  ChoiceStateEntered  input={"orderId":"7","email":"***"}  inputDetails={"truncated":false}',
      'TIME  states  Look  ChoiceStateExited  output={"orderId":"7","email":"***"}  outputDetails={"truncated":false}',
      'TIME  states  Accept  PassStateEntered  input={"orderId":"7","email":"***"}  inputDetails={"truncated":false}',
      'TIME  states  Accept  PassStateExited  output={"orderId":"7","email":"***"}  outputDetails={"truncated":false}',
      'TIME  states  ExecutionSucceeded  output={"orderId":"7","email":"***"}  outputDetails={"truncated":false}',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('whose name ran again is the newest one, and the others are named', async () => {
    const first = await start('quick', 'order-9', {});
    const second = await start('quick', 'order-9', {});
    const { stdout } = await run('quick', 'status', '9', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ executionArn: second, otherRuns: [first] });
    expect((await run('quick', 'status', '9')).stdout).toContain(
      `this is the newest of 2 runs of this name; others: ${first}`,
    );
    expect(JSON.parse((await run('quick', 'status', first, '--json')).stdout)).toMatchObject({ executionArn: first });
  });

  it('has attempts, the newest first', async () => {
    await start('quick', 'order-10', { bad: 1 });
    await start('quick', 'order-10-a2', {});
    expect(JSON.parse((await run('quick', 'status', '10', '--json')).stdout)).toMatchObject({
      attempt: 2,
      status: 'SUCCEEDED',
    });
    expect(JSON.parse((await run('quick', 'status', '10', '--attempt', '1', '--json')).stdout)).toMatchObject({
      status: 'FAILED',
    });
  });

  it('is listed', async () => {
    const { stdout, stderr } = await run('quick', 'list', '--status', 'FAILED', '--json');
    expect((JSON.parse(stdout) as { executions: unknown[] }).executions).toContainEqual(
      expect.objectContaining({ name: 'order-8', orderId: '8', status: 'FAILED' }),
    );
    expect(stderr).toBe('');
    expect((await run('quick', 'list')).stderr).toContain(
      'Express executions of the last 3 hours; --since looks further back',
    );
    expect((await run('quick', 'list', '--since', '2d')).stderr).toContain('read with a Logs Insights query');
  });

  it('is neither redriven nor stopped', async () => {
    expect(await run('quick', 'redrive', '8')).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('it is an Express execution') as string,
    });
    expect(await run('quick', 'stop', '8', '--yes')).toMatchObject({
      code: 0,
      stdout: 'order-8 has ended before: FAILED\n',
    });
  });

  it('is started and followed to its end', async () => {
    const input = readFileSync(join(ROOT, 'workflows/order-processing/examples/order.json'), 'utf8');
    const order = ['--file', '-', '--endpoint-url', served.url, '--state-machine-arn', `${MACHINE}quick`];
    const { stdout, code } = await runOrders(['start', ...order, '--wait', '--json'], { input });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'started',
      status: 'SUCCEEDED',
      completeness: { verdict: 'complete' },
    });
    expect(code).toBe(0);
  });

  it('of which nothing is logged is not there, when everything is logged', async () => {
    const { stderr, code } = await run('quick', 'status', '404');
    expect(stderr).toContain('Error: the log has no order 404');
    expect(code).toBe(7);
  });
});

describe('a log that does not tell everything', () => {
  it('does not make a success an unknown order', async () => {
    for (const command of ['status', 'history', 'explain', 'logs']) {
      const { stderr, code } = await run('terse', command, '7');
      expect(stderr).toContain('log level ERROR keeps failed, timed out and aborted events only');
      expect(code).toBe(13);
    }
  });

  it('shows a failure, and what it cannot show', async () => {
    const { stdout } = await run('terse', 'status', '8');
    expect(plain(stdout)).toContain('order 8  FAILED\nstarted  not logged; its first line is of TIME\n');
    expect(stdout).toContain('log      not logged at this level: 1 event at level ERROR');
  });

  it('of level OFF tells nothing, and the commands say that', async () => {
    for (const command of [['status', '7'], ['list'], ['logs', '7', '--json']]) {
      const { stdout, stderr, code } = await run('mute', ...command);
      expect(stdout + stderr).toContain('logs nothing, so nobody can tell what it ran');
      expect(code).toBe(13);
    }
  });
});

describe('many Express orders', () => {
  const file = join(temporaryFolder(), 'many.ndjson');
  const order = (orderId: string): string =>
    JSON.stringify({
      orderId,
      userId: 'u-1',
      items: [{ productId: 'mug-white', quantity: 1 }],
      shippingAddress: { country: 'DE' },
    });
  it.each([[[]], [['--wait']]])('are told by the ARNs that they really have %j', async (flags) => {
    writeFileSync(file, ['m1', 'm2'].map(order).join('\n'));
    const { stdout, code } = await run('quick', 'start', '-f', file, '--json', ...flags);
    expect(code).toBe(0);
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { orderId?: string; executionArn?: string; status?: string });
    for (const id of ['m1', 'm2']) {
      const line = told.find(({ orderId }) => orderId === id);
      expect(line?.executionArn).toContain(`:express:quick:order-${id}:`);
      expect(line?.status).toBe(flags.length > 0 ? 'SUCCEEDED' : 'RUNNING');
    }
  });
});
