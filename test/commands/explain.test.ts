import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal, startActionStub, type ActionStub } from '../support/action-stub.js';
import { ROOT, runOrders, type Ran } from '../support/run-orders.js';
import { arn, described, event, FAILED, FAILED_HISTORY, MACHINE } from './fixed.js';

const EXAMPLES = join(ROOT, 'workflows/order-processing/examples');

/** Times, ids and durations differ from run to run. */
function settled(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\d\d:\d\d:\d\d\.\d{3}/g, 'CLOCK')
    .replaceAll(/pi_[0-9a-z]+/g, 'pi_X')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
    .replaceAll(/durationMs=\d+/g, 'durationMs=N')
    .replaceAll(/ {2}\d[\d.]*(?:ms|s|m \d+s)(?=,)/g, '  LASTED');
}

describe('orders explain, in the local environment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orders-explain-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const orders = (...args: string[]): Promise<Ran> => runOrders(args, { folder, cwd: EXAMPLES });
  beforeAll(async () => {
    const order = JSON.parse(readFileSync(join(EXAMPLES, 'order.json'), 'utf8')) as object;
    const started = (id: string, ...inject: string[]): Promise<Ran> =>
      runOrders(['start', '--file', '-', '--wait', '--fast-forward', ...inject.flatMap((one) => ['--inject', one])], {
        folder,
        input: JSON.stringify({ ...order, orderId: id }),
      });
    await orders('start', '--file', 'declined.json', '--wait');
    await started('fine');
    await started('undone', 'FulfillOrder:OrderCancelledError*1', 'CompensatingTransaction:CompensationRefusedError*1');
    await started('captured', 'FulfillOrder:TypeError*1');
    await started('retried', 'CheckInventory:Lambda.ServiceException*1', 'SendConfirmation:Broken*1');
  }, 60_000);

  it('says of a business refusal that the order has to change', async () => {
    const { stdout, stderr, code } = await orders('explain', '1003');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const lines = settled(stdout).split('\n');
    expect(lines.slice(0, 10)).toEqual([
      'order 1003  FAILED  LASTED, ended TIME',
      'what       ChargePayment (CheckInventoryAndCharge > branch 2) failed with PaymentDeclinedError; the workflow caught it and ended in the Fail state OrderFailed',
      'why        the payment was declined: generic_decline',
      '           function orders-local-charge-payment',
      'class      business: the order was refused, and would be again as it is',
      'committed  order    CANCELLED, 85.70 USD',
      '           payment  VOIDED, 85.70 USD, generic_decline, pi_X',
      '           stock    RELEASED, 1 x kettle-steel, 2 x mug-blue',
      expect.stringMatching(/^log {8}CLOCK WARN refused .*error=PaymentDeclinedError/),
      expect.stringContaining('generic_decline'),
    ]);
    expect(lines.slice(-4)).toEqual([
      'redrive    does not help: it ended in the Fail state OrderFailed, and a redrive would only end there again',
      'next       correct the order and start it again: orders start --file FILE --attempt 2',
      '           orders history 1003',
      '',
    ]);
    expect(stdout).not.toContain('before');
  });

  it('calls for a person where a compensation was refused', async () => {
    const { stdout } = await orders('explain', 'undone');
    expect(settled(stdout)).toContain('what       CompensatingTransaction failed with CompensationRefusedError\n');
    expect(stdout).toContain(
      'class      business: it was refused, and the workflow has no way on from that; a person has to decide\n',
    );
  });

  it('says what is committed where money was taken and nothing shipped', async () => {
    const { stdout } = await orders('explain', 'captured');
    expect(settled(stdout)).toContain('what       FulfillOrder failed with TypeError\n');
    expect(stdout).toContain('class      bug: ');
    expect(settled(stdout)).toContain('           payment  CAPTURED, 93.50 USD, pi_X\n');
    expect(stdout).toContain('so: the customer has paid and nothing is shipped; stock is held back\n');
    expect(settled(stdout)).toContain('redrive    goes on from there, until TIME\n');
    expect(stdout).toContain('next       orders redrive captured, when the function is fixed\n');
  });

  it('has something to say of what went well, and of what was survived on the way', async () => {
    const fine = (await orders('explain', 'fine')).stdout;
    expect(fine).toContain('what       it succeeded, and nothing went wrong on the way\n');
    expect(fine).toContain('order    FULFILLED, 93.50 USD, shipment shipment-fine\n');
    expect(fine).not.toContain('redrive');
    const retried = (await orders('explain', 'retried')).stdout;
    expect(retried).toContain('what       it succeeded\n');
    expect(retried).toContain(
      'before     CheckInventory (CheckInventoryAndCharge > branch 1) failed with Lambda.ServiceException, and a retry or redrive went well\n' +
        '           SendConfirmation failed with Broken, which was caught\n',
    );
  });

  it('is one object under --json, without personal data', async () => {
    const { stdout, stderr, code } = await orders('explain', '1003', '--json');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({
      environment: 'local',
      orderId: '1003',
      status: 'FAILED',
      failure: {
        kind: 'fail-state',
        stateName: 'ChargePayment',
        where: 'CheckInventoryAndCharge > branch 2',
        class: 'business',
        functionName: 'orders-local-charge-payment',
      },
      survived: [],
      ledger: { read: true, order: { status: 'CANCELLED' }, openEnds: [] },
      log: { read: true, logGroup: '/aws/lambda/orders-local-charge-payment' },
      redrive: { eligible: true, helps: false },
    });
    const { userId } = JSON.parse(readFileSync(join(EXAMPLES, 'declined.json'), 'utf8')) as { userId: string };
    expect(stdout).not.toContain(userId);
  });

  it.each([[[]], [['--json']]])('exits 7 for an unknown order %j', async (flags) => {
    const { code, stdout, stderr } = await orders('explain', 'nobody', ...flags);
    expect(code).toBe(7);
    expect(flags.length > 0 ? stdout : stderr).toContain('there is no order nobody');
  });
});

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:charge:live';
const DEFINITION = JSON.stringify({
  StartAt: 'Check',
  States: {
    Check: { Type: 'Pass', Next: 'Charge' },
    Charge: { Type: 'Task', Resource: FUNCTION, End: true },
  },
});
const DEPLOYMENT = {
  schemaVersion: 1,
  environment: 'prod',
  region: 'eu-west-1',
  accountId: '123456789012',
  stateMachine: { name: 'order-processing', arn: MACHINE, aliasArn: null, type: 'STANDARD', logGroup: '/machine' },
  functions: { 'charge-payment': { name: 'charge', alias: 'live', logGroup: '/charge' } },
  tables: { orders: 'o', payments: 'p', reservations: 'r' },
  topics: {},
  queues: {},
  stripeSecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:s',
};

