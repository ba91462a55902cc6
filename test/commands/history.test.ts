import { describe, expect, it } from 'vitest';
import { arn, described, event, FAILED, FAILED_HISTORY, lines, MACHINE, missing, runAgainst } from './fixed.js';

const found = [{ action: 'DescribeExecution', output: FAILED }, missing('order-7-a2')];
/** Whether an id that is not found may be an Express execution's. */
const STANDARD = {
  action: 'DescribeStateMachine',
  output: { stateMachineArn: MACHINE, name: 'm', definition: '{}', roleArn: 'r', type: 'STANDARD', creationDate: 1 },
};

const history = (data: boolean): object[] =>
  [
    {
      action: 'GetExecutionHistory',
      input: undefined,
      output: { events: FAILED_HISTORY.slice(0, 4), nextToken: 'two' },
    },
    { action: 'GetExecutionHistory', output: { events: FAILED_HISTORY.slice(4) } },
  ]
    .map((call) => (data ? { ...call } : call))
    .map(({ input: _input, ...call }: { input?: unknown; action: string; output: unknown }) => call);

const run = (...args: string[]): ReturnType<typeof runAgainst> =>
  runAgainst([...found, ...history(false)] as never, ['history', '7', ...args]);

describe('orders history', () => {
  it('shows states x attempts and a timeline', async () => {
    expect(await run()).toEqual({
      stdout: lines(
        'State   Where  Result     Attempt   Time  Error',
        'Check          succeeded            1.5s',
        '               failed           1  500ms  Lambda.ServiceException',
        '               succeeded        2  500ms',
        'Charge         failed           1     1s  TypeError: cannot read \\x1b[31mtotal',
        '',
        `        0${'2.5s'.padStart(59)}`,
        `Check   ${'x'.repeat(12)}${'-'.repeat(12)}2${'='.repeat(11)}${' '.repeat(24)}  1.5s`,
        `Charge  ${' '.repeat(36)}${'x'.repeat(24)}  1s`,
        '        = succeeded  x failed  - waiting  2 second attempt',
        '',
        'FAILED, 11 events',
        'Charge failed with TypeError: a bug',
        '  cannot read \\x1b[31mtotal',
      ),
      stderr: lines('environment: prod'),
      code: 0,
    });
  });

  it('shows what went wrong only', async () => {
    const { stdout } = await run('--failed', '--state', 'Charge', '--no-timeline');
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'State   Where  Result  Attempt  Time  Error',
      'Charge         failed        1    1s  TypeError: cannot read \\x1b[31mtotal',
      '',
      'FAILED, 11 events',
    ]);
  });

  it('prints raw events as they arrive, without payloads', async () => {
    const { stdout, stderr, code } = await run('--json');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const document = JSON.parse(stdout) as { events: Record<string, unknown>[] };
    expect(document).toMatchObject({ environment: 'prod', name: 'order-7', orderId: '7', status: 'FAILED' });
    expect(document.events).toHaveLength(11);
    expect(document.events[1]).toEqual({
      id: 2,
      previousEventId: 0,
      type: 'TaskStateEntered',
      timestamp: '2026-11-20T10:00:00.000Z',
      stateEnteredEventDetails: { name: 'Check' },
    });
    expect(stdout).not.toContain('u-1');
  });

  it('masks personal data in payloads, and shows it to who asks', async () => {
    const masked = (await run('--json', '--data')).stdout;
    expect(masked).toContain('\\"orderId\\":\\"7\\",\\"userId\\":\\"***\\"');
    expect(masked).not.toContain('u-1');
    expect((await run('--json', '--data', '--show-pii')).stdout).toContain('u-1');
    // Payloads are read after all else, since none of them is kept.
    const twice = [...found, ...history(false), ...history(true)];
    const { stdout } = await runAgainst(twice as never, [
      'history',
      '7',
      '--data',
      '--no-timeline',
      '--state',
      'Check',
    ]);
    expect(stdout).toContain('\nCheck\n  input   {"orderId":"7","userId":"***"}\n  output  {"total":1}\n\nFAILED');
  });

  it('prints one event a line', async () => {
    const { stdout } = await run('--events');
    expect(stdout.split('\n')[3]).toBe(
      '    4 <- 3      2026-11-20T10:00:00.500Z  TaskFailed  resourceType=lambda  resource=invoke  error=Lambda.ServiceException',
    );
  });

  it('says what is wrong as JSON, too', async () => {
    const { stdout, code } = await runAgainst([missing('order-7'), STANDARD], ['history', '7', '--json']);
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'notFound' } });
  });

  it('needs --data for --show-pii', async () => {
    expect((await runAgainst([], ['history', '7', '--show-pii'])).code).toBe(2);
  });

  it('shows an execution that has no events yet', async () => {
    const script = [
      { action: 'DescribeExecution', output: described() },
      missing('order-7-a2'),
      { action: 'GetExecutionHistory', output: { events: [] } },
    ];
    expect((await runAgainst(script, ['history', '7', '--json'])).stdout).toMatch(/"events":\[\]\}\n$/);
  });

  it('follows to the end, a page at a time, and exits by the outcome', async () => {
    const running = described({ status: 'RUNNING', stopDate: undefined });
    const page = (events: readonly object[], more: object = {}): object => ({
      action: 'GetExecutionHistory',
      output: { events },
      ...more,
    });
    const newest = { executionArn: arn('order-7'), maxResults: 100, reverseOrder: true, includeExecutionData: false };
    const script = [
      { action: 'DescribeExecution', output: running },
      missing('order-7-a2'),
      page(FAILED_HISTORY.slice(0, 3)),
      page(FAILED_HISTORY.slice(0, 5).toReversed(), { input: newest }),
      // Newest first: the second page is asked for, since the first did not come down to what is known.
      {
        action: 'GetExecutionHistory',
        input: newest,
        output: { events: FAILED_HISTORY.slice(7).toReversed(), nextToken: 'n' },
      },
      page(FAILED_HISTORY.slice(0, 7).toReversed(), { input: { ...newest, nextToken: 'n' } }),
      { action: 'DescribeExecution', output: FAILED },
    ];
    const { stdout, code } = await runAgainst(script as never, ['history', '7', '--follow']);
    expect(code).toBe(3);
    expect(stdout.replaceAll(/^\S+Z {2}/gm, '').split('\n')).toEqual([
      'the execution: started',
      'Check: running',
      'Check: failed with Lambda.ServiceException',
      'Check: running, attempt 2',
      'Check: succeeded in 1.5s',
      'Charge: running',
      'Charge: failed with TypeError',
      'the execution: FAILED',
      'FAILED, 11 events',
      'Charge failed with TypeError: a bug',
      '  cannot read \\x1b[31mtotal',
      '',
    ]);
  });

  it('follows what has ended already without waiting, as JSON too', async () => {
    const script = [...found, ...history(false), { action: 'DescribeExecution', output: FAILED }];
    const { stdout, code } = await runAgainst(script as never, ['history', '7', '--follow', '--json']);
    expect(code).toBe(3);
    expect((JSON.parse(stdout) as { events: object[] }).events).toHaveLength(11);
  });

  it('folds 25,000 events into a few rows, and pages through all of them', async () => {
    const loop = Array.from({ length: 12_499 }, (_, index) => [
      event(2 + index * 2, index === 0 ? 0 : 1 + index * 2, 'PassStateEntered', index, ['stateEnteredEventDetails', { name: 'Loop' }]), // prettier-ignore
      event(3 + index * 2, 2 + index * 2, 'PassStateExited', index, ['stateExitedEventDetails', { name: 'Loop' }]),
    ]).flat();
    const all = [event(1, 0, 'ExecutionStarted', 0), ...loop, event(25_000, 24_999, 'ExecutionSucceeded', 12_499)];
    const pages = Array.from({ length: 25 }, (_, page) => ({
      action: 'GetExecutionHistory',
      output: {
        events: all.slice(page * 1_000, page * 1_000 + 1_000),
        ...(page === 24 ? {} : { nextToken: `page-${page}` }),
      },
    }));
    const { stdout } = await runAgainst([...found, ...pages] as never, ['history', '7', '--no-timeline']);
    expect(stdout).toBe(
      lines(
        'State  Where          Result     Attempt  Time  Error',
        'Loop   12,499 visits  succeeded            0ms',
        '',
        'SUCCEEDED, 25,000 events',
      ),
    );
  });
});
