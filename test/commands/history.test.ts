import { describe, expect, it } from 'vitest';
import { described, FAILED, FAILED_HISTORY, lines, missing, runAgainst } from './fixed.js';

const found = [{ action: 'DescribeExecution', output: FAILED }, missing('order-7-a2')];
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
        `Check   ${'='.repeat(0)}${'x'.repeat(12)}${'-'.repeat(12)}${'='.repeat(12)}${' '.repeat(24)}  1.5s`,
        `Charge  ${' '.repeat(36)}${'x'.repeat(24)}  1s`,
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
    expect((await run('--data')).stdout).toContain('input   {"orderId":"7","userId":"***"}');
  });

  it('prints one event a line', async () => {
    const { stdout } = await run('--events');
    expect(stdout.split('\n')[3]).toBe(
      '    4 <- 3      2026-11-20T10:00:00.500Z  TaskFailed  resourceType=lambda  resource=invoke  error=Lambda.ServiceException',
    );
  });

  it('says what is wrong as JSON, too', async () => {
    const { stdout, code } = await runAgainst([missing('order-7')], ['history', '7', '--json']);
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
});