const machine = { stateMachineArn: MACHINE, name: 'order-processing', definition: DEFINITION, roleArn: 'r', type: 'STANDARD' }; // prettier-ignore
const denied = (): never => {
  throw new Refusal('AccessDeniedException', 'not allowed to do that');
};

const AWS = {
  DescribeExecution: ({ executionArn }: Readonly<Record<string, unknown>>) => {
    if (executionArn === arn('order-7')) return FAILED;
    throw new Refusal('ExecutionDoesNotExist');
  },
  GetExecutionHistory: () => ({ events: FAILED_HISTORY }),
  DescribeStateMachineForExecution: () => machine,
  DescribeStateMachine: () => ({ ...machine, creationDate: 1 }),
  GetParameter: () => ({ Parameter: { Name: 'x', Value: JSON.stringify(DEPLOYMENT) } }),
  GetItem: ({ TableName: table }: Readonly<Record<string, unknown>>) =>
    table === 'o'
      ? { Item: { orderId: { S: '7' }, status: { S: 'RECEIVED' }, currency: { S: 'eur' }, userId: { S: 'u-1' } } }
      : {},
  FilterLogEvents: ({ logGroupName: group, nextToken }: Readonly<Record<string, unknown>>) =>
    group === '/charge' && nextToken === undefined
      ? {
          events: [
            {
              eventId: '1',
              logStreamName: 's',
              timestamp: Date.parse('2026-11-20T10:00:02.400Z'),
              ingestionTime: 1,
              message: JSON.stringify({
                level: 'ERROR',
                message: 'failed\u001b[2J',
                executionArn: arn('order-7'),
                state: 'Charge',
                retry: 0,
                redrive: 0,
                email: 'a@b.example',
              }),
            },
          ],
        }
      : { events: [] },
};

