import { describe, expect, it } from 'vitest';
import { canonicalInput, sameInput } from '../../src/lib/execution/canonical-input.js';
import { parseDuration, parseSince } from '../../src/lib/execution/duration.js';
import { exitOf, STATUSES } from '../../src/lib/execution/execution.js';
import { parseInjection } from '../../src/lib/execution/injection.js';
import { listExecutions } from '../../src/lib/execution/list-executions.js';
import { redriveExecution } from '../../src/lib/execution/redrive-execution.js';
import { redriveVerdict } from '../../src/lib/execution/redrive-verdict.js';
import { taskStates } from '../../src/lib/execution/task-states.js';
import { PAUSES, waitForEnd } from '../../src/lib/execution/wait.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-22T12:00:00Z');

describe('durations and times', () => {
  it.each([
    ['10m', 600_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['0.5s', 500],
    ['2d', 2 * DAY],
  ])('%s', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it.each(['', '10', '-5m', '10 minutes', 'm', '1w', '10m!', '9999d'])('refuses %j', (text) => {
    expect(() => parseDuration(text, 'timeout')).toThrow(expect.objectContaining({ exit: 'usage' }));
  });

  it('reads points in time', () => {
    expect(parseSince('2h', NOW)).toBe(NOW - 2 * HOUR);
    expect(parseSince('2026-11-20T00:00:00Z', NOW)).toBe(Date.parse('2026-11-20T00:00:00Z'));
    expect(() => parseSince('yesterday', NOW)).toThrow(/neither a span like 2h nor a date/);
  });
});

describe('parseInjection', () => {
  it.each([
    [
      'CheckInventory:Lambda.ServiceException*2',
      { stateName: 'CheckInventory', error: 'Lambda.ServiceException', times: 2 },
    ],
    ['A state:Boom', { stateName: 'A state', error: 'Boom', times: 1 }],
  ])('%s', (text, injection) => expect(parseInjection(text)).toEqual(injection));

  it.each(['', 'A', 'A:', ':B', 'A:B*0', 'A:B*x', 'A:B*-1'])('refuses %j', (text) => {
    expect(() => parseInjection(text)).toThrow(/does not have the form STATE:ERROR\*N/);
  });

  it('knows the states', () => {
    expect(() => parseInjection('B:x', ['A'])).toThrow('the workflow has no task state "B"');
  });
});

describe('taskStates', () => {
  it('looks into branches and items', () => {
    const inner = (name: string): object => ({ StartAt: name, States: { [name]: { Type: 'Task' } } });
    const definition = {
      States: {
        A: { Type: 'Task' },
        P: { Type: 'Parallel', Branches: [inner('B')] },
        M: { Type: 'Map', ItemProcessor: inner('C') },
        Z: { Type: 'Pass' },
      },
    };
    expect(taskStates(JSON.stringify(definition))).toEqual(['A', 'B', 'C']);
  });
});

describe('inputs', () => {
  it('are one text whatever their order and white space', () => {
    expect(canonicalInput({ b: 1, a: [1.0, 'é'] })).toBe('{"a":[1,"é"],"b":1}');
    expect(sameInput('{"a":1,"b":2}', '{ "b": 2.0, "a": 1 }')).toBe(true);
    expect(sameInput('{"a":1}', '{"a":"1"}')).toBe(false);
    expect(sameInput('not json', 'not json')).toBe(true);
    expect(sameInput('not json', '{}')).toBe(false);
  });
});

describe('exitOf', () => {
  it('has an exit for every status', () => {
    expect(STATUSES.map(exitOf)).toEqual(['stillRunning', 'done', 'failed', 'timedOut', 'aborted', 'stillRunning']);
  });
});

describe('redriveVerdict', () => {
  const failed = {
    status: 'FAILED',
    stopDate: new Date(NOW - HOUR),
    redriveStatus: 'REDRIVABLE',
    eventCount: 20,
  } as const;

  it('helps after a failure, for 14 days', () => {
    expect(redriveVerdict(failed, NOW)).toEqual({
      eligible: true,
      helps: true,
      until: new Date(NOW - HOUR + 14 * DAY),
      warnings: [],
    });
  });

  it.each([
    [{ status: 'RUNNING' as const }, 'it is still running'],
    [{ status: 'SUCCEEDED' as const }, 'it succeeded'],
    [
      { stopDate: new Date(NOW - 15 * DAY) },
      'it ended on 2026-11-07T12:00:00.000Z, and a redrive is possible for 14 days',
    ],
    [{ eventCount: 24_999 }, 'its history has 24999 events, and a redrive needs fewer than 24999'],
    [{ redriveStatus: 'REDRIVABLE_BY_MAP_RUN' }, 'it belongs to a Map Run'],
    [{ redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: 'too old' }, 'too old'],
  ])('is refused: %o', (change, reason) => {
    const verdict = redriveVerdict({ ...failed, ...change }, NOW);
    expect(verdict).toMatchObject({ eligible: false, helps: false });
    expect(verdict.reason).toContain(reason);
  });

  it('is possible and no use after a Fail state', () => {
    expect(redriveVerdict({ ...failed, failState: 'OrderFailed' }, NOW)).toMatchObject({
      eligible: true,
      helps: false,
      reason: 'it ended in the Fail state OrderFailed, and a redrive would only end there again',
    });
  });

  it('warns of a definition that has changed', () => {
    expect(redriveVerdict({ ...failed, definitionChanged: true }, NOW).warnings).toHaveLength(1);
  });
});

describe('redriveExecution', () => {
  const before = {
    executionArn: 'arn',
    stateMachineArn: 'machine',
    name: 'order-7',
    status: 'FAILED',
    startDate: new Date(0),
    redriveCount: 1,
  } as const;
  const counts = (...values: number[]): Parameters<typeof redriveExecution>[0] => ({
    async redriveExecution(input) {
      expect(input).toEqual({ executionArn: 'arn', clientToken: 'token' });
      return { redriveDate: new Date(0) };
    },
    async describeExecution() {
      return {
        executionArn: 'arn',
        stateMachineArn: 'machine',
        name: 'order-7',
        status: 'RUNNING',
        startDate: new Date(0),
        redriveCount: values.shift() ?? 1,
      };
    },
  });

  it('waits until the count has risen', async () => {
    expect(await redriveExecution(counts(1, 1, 2), before, 'token', async () => {})).toMatchObject({ redriveCount: 2 });
  });

  it('does not believe an answer without an effect', async () => {
    await expect(redriveExecution(counts(), before, 'token', async () => {})).rejects.toMatchObject({ exit: 'bug' });
  });

  it('passes a refusal on', async () => {
    const calls = counts();
    calls.redriveExecution = async () => {
      throw Object.assign(new Error('Execution is RUNNING'), { name: 'ExecutionNotRedrivable' });
    };
    await expect(redriveExecution(calls, before, 'token', async () => {})).rejects.toMatchObject({
      exit: 'notRedrivable',
    });
  });
});

describe('waitForEnd', () => {
  const looks = (...statuses: string[]): (() => Promise<never>) => {
    return async () => ({ status: statuses.length > 1 ? statuses.shift() : statuses[0] }) as never;
  };
  const clock = (): { now(): number; slept: number[]; sleep(ms: number): Promise<void> } => {
    const slept: number[] = [];
    return { slept, now: () => slept.reduce((sum, ms) => sum + ms, 0), sleep: async (ms) => void slept.push(ms) };
  };
  const pause = { first: 1_000, longest: 2_000 };

  it('looks less and less often', async () => {
    const time = clock();
    const waited = await waitForEnd({
      ...time,
      pause,
      describe: looks('RUNNING', 'RUNNING', 'RUNNING', 'RUNNING', 'FAILED'),
    });
    expect(waited).toEqual({ outcome: 'ended', execution: { status: 'FAILED' } });
    expect(time.slept).toEqual([1_000, 1_500, 2_000, 2_000]);
  });

  it('looks at AWS never more often than once a second, but for the last look before a deadline', async () => {
    const time = clock();
    await waitForEnd({ ...time, pause: PAUSES.aws, deadline: HOUR, describe: looks('RUNNING') });
    expect(Math.min(...time.slept.slice(0, -1))).toBe(1_000);
    expect(time.slept.length).toBeLessThan(370);
  });

  it('ends at the deadline, not after it, with one last look', async () => {
    const time = clock();
    expect((await waitForEnd({ ...time, pause, deadline: 1_200, describe: looks('RUNNING') })).outcome).toBe(
      'timed-out',
    );
    expect(time.slept).toEqual([1_000, 200]);
  });

  it('ends when it is interrupted', async () => {
    const time = clock();
    expect(
      (await waitForEnd({ ...time, pause, signal: AbortSignal.abort(), describe: looks('RUNNING') })).outcome,
    ).toBe('interrupted');
  });
});

describe('listExecutions', () => {
  const item = (name: string, start: number): object => ({
    name,
    executionArn: `arn:${name}`,
    status: 'FAILED',
    startDate: new Date(start),
  });
  const pages = (...all: object[][]): { calls: Parameters<typeof listExecutions>[0]; asked: object[] } => {
    const asked: object[] = [];
    return {
      asked,
      calls: {
        async listExecutions(input) {
          asked.push(input);
          const executions = all[asked.length - 1] as never;
          return { executions, nextToken: asked.length < all.length ? `page-${asked.length + 1}` : undefined };
        },
      },
    };
  };

  it('goes from page to page, and through empty ones', async () => {
    const { calls, asked } = pages([item('order-1', 30)], [], [item('order_x', 20), item('order-2-a2', 10)]);
    const { executions, more } = await listExecutions(calls, 'machine', { limit: 10, statuses: ['FAILED'] });
    expect(executions.map(({ name, orderId, attempt }) => [name, orderId, attempt])).toEqual([
      ['order-1', '1', 1],
      ['order_x', undefined, 1],
      ['order-2-a2', '2', 2],
    ]);
    expect(more).toBe(false);
    expect(asked[0]).toEqual({ stateMachineArn: 'machine', maxResults: 11, statusFilter: 'FAILED' });
  });

  it('stops at the limit and says that there are more', async () => {
    const { calls } = pages([item('a', 3), item('b', 2), item('c', 1)]);
    expect(await listExecutions(calls, 'machine', { limit: 2 })).toMatchObject({
      executions: [{ name: 'a' }, { name: 'b' }],
      more: true,
    });
  });

  it('stops where executions get too old', async () => {
    const { calls, asked } = pages([item('a', 30), item('b', 5)], [item('c', 4)]);
    expect((await listExecutions(calls, 'machine', { limit: 10, since: 10 })).executions).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });
});
