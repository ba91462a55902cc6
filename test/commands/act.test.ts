import { describe, expect, it } from 'vitest';
import { arn, at, described, event, FAILED, HERE, lines, MACHINE, missing, READ_FAILED, runAgainst } from './fixed.js';

const found = (output: object): { action: string; output: object } => ({ action: 'DescribeExecution', output });
const running = described({ status: 'RUNNING', stopDate: undefined });

describe('orders list', () => {
  const listed = (name: string, seconds: number, members: object = {}): object => ({
    executionArn: arn(name),
    stateMachineArn: MACHINE,
    name,
    status: 'FAILED',
    startDate: at(seconds),
    stopDate: at(seconds + 4),
    ...members,
  });
  const page = {
    executions: [
      listed('order-9', 90, { redriveCount: 2 }),
      listed('order-7-a2', 70),
      listed(`order_${'0'.repeat(64)}`, 60),
    ],
  };

  it('shows a row an execution', async () => {
    const call = {
      action: 'ListExecutions',
      input: { stateMachineArn: MACHINE, maxResults: 21, statusFilter: 'FAILED' },
      output: page,
    };
    expect(await runAgainst([call], ['list', '--status', 'FAILED'])).toEqual({
      stdout: lines(
        `Order${' '.repeat(67)}Attempt  Status  Started                   Duration  Redrives`,
        `9${' '.repeat(77)}1  FAILED  2026-11-20T10:01:30.000Z        4s         2`,
        `7${' '.repeat(77)}2  FAILED  2026-11-20T10:01:10.000Z        4s`,
        `order_${'0'.repeat(64)}${' '.repeat(8)}1  FAILED  2026-11-20T10:01:00.000Z        4s`,
      ),
      stderr: lines('environment: prod'),
      code: 0,
    });
  });

  it('is one object under --json, and stops at the limit', async () => {
    const { stdout, code } = await runAgainst(
      [{ action: 'ListExecutions', output: page }],
      ['list', '--limit', '1', '--json'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      environment: 'prod',
      stateMachineArn: MACHINE,
      executions: [
        {
          executionArn: arn('order-9'),
          name: 'order-9',
          orderId: '9',
          attempt: 1,
          status: 'FAILED',
          startDate: '2026-11-20T10:01:30.000Z',
          stopDate: '2026-11-20T10:01:34.000Z',
          redriveCount: 2,
        },
      ],
      more: true,
    });
  });

  it.each([
    [['--status', 'BROKEN'], 'BROKEN'],
    [['--limit', '0'], '0'],
    [['--since', 'soon'], 'soon'],
  ])('refuses %j', async (flags, value) => {
    const { code, stderr } = await runAgainst([], ['list', ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(value);
  });
});

describe('orders stop', () => {
  const stop = {
    action: 'StopExecution',
    input: { executionArn: arn('order-7'), error: 'StoppedByOperator', cause: 'customer called' },
    output: { stopDate: at(9) },
  };
  const aborted = described({ status: 'ABORTED', stopDate: at(9) });

  it('stops, looks until it has ended, and says what is next', async () => {
    const script = [found(running), missing('order-7-a2'), stop, found(running), found(aborted)];
    expect(await runAgainst(script, ['stop', '7', '--reason', 'customer called', '--yes'])).toEqual({
      stdout: lines('order-7 is stopped: ABORTED'),
      stderr: lines(
        'environment: prod',
        `next: orders status 7 ${HERE} shows what is open; orders redrive 7 ${HERE} goes on with it`,
      ),
      code: 0,
    });
  });

  it('does nothing to what has ended', async () => {
    const { stdout, code } = await runAgainst(
      [found(described()), missing('order-7-a2')],
      ['stop', '7', '--yes', '--json'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ stopped: false, status: 'SUCCEEDED' });
  });

  it('does not ask where nobody can answer', async () => {
    const { code, stderr } = await runAgainst([found(running), missing('order-7-a2')], ['stop', '7']);
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
  });
});

describe('orders redrive', () => {
  const redriven = { action: 'RedriveExecution', output: { redriveDate: at(100) } };
  const again = described({ status: 'RUNNING', stopDate: undefined, redriveCount: 1, redriveDate: at(100) });

  it('redrives and makes sure of it', async () => {
    const history = { action: 'GetExecutionHistory', output: { events: [] } };
    const script = [
      found(FAILED),
      missing('order-7-a2'),
      ...READ_FAILED,
      redriven,
      found(FAILED),
      found(again),
      found(again),
      history,
    ];
    const { stdout, stderr, code } = await runAgainst(script, ['redrive', '7']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^order 7 {2}RUNNING .* redriven once\n/);
    expect(stderr).toBe(
      lines(
        'environment: prod',
        'the state machine has changed since: a redrive goes on with the definition this execution began with',
        'redrive 1 of order-7 has begun',
        `next: orders status 7 --wait ${HERE}`,
      ),
    );
  });

  it('checks only, with --dry-run', async () => {
    const { stdout, code } = await runAgainst(
      [found(FAILED), missing('order-7-a2'), ...READ_FAILED],
      ['redrive', '7', '--dry-run', '--json'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ redriven: false, redrive: { eligible: true, helps: true } });
  });

  it.each([[[]], [['--json']]])('refuses what ended in a Fail state, without --force %j', async (flags) => {
    const events = [
      event(1, 0, 'ExecutionStarted', 0),
      event(2, 0, 'FailStateEntered', 1, ['stateEnteredEventDetails', { name: 'OrderFailed' }]),
      event(3, 2, 'ExecutionFailed', 1, ['executionFailedEventDetails', { error: 'OutOfStockError' }]),
    ];
    const script = [
      found(FAILED),
      missing('order-7-a2'),
      { action: 'GetExecutionHistory', output: { events } },
      ...READ_FAILED.slice(1),
    ];
    const { stdout, stderr, code } = await runAgainst(script, ['redrive', '7', ...flags]);
    expect(code).toBe(9);
    expect(flags.length > 0 ? stdout : stderr).toContain(
      'a redrive of order-7 cannot help: it ended in the Fail state OrderFailed, and a redrive would only end there again',
    );
  });

  it.each([
    [running, 'order-7 cannot be redriven: it is still running'],
    [described(), 'order-7 cannot be redriven: it succeeded'],
  ])('refuses what has not failed', async (execution, message) => {
    const script = [found(execution), missing('order-7-a2'), { action: 'GetExecutionHistory', output: { events: [] } }];
    const { code, stderr } = await runAgainst(script, ['redrive', '7']);
    expect(code).toBe(9);
    expect(stderr).toContain(message);
  });
});
