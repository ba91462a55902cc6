import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOrders, temporaryFolder, type Ran } from '../support/run-orders.js';
import { arn, at, described, lines, MACHINE, missing, runAgainst } from './fixed.js';

const order = (orderId: string): string =>
  JSON.stringify({
    orderId,
    userId: 'u-1',
    items: [{ productId: 'mug-white', quantity: 1 }],
    shippingAddress: { country: 'DE' },
  });
const sorted = (output: string): string[] => output.trim().split('\n').sort();
const objects = (output: string): Record<string, unknown>[] =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a selection, locally', () => {
  const folder = temporaryFolder();
  const run = (args: string[], input = ''): Promise<Ran> => runOrders(args, { folder, input });
  beforeAll(async () => {
    await run(['start', '-f', '-', '--inject', 'FulfillOrder:Boom*1'], ['f1', 'f2', 'f3'].map(order).join('\n'));
    await run(['start', '-f', '-'], ['s1', 's2'].map(order).join('\n'));
  }, 60_000);

  it('is listed by state and error', async () => {
    const { stdout, code } = await run(['list', '--state', 'FulfillOrder', '--error', 'Boom', '--json']);
    expect(code).toBe(0);
    const { executions, more } = JSON.parse(stdout) as { executions: { orderId: string }[]; more: boolean };
    expect(more).toBe(false);
    expect(executions.map(({ orderId }) => orderId).sort()).toEqual(['f1', 'f2', 'f3']);
    expect(executions[0]).toMatchObject({ state: 'FulfillOrder', error: 'Boom' });
    expect((await run(['list', '--error', 'Other'])).stderr).toBe(lines('no executions'));
    const both = await run(['list', '--status', 'FAILED', '--status', 'SUCCEEDED', '--limit', '4']);
    expect(both.stdout.split('\n')).toHaveLength(6);
    expect(both.stderr).toContain('there are more');
  });

  it('is shown in groups, and not acted on without a yes', async () => {
    const table = lines('Count  Status  State         Error  What', '    3  FAILED  FulfillOrder  Boom   redrive');
    expect(await run(['redrive', '--state', 'FulfillOrder', '--dry-run'])).toEqual({
      stdout: table,
      stderr: lines('nothing was done'),
      code: 0,
    });
    const asked = await run(['redrive', '--state', 'FulfillOrder']);
    expect(asked).toMatchObject({ code: 2, stdout: table });
    expect(asked.stderr).toContain('answer with --yes');
    expect((await run(['redrive', '--state', 'FulfillOrder', '--json'])).code).toBe(2);
  });

  it('is redriven once each, and what is named wrongly is told', async () => {
    const ids = '# today\nf1\nf2\n\nf1\nnone\ns1\n{"orderId":"f3"}\narn:nonsense\n';
    const { stdout, stderr, code } = await run(
      ['redrive', '--from-file', '-', '--yes', '--json', '--reason', 'fixed'],
      ids,
    );
    expect({ code, stderr }).toEqual({ code: 12, stderr: '' });
    const [plan, ...rest] = objects(stdout);
    expect(plan).toMatchObject({ plan: { executions: 4, leftAlone: 1, unfound: 2 } });
    expect(rest.at(-1)).toMatchObject({
      summary: {
        outcomes: { done: 3, notRedrivable: 1, notFound: 1, usage: 1 },
        total: 6,
        exit: 'partial',
        reason: 'fixed',
      },
    });
    expect(
      rest
        .filter(({ verdict }) => verdict === 'redriven')
        .map(({ orderId, redriveCount, status }) => [orderId, redriveCount, status])
        .sort(),
    ).toEqual(['f1', 'f2', 'f3'].map((id) => [id, 1, 'SUCCEEDED']));
    expect(rest.find(({ verdict }) => verdict === 'missing')).toMatchObject({ reference: 'none', line: 6 });
    expect(rest.find(({ verdict }) => verdict === 'skipped')).toMatchObject({ orderId: 's1', message: 'it succeeded' });
    const journal = readdirSync(join(folder, 'bulk')).find((name) => name.endsWith('.done')) ?? '';
    expect(readFileSync(join(folder, 'bulk', journal), 'utf8')).toContain('"reason":"fixed"');
  });

  it('that succeeded is left alone', async () => {
    const { stdout, code } = await run(['redrive', 's1', 's2', '--yes']);
    expect(code).toBe(9);
    expect(sorted(stdout)).toContain('skipped   s1  SUCCEEDED  it succeeded');
  });

  it.each([[[]], [['--json']]])('that is empty exits 7 %j', async (flags) => {
    for (const args of [
      ['redrive', '--error', 'None', '--yes'],
      ['redrive', '--resume'],
      ['redrive', '--resume', '--journal', 'redrive-x'],
      ['stop', '--status', 'RUNNING', '--yes'],
    ]) {
      const { code, stdout, stderr } = await run([...args, ...flags]);
      expect([args.join(' '), code]).toEqual([args.join(' '), 7]);
      expect(flags.length > 0 ? stdout : stderr).not.toContain('    at ');
    }
  });
});

