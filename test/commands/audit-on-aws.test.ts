import { describe, expect, test } from 'vitest';
import { ACCOUNT, deployment, machineArn, REGION } from '../environment/deployments.js';
import { startAnsweringWire, type Answer } from '../support/answering-wire.js';
import { runOrders, type Ran, type RunOptions } from '../support/run-orders.js';

/*
 * An environment of AWS as far as audit and compensate ask it, over the wire: what is refused, what waits, where printed
 * commands lead. Nobody may read the secret, so the ledger's word is taken for Stripe's.
 */
const tables = { orders: 'p-orders', payments: 'p-payments', reservations: 'p-reservations', inventory: 'p-inventory' };
const functions = { 'rollback-order': { name: 'p-rollback', alias: 'live', logGroup: '/aws/lambda/p-rollback' } };
const EXECUTION = `${machineArn().replace(':stateMachine:', ':execution:')}:order-7`;
const ORDER = {
  orderId: { S: '7' },
  attempt: { N: '1' },
  status: { S: 'RECEIVED' },
  executionArn: { S: EXECUTION },
  currency: { S: 'usd\u001b[31m' },
  updatedAt: { S: '2026-11-20T10:00:00.000Z' },
};
const PAYMENT = {
  orderId: { S: '7' },
  attempt: { N: '1' },
  status: { S: 'CAPTURED' },
  amount: { N: '9350' },
  paymentIntentId: { S: 'pi_\u001b]0;x\u0007' },
};

const describe7 = () => ({
  executionArn: EXECUTION,
  stateMachineArn: machineArn(),
  name: 'order-7',
  status: 'ABORTED',
  startDate: 1,
  stopDate: 2,
  redriveStatus: 'NOT_REDRIVABLE',
});

const AWS: Readonly<Record<string, Answer>> = {
  GetCallerIdentity: () => ({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/me`, UserId: 'AIDA' }),
  GetParameter: () => ({
    Parameter: {
      Name: '/orders/prod/deployment',
      ARN: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/orders/prod/deployment`,
      Value: JSON.stringify(deployment({ tables, functions })),
    },
  }),
  GetSecretValue: { fault: 'AccessDeniedException', message: 'not the secret' },
  Query: (input) => ({
    Items: JSON.stringify(input['ExpressionAttributeValues']).includes('RECEIVED') ? [{ orderId: { S: '7' } }] : [],
  }),
  GetItem: ({ TableName, Key }) => {
    if (JSON.stringify(Key) !== '{"orderId":{"S":"7"}}') return {};
    if (TableName === 'p-orders') return { Item: ORDER };
    return TableName === 'p-payments' ? { Item: PAYMENT } : {};
  },
  DescribeExecution: ({ executionArn }) =>
    executionArn === EXECUTION ? describe7() : { fault: 'ExecutionDoesNotExist', message: 'no such execution' },
  ListExecutions: () => ({ executions: [] }),
  GetExecutionHistory: () => ({ events: [{ id: 2, previousEventId: 0, type: 'ExecutionAborted', timestamp: 2 }] }),
};

async function orders(
  args: readonly string[],
  answers: Readonly<Record<string, Answer>> = {},
  onOutput?: RunOptions['onOutput'],
): Promise<Ran> {
  const wire = await startAnsweringWire({ ...AWS, ...answers });
  const env = {
    AWS_ENDPOINT_URL: wire.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  };
  try {
    return await runOrders([...args, '--env', 'prod'], { env, ...(onOutput && { onOutput }) });
  } finally {
    await wire.finish();
  }
}

