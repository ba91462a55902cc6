import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { SFN } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT, runOrders, temporaryFolder, type Ran } from '../support/run-orders.js';
import { LOCAL, serveOrders } from '../support/serve-orders.js';
import { eventMessage, START } from '../logs/lines.js';
import { arn, described, lines, MACHINE, missing, runAgainst } from './fixed.js';

const DECLINED = '1003';
const EXAMPLES = join(ROOT, 'workflows/order-processing/examples');

interface Line {
  readonly source: string;
  readonly functionName?: string;
  readonly stateName?: string;
  readonly stateAttempt?: number;
  readonly requestId?: string;
  readonly fields?: Record<string, unknown>;
  readonly message?: string;
  readonly event?: { readonly id: number; readonly type: string };
  readonly end?: Record<string, unknown>;
  readonly time: string;
}

const objects = (stdout: string): Line[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('the lines of a local order', () => {
  const folder = temporaryFolder();
  const run = (...args: string[]): Promise<Ran> => runOrders(args, { folder, cwd: EXAMPLES });
  beforeAll(async () => {
    await run('start', '--file', 'order.json', '--inject', 'CapturePayment:TransientDependencyError*1', '--wait');
    await run('start', '--file', 'declined.json', '--wait');
  }, 60_000);

  it('are those of the machine and its functions, each once and in order', async () => {
    const { stdout, stderr, code } = await run('logs', '1001', '--json');
    const all = objects(stdout);
    const end = all.pop()?.end;
    expect(end).toMatchObject({
      environment: 'local',
      orderId: '1001',
      attempt: 1,
      status: 'SUCCEEDED',
      verdict: 'complete',
      missing: [],
      remarks: [],
      lines: all.length,
    });
    expect([stderr, code]).toEqual(['', 0]);
    const ids = all.flatMap(({ event }) => event?.id ?? []);
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => index + 1));
    expect(all.map(({ time }) => time)).toEqual(all.map(({ time }) => time).sort());
    // Every call has its START, its own line and its END; no line is of the other order.
    const calls = new Set(all.flatMap(({ requestId }) => requestId ?? []));
    expect(calls.size).toBe(10);
    for (const call of calls) {
      const said = all.filter(({ requestId }) => requestId === call);
      expect(said.filter(({ message }) => message?.startsWith('START') === true)).toHaveLength(1);
      expect(said.filter(({ message }) => message?.startsWith('END') === true)).toHaveLength(1);
      expect(said.filter(({ fields }) => fields?.['message'] === 'done')).toHaveLength(1);
      expect(new Set(said.map(({ stateName }) => stateName)).size).toBe(1);
    }
    expect(new Set(all.flatMap(({ fields }) => fields?.['orderId'] ?? []))).toEqual(new Set(['1001']));
  });

  it('tell the attempt of their state', async () => {
    const { stdout } = await run('logs', '1001', '--state', 'CapturePayment');
    const told = stdout.split('\n').map((line) => line.split('  ').slice(2, 5).join('  '));
    // The function's clock is its own: its lines may come a moment before or after the event of its answer.
    const isPlatform = (line: string): boolean => / (?:START|END|REPORT) RequestId: /.test(line);
    const own = told.filter((line) => line.startsWith('CapturePayment #2  done'));
    expect(own).toHaveLength(1);
    expect(told.filter((line) => !isPlatform(line) && !own.includes(line))).toEqual([
      'CapturePayment  TaskStateEntered',
      'CapturePayment #1  TaskScheduled  resourceType=lambda',
      'CapturePayment #1  TaskStarted  resourceType=lambda',
      'CapturePayment #1  ERROR  TaskFailed',
      'CapturePayment #2  TaskScheduled  resourceType=lambda',
      'CapturePayment #2  TaskStarted  resourceType=lambda',
      'CapturePayment #2  TaskSucceeded  resourceType=lambda',
      'CapturePayment #2  TaskStateExited',
      '',
    ]);
    expect(told.filter(isPlatform).every((line) => line.startsWith('CapturePayment #2  '))).toBe(true);
    expect(told.filter(isPlatform)).toHaveLength(3);
  });

  it('are chosen by function, level and text', async () => {
    const ofFunction = objects((await run('logs', '1001', '--function', 'charge-payment', '--json')).stdout).slice(
      0,
      -1,
    );
    expect(new Set(ofFunction.map(({ functionName }) => functionName))).toEqual(
      new Set(['orders-local-charge-payment']),
    );
    const errors = (await run('logs', '1001', '--level', 'ERROR')).stdout;
    expect(errors.split('\n')).toHaveLength(2);
    expect(errors).toContain('CapturePayment #1  ERROR  TaskFailed');
    expect((await run('logs', '1001', '--filter', 'EXECUTIONsucceeded')).stdout.split('\n')).toHaveLength(2);
    expect(await run('logs', '1001', '--filter', 'no such text')).toEqual({
      stdout: '',
      stderr: 'no lines\n',
      code: 0,
    });
    expect((await run('logs', '1001', '--function', 'nobody')).stderr).toContain(
      'this state machine has no function nobody',
    );
  });

  it('of a refused order say who refused it', async () => {
    const { stdout } = await run('logs', DECLINED, '--level', 'WARN', '--json');
    const refused = objects(stdout).find(({ fields }) => fields?.['message'] === 'refused');
    expect(refused).toMatchObject({
      stateName: 'ChargePayment',
      stateAttempt: 1,
      fields: { orderId: DECLINED, error: 'PaymentDeclinedError' },
    });
  });

  it('end with the execution when they are followed', async () => {
    const { stdout, code } = await run('logs', '1001', '--follow', '--json');
    expect(stdout.replaceAll(/"late":true,?/g, '')).toBe((await run('logs', '1001', '--json')).stdout);
    expect(code).toBe(0);
  });

  it('are followed while they are written', async () => {
    const own = temporaryFolder();
    const served = await serveOrders(own);
    try {
      cpSync(EXAMPLES, join(own, 'examples'), { recursive: true });
      const where = ['--endpoint-url', served.url];
      await runOrders(['start', '--file', join(EXAMPLES, 'order.json'), ...where]);
      const { stdout, code } = await runOrders(['logs', '1001', '--follow', '--json', ...where]);
      const all = objects(stdout);
      expect(all.pop()?.end).toMatchObject({ status: 'SUCCEEDED', verdict: 'complete', missing: [] });
      const ids = all.flatMap(({ event }) => event?.id ?? []);
      expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => index + 1));
      expect(code).toBe(0);
    } finally {
      await served.close();
    }
  }, 30_000);

  it('say what is wrong with a question', async () => {
    expect((await run('logs', 'nobody')).code).toBe(7);
    expect((await run('logs', '1001', '--level', 'LOUD')).code).toBe(2);
    expect((await run('logs', '1001', '--since', 'yesterday')).code).toBe(2);
    const { stdout, code } = await run('logs', 'nobody', '--json');
    expect([JSON.parse(stdout), code]).toEqual([{ error: expect.objectContaining({ name: 'notFound' }) as object }, 7]);
  });
});

