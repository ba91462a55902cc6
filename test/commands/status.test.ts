import { describe, expect, it } from 'vitest';
import {
  arn,
  described,
  FAILED,
  FAILED_HISTORY,
  HERE,
  lines,
  MACHINE,
  missing,
  READ_FAILED,
  runAgainst,
} from './fixed.js';

const found = (output: object): { action: string; output: object } => ({ action: 'DescribeExecution', output });
const CONSOLE = `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${arn('order-7')}`;

const FAILED_TEXT = lines(
  'order 7  FAILED  2.5s',
  'started  2026-11-20T10:00:00.000Z',
  'ended    2026-11-20T10:00:02.500Z',
  `arn      ${arn('order-7')}`,
  `console  ${CONSOLE}`,
  'Charge failed with TypeError: a bug',
  '  cannot read \\x1b[31mtotal',
  'a redrive goes on from there, until 2026-12-04T10:00:02.500Z',
  '  the state machine has changed since: a redrive goes on with the definition this execution began with',
  '',
  'State   Result     Visits  Attempts  Time',
  'Check   succeeded       1         2  1.5s',
  'Charge  failed          1         1    1s',
);

/** Asked when no Standard execution has the name: an Express one might, under an ARN that cannot be computed. */
const STANDARD_MACHINE = {
  action: 'DescribeStateMachine',
  output: { stateMachineArn: MACHINE, name: 'm', definition: '{}', roleArn: 'r', type: 'STANDARD', creationDate: 1 },
};

describe('orders status', () => {
  it('tells the true failing state, the error without its control characters, and what to do', async () => {
    expect(await runAgainst([found(FAILED), missing('order-7-a2'), ...READ_FAILED], ['status', '7'])).toEqual({
      stdout: FAILED_TEXT,
      stderr: lines(
        'environment: prod',
        `next: orders redrive 7 ${HERE}, when the function is fixed`,
        `next: orders history 7 ${HERE}`,
      ),
      code: 0,
    });
  });

  it('takes an ARN as well', async () => {
    const { stdout, stderr } = await runAgainst([found(FAILED), ...READ_FAILED], ['status', arn('order-7')]);
    expect(stdout).toBe(FAILED_TEXT);
    expect(stderr).toContain('next: orders redrive 7 --attempt 1');
  });

  it('is one object under --json', async () => {
    const { stdout, stderr, code } = await runAgainst(
      [found(FAILED), missing('order-7-a2'), ...READ_FAILED],
      ['status', '7', '--json', '--exit-status'],
    );
    expect({ stderr, code }).toEqual({ stderr: '', code: 3 });
    expect(JSON.parse(stdout)).toEqual({
      environment: 'prod',
      executionArn: arn('order-7'),
      name: 'order-7',
      orderId: '7',
      attempt: 1,
      status: 'FAILED',
      startDate: '2026-11-20T10:00:00.000Z',
      stopDate: '2026-11-20T10:00:02.500Z',
      duration: 2500,
      redriveCount: 0,
      error: 'TypeError',
      cause: FAILED['cause'],
      failure: {
        kind: 'task',
        stateName: 'Charge',
        error: 'TypeError',
        message: 'cannot read \u001b[31mtotal',
        class: 'bug',
        attempts: 1,
      },
      redrive: {
        eligible: true,
        helps: true,
        until: '2026-12-04T10:00:02.500Z',
        warnings: [expect.stringContaining('has changed since')],
      },
      states: [
        { stateName: 'Check', type: 'Task', depth: 0, visits: 1, attempts: 2, outcome: 'succeeded', duration: 1500 },
        { stateName: 'Charge', type: 'Task', depth: 0, visits: 1, attempts: 1, outcome: 'failed', duration: 1000 },
      ],
      console: CONSOLE,
      next: [`orders redrive 7 ${HERE}, when the function is fixed`, `orders history 7 ${HERE}`],
    });
  });

  it('takes the newest attempt', async () => {
    const second = described({ name: 'order-7-a2' });
    const history = { action: 'GetExecutionHistory', output: { events: [] } };
    const { stdout } = await runAgainst(
      [found(FAILED), found(second), missing('order-7-a3'), history],
      ['status', '7'],
    );
    expect(stdout.split('\n')[0]).toBe('order 7, attempt 2  SUCCEEDED  2.5s');
  });

  it('waits for the end and exits by it', async () => {
    const running = described({ status: 'RUNNING', stopDate: undefined });
    const script = [found(running), missing('order-7-a2'), found(FAILED), ...READ_FAILED];
    expect((await runAgainst(script, ['status', '7', '--wait'])).code).toBe(3);
  });

  it('tells every change when it is watched from a pipe', async () => {
    const running = described({ status: 'RUNNING', stopDate: undefined });
    const history = (events: readonly object[]): { action: string; output: object } => ({
      action: 'GetExecutionHistory',
      output: { events },
    });
    const script = [
      found(running),
      missing('order-7-a2'),
      found(running),
      history(FAILED_HISTORY.slice(0, 3)),
      found(running),
      history(FAILED_HISTORY.slice(0, 5)),
      found(FAILED),
      ...READ_FAILED,
    ];
    const { stdout, code } = await runAgainst(script, ['status', '7', '--watch']);
    expect(code).toBe(3);
    const [first, second, third, ...answer] = stdout.replaceAll(/^\S+Z {2}/gm, '').split('\n');
    expect([first, second, third]).toEqual(['RUNNING  Check', 'RUNNING  Check, attempt 2', 'FAILED']);
    expect(answer.join('\n')).toBe(FAILED_TEXT);
  });

  it('takes --timeout only where it waits', async () => {
    const { code, stderr } = await runAgainst([], ['status', '7', '--timeout', '1m']);
    expect(code).toBe(2);
    expect(stderr).toContain('--timeout 1m goes with --wait or --watch');
  });

  it.each([[[]], [['--json']]])('exits 7 for an unknown order %j', async (flags) => {
    const { code, stdout, stderr } = await runAgainst(
      [missing('order-8'), STANDARD_MACHINE],
      ['status', '8', ...flags],
    );
    expect(code).toBe(7);
    expect(flags.length > 0 ? stdout : stderr).toContain('there is no order 8 in environment prod');
  });

  it.each([
    ['arn:aws:states', 'not the ARN of an execution: arn:aws:states'],
    [
      arn('order-7').replace('eu-west-1', 'us-west-2'),
      'the execution is in region us-west-2, environment prod in eu-west-1',
    ],
    [
      arn('order-7').replace('123456789012', '210987654321'),
      'the execution is in account 210987654321, environment prod in 123456789012',
    ],
    [
      'arn:aws:states:us-west-2:123456789012:express:order-processing:order-7:0b',
      'the execution is in region us-west-2, environment prod in eu-west-1',
    ],
    [`x${'y'.repeat(500)}`, 'has 501 characters'],
  ])('refuses %s before it asks anybody', async (order, message) => {
    const { code, stdout, stderr } = await runAgainst([], ['status', order]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('exits 10 for expired credentials', async () => {
    const script = [
      {
        action: 'DescribeExecution',
        error: { type: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
      },
    ];
    const { code, stderr } = await runAgainst(script, ['status', '7']);
    expect(code).toBe(10);
    expect(stderr).toContain('have expired');
  });
});