describe('a selection, on AWS', () => {
  const running = {
    executionArn: arn('order-7'),
    stateMachineArn: MACHINE,
    name: 'order-7',
    status: 'RUNNING',
    startDate: at(0),
  };
  it('is stopped with a reason', async () => {
    const script = [
      {
        action: 'ListExecutions',
        input: { stateMachineArn: MACHINE, maxResults: 1000, statusFilter: 'RUNNING' },
        output: { executions: [running] },
      },
      {
        action: 'StopExecution',
        input: { executionArn: arn('order-7'), error: 'StoppedByOperator', cause: 'wrong prices' },
        output: { stopDate: at(9) },
      },
      { action: 'DescribeExecution', output: described({ status: 'ABORTED', stopDate: at(9) }) },
    ];
    const ran = await runAgainst(script, ['stop', '--status', 'RUNNING', '--reason', 'wrong prices', '--yes']);
    expect(ran).toEqual({
      stdout: lines('Count  Status   State  Error  What', '    1  RUNNING  -      -      stop', 'stopped   7  ABORTED'),
      stderr: lines('environment: prod', '1 of 1 stopped'),
      code: 0,
    });
  });

  it('waits throttling out', async () => {
    const throttled = { action: 'ListExecutions', error: { type: 'ThrottlingException', message: 'Rate exceeded' } };
    const script = [throttled, { action: 'ListExecutions', output: { executions: [] } }];
    expect(await runAgainst(script, ['stop', '--status', 'RUNNING', '--yes'])).toMatchObject({ code: 7 });
  });

  it('ends at once, and can be resumed, when the credentials have expired', async () => {
    const folder = temporaryFolder();
    const expired = { action: 'StopExecution', error: { type: 'ExpiredTokenException', message: 'expired' } };
    const list = { action: 'ListExecutions', output: { executions: [running] } };
    const first = await runAgainst([list, expired], ['stop', '--status', 'RUNNING', '--yes'], { folder });
    expect(first.code).toBe(10);
    expect(first.stderr).toContain('orders stop --resume --journal stop-');
    const rest = [
      { action: 'StopExecution', output: { stopDate: at(9) } },
      { action: 'DescribeExecution', output: described({ status: 'ABORTED', stopDate: at(9) }) },
    ];
    expect(await runAgainst(rest, ['stop', '--resume'], { folder })).toMatchObject({
      code: 0,
      stdout: lines('stopped   7  ABORTED'),
    });
  });

  const machine = {
    action: 'DescribeStateMachine',
    output: {
      stateMachineArn: MACHINE,
      name: 'order-processing',
      definition: '{}',
      roleArn: 'role',
      type: 'STANDARD',
      creationDate: at(0),
    },
  };
  it('of names that lead nowhere exits 7', async () => {
    const ran = await runAgainst([missing('order-9'), machine], ['redrive', '--from-file', '-', '--yes'], {
      input: '9\n',
    });
    expect(ran.code).toBe(7);
  });
});

describe('bad input', () => {
  it.each([
    [['redrive'], 'it is not said which executions are meant'],
    [['stop'], 'it is not said which executions are meant'],
    [['redrive', '7', '--since', '2h'], 'names and a selection exclude each other'],
    [['redrive', '7', '8', '--attempt', '2'], '--attempt 2 goes with one order only'],
    [['redrive', '7', 'arn:aws:nonsense'], 'not the ARN of an execution: arn:aws:nonsense'],
    [['redrive', '--status', 'SUCCEEDED'], 'SUCCEEDED'],
    [['redrive', '--since', 'soon'], 'the time "soon" is neither a span'],
    [['redrive', '--since', '1h', '--until', '2h'], 'nothing is since 1h and before 2h'],
    [['redrive', '--since', '1h', '--rate', '-1'], 'rate'],
    [['redrive', '--from-file', 'none.txt'], 'there is no file none.txt'],
    [['redrive', '--from-file', '.'], '. is a folder, not a file'],
    [['redrive', '--journal', 'x'], '--resume'],
    [['list', '--until', 'soon'], 'the time "soon" is neither a span'],
    [['stop', '7', '--reason', 'x'.repeat(32_769)], 'the reason has 32769 characters'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await runAgainst([], args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    const json = await runAgainst([], [...args, '--json']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 2 } });
  });
});