describe('the lines of a machine that is named by its ARN', () => {
  it('are found through its definition', async () => {
    const served = await serveOrders(temporaryFolder());
    const sfn = new SFN({ endpoint: served.url, region: 'us-east-1', credentials: LOCAL, disableHostPrefix: true });
    try {
      const definition = {
        StartAt: 'Greet',
        States: {
          Greet: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: {
              FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:orders-local-send-confirmation:live',
              Payload: { orderId: 'x', run: { 'arn.$': '$$.Execution.Id', 'state.$': '$$.State.Name' } },
            },
            End: true,
          },
        },
      };
      const { stateMachineArn } = await sfn.createStateMachine({
        name: 'greeter',
        definition: JSON.stringify(definition),
        roleArn: 'arn:aws:iam::000000000000:role/r',
      });
      await sfn.startExecution({
        ...(stateMachineArn === undefined ? { stateMachineArn: '' } : { stateMachineArn }),
        name: 'hello',
        input: '{}',
      });
      const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:greeter:hello';
      const where = ['--endpoint-url', served.url];
      await runOrders(['status', executionArn, '--wait', ...where]);
      const { stdout, stderr } = await runOrders(['logs', executionArn, ...where]);
      expect(stderr).toContain('log level OFF keeps nothing');
      expect(stdout).toContain('orders-local-send-confirmation  Greet');
      expect(stdout).toContain('START RequestId');
    } finally {
      sfn.destroy();
      await served.close();
    }
  }, 30_000);
});

