import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runOrders } from '../support/run-orders.js';
import { arn, at, described, FAILED, HERE, lines, MACHINE, READ_FAILED, runAgainst } from './fixed.js';

const folder = mkdtempSync(join(tmpdir(), 'orders-start-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'order.json');
const order = {
  orderId: '7',
  userId: 'u-1',
  items: [{ productId: 'mug', quantity: 1 }],
  shippingAddress: { country: 'DE' },
};
const INPUT =
  '{"items":[{"productId":"mug","quantity":1}],"orderId":"7","shippingAddress":{"country":"DE"},"userId":"u-1"}';
writeFileSync(file, JSON.stringify(order));

const now = Date.now() / 1000;
const accepted = { action: 'StartExecution', output: { executionArn: arn('order-7'), startDate: now } };
const exists = {
  action: 'StartExecution',
  error: { type: 'ExecutionAlreadyExists', message: `Execution Already Exists: '${arn('order-7')}'` },
};

describe('orders start, on AWS', () => {
  it('starts and does not stay', async () => {
    const script = [
      accepted,
      {
        action: 'DescribeExecution',
        output: described({ status: 'RUNNING', startDate: now, stopDate: undefined, input: INPUT }),
      },
    ];
    expect(await runAgainst(script, ['start', '--file', file])).toEqual({
      stdout: lines(arn('order-7')),
      stderr: lines(
        'environment: prod',
        'started order 7 as order-7',
        `next: orders status ${arn('order-7')} --wait ${HERE}`,
      ),
      code: 0,
    });
  });

  it('answers with one object under --json', async () => {
    const script = [
      accepted,
      {
        action: 'DescribeExecution',
        output: described({ status: 'RUNNING', startDate: at(0), stopDate: undefined, input: INPUT }),
      },
    ];
    const { stdout, stderr, code } = await runAgainst(script, ['start', '--file', file, '--json']);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(JSON.parse(stdout)).toEqual({
      environment: 'prod',
      executionArn: arn('order-7'),
      name: 'order-7',
      orderId: '7',
      attempt: 1,
      verdict: 'running',
      status: 'RUNNING',
      startDate: '2026-11-20T10:00:00.000Z',
    });
  });

  it.each([[[]], [['--json']]])('exits 8 for another content under the same id %j', async (flags) => {
    const input =
      '{"items":[{"productId":"mug","quantity":2}],"orderId":"7","shippingAddress":{"country":"FR"},"userId":"u-1"}';
    const { stdout, stderr, code } = await runAgainst(
      [exists, { action: 'DescribeExecution', output: described({ input }) }],
      ['start', '-f', file, ...flags],
    );
    expect(code).toBe(8);
    if (flags.length > 0) {
      expect(JSON.parse(stdout)).toMatchObject({
        verdict: 'conflict',
        differences: [
          { field: 'items[0].quantity', existing: '2', given: '1' },
          { existing: '(hidden)', given: '(hidden)' },
        ],
      });
      return;
    }
    expect(stdout).toBe(
      lines(
        'Field                    There is  Given',
        'items[0].quantity        2         1',
        'shippingAddress.country  (hidden)  (hidden)',
      ),
    );
    expect(stderr).toContain('order 7 exists with another content (SUCCEEDED), nothing was started\n');
  });

  it.each([[[]], [['--json']]])('exits 3 where the order has failed before %j', async (flags) => {
    const found = { action: 'DescribeExecution', output: { ...FAILED, input: INPUT } };
    const { stdout, stderr, code } = await runAgainst(
      [exists, found, found, found, ...READ_FAILED],
      ['start', '-f', file, ...flags],
    );
    expect(code).toBe(3);
    if (flags.length > 0)
      expect(JSON.parse(stdout)).toMatchObject({
        verdict: 'finished',
        status: 'FAILED',
        failure: { stateName: 'Charge', class: 'bug' },
      });
    else
      expect(stderr).toContain(
        'order 7 was started before with the same content and has ended, nothing new was started\n',
      );
  });

  it('exits 6 when the time is over, and leaves the execution alone', async () => {
    const running = {
      action: 'DescribeExecution',
      output: described({ status: 'RUNNING', startDate: now, stopDate: undefined, input: INPUT }),
    };
    const history = { action: 'GetExecutionHistory', output: { events: [] } };
    const { code, stdout } = await runAgainst(
      [accepted, running, running, running, running, history],
      ['start', '-f', file, '--wait', '--timeout', '50ms'],
    );
    expect(code).toBe(6);
    expect(stdout).toContain('RUNNING');
  });

  it.each([[[]], [['--json']]])('shows what would be sent and sends nothing %j', async (flags) => {
    const { stdout, code } = await runAgainst([], ['start', '-f', file, '--attempt', '2', '--dry-run', ...flags]);
    expect(code).toBe(0);
    if (flags.length > 0)
      expect(JSON.parse(stdout)).toMatchObject({
        verdict: 'dry-run',
        name: 'order-7-a2',
        attempt: 2,
        stateMachineArn: MACHINE,
        executionArn: arn('order-7-a2'),
      });
    else
      expect(stdout).toBe(
        lines('name     order-7-a2', `machine  ${MACHINE}`, `input    {"attempt":2,${INPUT.slice(1)}`),
      );
  });

  it('refuses what only the local environment can do', async () => {
    expect(await runAgainst([], ['start', '-f', file, '--inject', 'Check:Boom'])).toMatchObject({
      code: 2,
      stderr: lines('environment: prod', 'Error: --inject works in the local environment only, not in prod'),
    });
  });
});

describe('bad input', () => {
  const json = JSON.stringify(order);
  it.each([
    ['an empty file', '', 'standard input is empty'],
    [
      'no JSON',
      '{"orderId": 7,}',
      'standard input is not JSON: line 1, column 15: a name in double quotes is expected',
    ],
    [
      'two orders on one line',
      `${json}${json}`,
      'standard input holds more than one JSON value (line 1), and not one a line',
    ],
    [
      '300 KB',
      JSON.stringify({ ...order, note: 'x'.repeat(300_000) }),
      'the order has 300118 bytes, Step Functions takes 262144',
    ],
    [
      'control characters',
      JSON.stringify({ ...order, orderId: 'a\u001b[2Jb' }),
      'standard input is not a valid order: $.orderId must not hold control characters, got "a\\u001b[2Jb"',
    ],
  ])('%s', async (_title, input, message) => {
    const text = await runAgainst([], ['start', '-f', '-'], { input });
    expect(text).toMatchObject({ code: 2, stdout: '' });
    expect(text.stderr.split('\n')[0]).toBe(`Error: ${message}`);
    const asJson = await runAgainst([], ['start', '-f', '-', '--json'], { input });
    expect(asJson).toMatchObject({ code: 2, stderr: '' });
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 2, message } });
  });

  it.each([
    [['start'], 'missing flag --file'],
    [['start', '-f', 'none.json'], 'there is no file none.json'],
    [['start', '-f', file, '--wait', '--timeout', '10'], 'the timeout "10" is not a span of time'],
    [['start', '-f', file, '--attempt', '0'], 'attempt'],
    [['start', '-f', file, '--rate', 'fast'], 'the rate "fast" is not a number of calls a second'],
    [['start', '-f', file, '--rate', '0'], 'the rate "0" is not a number of calls a second'],
    [['start', '-f', file, '--inject', 'Nowhere:Boom'], 'the workflow has no task state "Nowhere"'],
    [['start', '-f', file, '--inject', 'nonsense'], 'the fault "nonsense" does not have the form STATE:ERROR*N'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await runOrders(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });
});