describe('orders audit and orders compensate on AWS', { timeout: 60_000 }, () => {
  test('what stands in tables is shown without its control characters, and commands lead to the same environment', async () => {
    const { stdout, stderr, code } = await orders(['audit']);
    expect(code).toBe(13);
    expect(stdout).toContain('VIOLATION I1  order 7\n');
    expect(stdout).toContain('\n  -> orders compensate 7 --env prod\n1 order checked: 1 violation, 0 warnings\n');
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    expect(stderr).toContain("Stripe is not asked, the ledger's word is taken: ");
    const asJson = await orders(['audit', '7', '--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      environment: 'prod',
      stripe: false,
      findings: [{ orderId: '7', rule: 'I1', mend: ['orders compensate 7 --env prod'] }],
    });
  });

  test('pages of an index, and executions that have no row', async () => {
    const keys = ['7', '8', '9'];
    const { stdout, code } = await orders(['audit', '--json'], {
      // A page each, and the last one empty, as DynamoDB may answer.
      Query: ({ ExpressionAttributeValues, ExclusiveStartKey: from }) => {
        if (!JSON.stringify(ExpressionAttributeValues).includes('RECEIVED')) return { Items: [] };
        const last = (from as { orderId: { S: string } } | undefined)?.orderId.S;
        const next = keys[last === undefined ? 0 : keys.indexOf(last) + 1];
        return next === undefined
          ? { Items: [] }
          : { Items: [{ orderId: { S: next } }], LastEvaluatedKey: { orderId: { S: next } } };
      },
      GetItem: ({ TableName, Key, ProjectionExpression }) => {
        const { S: key } = (Key as { orderId: { S: string } }).orderId;
        if (TableName !== 'p-orders' || !keys.includes(key)) return {};
        // The customer's document stays where it is.
        expect(ProjectionExpression).not.toContain('document');
        return { Item: { ...ORDER, orderId: { S: key } } };
      },
      ListExecutions: ({ statusFilter, nextToken }) => {
        if (statusFilter !== 'FAILED') return { executions: [] };
        const name = nextToken === undefined ? 'order-7' : `order_${'a'.repeat(64)}-a2`;
        const executionArn = EXECUTION.replace(/order-7$/u, name);
        const executions = [{ executionArn, name, status: 'FAILED', startDate: Date.now() / 1000 - 60 }];
        return nextToken === undefined ? { executions, nextToken: 'more' } : { executions };
      },
      DescribeExecution: ({ executionArn }) => ({
        executionArn,
        stateMachineArn: machineArn(),
        name: String(executionArn).split(':').at(-1),
        status: 'FAILED',
        startDate: Date.now() / 1000 - 60,
        stopDate: Date.now() / 1000 - 50,
        redriveStatus: 'REDRIVABLE',
        input: JSON.stringify({ orderId: 'a long name', attempt: 2 }),
      }),
    });
    const { checked, findings } = JSON.parse(stdout) as { checked: number; findings: { mend: string[] }[] };
    expect([code, checked]).toEqual([0, 4]);
    expect(findings.map(({ mend }) => mend[0]).sort()).toEqual([
      "orders redrive 'a long name' --attempt 2 --env prod",
      'orders redrive 7 --env prod',
      'orders redrive 8 --env prod',
      'orders redrive 9 --env prod',
    ]);
  });

  test('what is throttled is waited out', async () => {
    let throttled = 0;
    const { code, stdout } = await orders(['audit', '7'], {
      DescribeExecution: (input) => {
        throttled += 1;
        if (throttled < 3) return { fault: 'ThrottlingException', message: 'Rate exceeded' };
        return JSON.stringify(input).includes('order-7-a2') ? { fault: 'ExecutionDoesNotExist' } : describe7();
      },
    });
    expect([code, throttled > 3]).toEqual([13, true]);
    expect(stdout).toContain('VIOLATION I1  order 7\n');
  });

  test('Ctrl-C ends it at once', async () => {
    const ran = orders(
      ['audit', '7'],
      { DescribeExecution: () => ({ fault: 'ThrottlingException', message: 'x' }) },
      ({ stderr }, kill) => {
        if (stderr.includes('Stripe is not asked')) kill('SIGINT');
      },
    );
    expect([130, null]).toContain((await ran).code);
  });

  test.each<[string, string, number, readonly string[], Readonly<Record<string, Answer>>]>([
    ['tables', 'audit', 10, ['audit'], { Query: { fault: 'AccessDeniedException', message: 'not you' } }],
    ['rows', 'audit 7', 10, ['audit', '7'], { GetItem: { fault: 'AccessDeniedException', message: 'not you' } }],
    ['executions', 'audit', 10, ['audit'], { DescribeExecution: { fault: 'AccessDeniedException', message: 'no' } }],
    [
      'the function',
      'compensate 7',
      10,
      ['compensate', '7', '--yes'],
      {
        'POST /2015-03-31/functions/p-rollback/invocations?Qualifier=live': {
          fault: 'AccessDeniedException',
          message: 'not you',
        },
      },
    ],
  ])('who may not use %s: %s exits with %i', async (_what, _command, code, args, answers) => {
    const plain = await orders(args, answers);
    expect([plain.code, plain.stdout], plain.stderr).toEqual([code, '']);
    expect(plain.stderr).toMatch(/^Error: .+/m);
    expect(plain.stderr).not.toContain('bug in orders');
  });
});