/** Runs the command against an AWS that answers by action; `undefined` takes an answer away. */
async function ask(
  command: 'explain' | 'status',
  answers: Readonly<Record<string, ((input: Readonly<Record<string, unknown>>) => unknown) | undefined>>,
  ...args: string[]
): Promise<Ran & { asked: ActionStub['asked'] }> {
  const all = Object.entries({ ...AWS, ...answers }).filter(([, answer]) => answer !== undefined);
  const stub = await startActionStub(Object.fromEntries(all));
  const env = {
    ORDERS_ENV: 'prod',
    ORDER_STATE_MACHINE_ARN: MACHINE,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  };
  try {
    const ran = await runOrders([command, '7', ...args, '--endpoint-url', stub.url, '--region', 'eu-west-1'], {
      env,
    });
    return { ...ran, asked: stub.asked };
  } finally {
    await stub.finish();
  }
}

const explain = (answers: Parameters<typeof ask>[1], ...args: string[]): ReturnType<typeof ask> =>
  ask('explain', answers, ...args);

describe('orders explain, on AWS', () => {
  it('shows causes and log lines without control characters and personal data', async () => {
    const { stdout, code, asked } = await explain({});
    expect(code).toBe(0);
    // AWS refills one of these a second for the whole account.
    expect(asked.filter(({ action }) => action === 'DescribeStateMachineForExecution')).toHaveLength(1);
    expect(stdout).toContain('why        cannot read \\x1b[31mtotal\n           function charge\n');
    expect(stdout).toContain('log        10:00:02.400 ERROR failed\\x1b[2J email=***\n');
    expect(stdout).toContain('committed  order    RECEIVED\n           payment  none\n           stock    none\n');
    expect(stdout).toContain('console    https://eu-west-1.console.aws.amazon.com/');
    expect(stdout).not.toContain('u-1');
    expect((await explain({}, '--show-pii')).stdout).toContain('email=a@b.example');
  });

  it('says where the ledger and the log may not be read, and explains the rest', async () => {
    const { stdout, code } = await explain({ GetItem: denied, FilterLogEvents: denied });
    expect(code).toBe(0);
    expect(stdout).toContain('what       Charge failed with TypeError\n');
    expect(stdout).toContain(
      'committed  not known: AWS does not allow it (AccessDeniedException): not allowed to do that\n',
    );
    expect(stdout).toContain('log        not known: /charge: AWS does not let you read it\n');
  });

  it.each([
    [
      'nothing is published',
      (): never => {
        throw new Refusal('ParameterNotFound');
      },
    ],
    ['the publication may not be read', denied],
  ])('says so when %s', async (_title, GetParameter) => {
    const { stdout, code, asked } = await explain({
      GetParameter,
      GetItem: undefined,
      FilterLogEvents: undefined,
      DescribeStateMachine: undefined,
      DescribeStateMachineForExecution: denied,
    });
    expect(code).toBe(0);
    expect(stdout).toContain(
      'committed  not known: where the ledger is cannot be read: environment prod has published nothing, or not for you\n',
    );
    expect(asked.map(({ action }) => action)).not.toContain('GetItem');
  });

  describe('of a Map Run that failed', () => {
    const run = 'arn:aws:states:eu-west-1:123456789012:mapRun:order-processing/Bulk:1';
    const error = { error: 'States.ExceedToleratedFailureThreshold', cause: 'too many' };
    const history = [
      event(1, 0, 'ExecutionStarted', 0),
      event(2, 0, 'MapStateEntered', 0, ['stateEnteredEventDetails', { name: 'Bulk' }]),
      event(3, 2, 'MapStateStarted', 0, ['mapStateStartedEventDetails', { length: 9 }]),
      event(4, 3, 'MapRunStarted', 0, ['mapRunStartedEventDetails', { mapRunArn: run }]),
      event(5, 4, 'MapRunFailed', 1, ['mapRunFailedEventDetails', error]),
      event(6, 5, 'MapStateFailed', 1),
      event(7, 6, 'ExecutionFailed', 1, ['executionFailedEventDetails', error]),
    ];
    const counts = { pending: 0, running: 0, succeeded: 1, failed: 8, timedOut: 0, aborted: 0, total: 9, resultsWritten: 0 }; // prettier-ignore
    const child = (number: number): string =>
      arn(`child-${number}`).replace('order-processing:', 'order-processing/Bulk:');
    const service: Parameters<typeof ask>[1] = {
      DescribeExecution: ({ executionArn }) => {
        const number = /child-(\d)/.exec(String(executionArn))?.[1];
        if (executionArn === arn('order-7')) return { ...FAILED, ...error };
        if (number === undefined) throw new Refusal('ExecutionDoesNotExist');
        return described({
          executionArn,
          name: `child-${number}`,
          status: 'FAILED',
          error: 'Boom',
          cause: `bad row ${number}`,
        });
      },
      GetExecutionHistory: () => ({ events: history }),
      DescribeMapRun: () => ({ mapRunArn: run, executionArn: arn('order-7'), status: 'FAILED', startDate: 1, maxConcurrency: 0, toleratedFailurePercentage: 0, toleratedFailureCount: 0, itemCounts: counts, executionCounts: counts }), // prettier-ignore
      ListExecutions: ({ maxResults }) => ({
        executions: Array.from({ length: Number(maxResults) }, (_, index) => ({ executionArn: child(index), name: `child-${index}`, stateMachineArn: MACHINE, status: 'FAILED', startDate: 1 })), // prettier-ignore
        nextToken: 'more',
      }),
      FilterLogEvents: undefined,
    };
    it('names a few of the failed children, and says how many more there are', async () => {
      const { stdout, asked } = await explain(service);
      expect(stdout).toContain('what       Bulk failed with States.ExceedToleratedFailureThreshold\n');
      expect(stdout).toContain(
        'children   child-0  FAILED  Boom: bad row 0\n           child-1  FAILED  Boom: bad row 1\n',
      );
      expect(stdout).toContain('           child-4  FAILED  Boom: bad row 4\n           and 3 more\n');
      expect(asked.filter(({ action }) => action === 'ListExecutions').map(({ input }) => input)).toEqual([
        { mapRunArn: run, statusFilter: 'FAILED', maxResults: 6 },
      ]);
    });

    it('is told by status, too', async () => {
      const { stdout, code } = await ask('status', { ...service, GetParameter: undefined, GetItem: undefined });
      expect(code).toBe(0);
      expect(stdout).toContain('  too many\n  failed children\n    child-0  FAILED  Boom: bad row 0\n');
      expect(stdout).toContain('    child-4  FAILED  Boom: bad row 4\n    and 3 more\n');
      const json = await ask('status', { ...service, GetParameter: undefined, GetItem: undefined }, '--json');
      expect(JSON.parse(json.stdout)).toMatchObject({ failedChildren: { mapRunArn: run, total: 8, more: true } });
    });
  });

  it('says where a running execution stands', async () => {
    const running = described({ status: 'RUNNING', stopDate: undefined });
    const { stdout } = await explain({
      DescribeExecution: ({ executionArn }) => {
        if (executionArn === arn('order-7')) return running;
        throw new Refusal('ExecutionDoesNotExist');
      },
      GetExecutionHistory: () => ({ events: FAILED_HISTORY.slice(0, 9) }),
    });
    expect(stdout).toContain('what       it is running, in Charge\n');
    expect(stdout).toContain(
      'before     Check failed with Lambda.ServiceException, and a retry or redrive went well\n',
    );
    expect(stdout).toContain('next       orders status 7 --wait --region eu-west-1 --endpoint-url http://127.0.0.1:');
  });
});