describe('on AWS', () => {
  const ARN = arn('order-7');
  const GROUP = '/aws/vendedlogs/states/prod';
  const started = START / 1000;
  const ended = described({ startDate: started, stopDate: started + 1 });
  const machine = {
    action: 'DescribeStateMachine',
    input: { stateMachineArn: MACHINE },
    output: {
      stateMachineArn: MACHINE,
      name: 'order-processing',
      definition: '{"States":{}}',
      roleArn: 'role',
      type: 'STANDARD',
      creationDate: started,
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: true,
        destinations: [
          { cloudWatchLogsLogGroup: { logGroupArn: `arn:aws:logs:eu-west-1:123456789012:log-group:${GROUP}:*` } },
        ],
      },
    },
  };
  const event = (id: number, type: string, at: number, details: object = {}): object => ({
    logStreamName: `stream-${id % 2}`,
    eventId: String(id).padStart(56, '0'),
    timestamp: START + at,
    ingestionTime: START + at + 3_000,
    message: eventMessage(id, id - 1, type, at, details, ARN),
  });
  const first = event(1, 'ExecutionStarted', 0, {
    input: JSON.stringify({ email: 'jo@example.org', note: '\u001b[31mred' }),
  });
  const published = { action: 'GetParameter', error: { type: 'ParameterNotFound' } };
  const found = [{ action: 'DescribeExecution', output: ended }, missing('order-7-a2'), machine, published, published];

  it('come from pages that are empty, throttled and out of order, and gaps are told', async () => {
    const script = [
      ...found,
      { action: 'FilterLogEvents', output: { events: [], nextToken: 'one' } },
      { action: 'FilterLogEvents', error: { type: 'ThrottlingException', message: 'Rate exceeded' } },
      {
        action: 'FilterLogEvents',
        output: {
          events: [event(4, 'ExecutionSucceeded', 9), event(2, 'PassStateEntered', 1, { name: 'A' })],
          nextToken: 'two',
        },
      },
      { action: 'FilterLogEvents', output: { events: [first, event(2, 'PassStateEntered', 1, { name: 'A' })] } },
    ];
    expect(await runAgainst(script, ['logs', '7'])).toEqual({
      stdout: lines(
        '2026-11-20T10:00:00.000Z  states  ExecutionStarted  input={"email":"***","note":"\\u001b[31mred"}',
        '2026-11-20T10:00:00.001Z  states  A  PassStateEntered',
        '2026-11-20T10:00:00.009Z  states  ExecutionSucceeded',
      ),
      stderr: lines(
        'environment: prod',
        'no functions are known to belong to this state machine',
        'event 3 of the execution is not in the log: lost on the way',
      ),
      code: 0,
    });
  });

  it('show personal data to who asks', async () => {
    const script = [...found, { action: 'FilterLogEvents', output: { events: [first] } }];
    expect((await runAgainst(script, ['logs', '7', '--show-pii'])).stdout).toContain('jo@example.org');
  });

  it('are refused with the reason', async () => {
    const refused = { action: 'FilterLogEvents', error: { type: 'AccessDeniedException', message: 'no' } };
    const { stdout, code } = await runAgainst([...found, refused], ['logs', '7', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'denied' } });
    expect(code).toBe(10);
  });
});
