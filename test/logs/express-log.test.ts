import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpressLog } from '../../src/lib/logs/express-log.js';
import { describeLogged, rebuildExecution } from '../../src/lib/logs/logged-execution.js';
import type { MachineLog } from '../../src/lib/logs/machine-log.js';
import { ManualClock, ScriptedLogs, type ScriptedLine } from '../support/scripted-logs.js';
import { eventMessage, line, MACHINE_GROUP, START } from './lines.js';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:quick';
const PREFIX = 'arn:aws:states:eu-west-1:123456789012:express:quick:order-7:';
const FIRST = `${PREFIX}11111111-1111-4111-8111-111111111111`;
const SECOND = `${PREFIX}22222222-2222-4222-8222-222222222222`;
const ALL: MachineLog = { type: 'EXPRESS', level: 'ALL', executionData: true, group: MACHINE_GROUP };
const HOUR = 3_600_000;

function messages(arn: string, at = 0): string[] {
  return [
    eventMessage(1, 0, 'ExecutionStarted', at, { input: '{"orderId":"7"}' }, arn),
    eventMessage(2, 0, 'PassStateEntered', at + 1, { name: 'Good' }, arn),
    eventMessage(3, 2, 'PassStateExited', at + 2, { name: 'Good' }, arn),
    eventMessage(4, 3, 'ExecutionSucceeded', at + 3, { output: '{"done":true}' }, arn),
  ];
}

const lines = (arn: string, at = 0): ScriptedLine[] =>
  messages(arn, at).map((message, index) => line(MACHINE_GROUP, at + index, message));

function expressLog(all: readonly ScriptedLine[], now: number, machine: MachineLog = ALL) {
  const clock = new ManualClock(now);
  const logs = new ScriptedLogs(all, clock, [2, 0, 3]);
  return {
    log: new ExpressLog(
      async () => logs,
      async () => machine,
      clock,
    ),
    logs,
    clock,
  };
}

describe('an execution rebuilt from lines', () => {
  it('is the same in any order of arrival, and however often a line came', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(messages(FIRST), { minLength: 4 }), fc.array(fc.nat(3)), (shuffled, again) => {
        const arrived = [...shuffled, ...again.map((index) => shuffled[index] ?? '')];
        const rebuilt = rebuildExecution(FIRST, arrived, ALL, START + HOUR);
        expect(rebuilt?.events.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
        expect(rebuilt?.completeness).toMatchObject({ verdict: 'complete', missing: [], events: 4 });
      }),
    );
  });

  it('is described as the service would', () => {
    const rebuilt = rebuildExecution(FIRST, messages(FIRST), ALL, START + HOUR);
    expect(rebuilt && describeLogged(rebuilt)).toEqual({
      executionArn: FIRST,
      stateMachineArn: MACHINE,
      name: 'order-7',
      status: 'SUCCEEDED',
      startDate: new Date(START),
      stopDate: new Date(START + 3),
      input: '{"orderId":"7"}',
      output: '{"done":true}',
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Express executions cannot be redriven',
    });
  });

  const [started = '', entered = '', exited = '', succeeded = ''] = messages(FIRST);
  const failed = eventMessage(4, 3, 'ExecutionFailed', 3, { error: 'E', cause: 'c' }, FIRST);
  it.each([
    ['all of it', 'ALL', [started, entered, exited, succeeded], HOUR, 'complete', 'SUCCEEDED'],
    ['no end, just now', 'ALL', [started, entered], 1_000, 'still-arriving', 'RUNNING'],
    ['no end, five minutes ago', 'ALL', [started, entered], 5 * 60_000, 'still-arriving', 'RUNNING'],
    ['no end, an hour ago', 'ALL', [started, entered], HOUR, 'gaps', 'UNKNOWN'],
    ['a hole, just now', 'ALL', [started, succeeded], 1_000, 'still-arriving', 'SUCCEEDED'],
    ['a hole, an hour ago', 'ALL', [started, succeeded], HOUR, 'gaps', 'SUCCEEDED'],
    ['a failure', 'ERROR', [failed], HOUR, 'not-logged', 'FAILED'],
    [
      'a survived failure',
      'ERROR',
      [eventMessage(3, 2, 'TaskFailed', 1, { error: 'E' }, FIRST)],
      1_000,
      'not-logged',
      'UNKNOWN',
    ],
    ['a failure', 'FATAL', [failed], HOUR, 'not-logged', 'FAILED'],
  ] as const)('%s at level %s is judged for what it is', (_, level, given, age, verdict, status) => {
    const rebuilt = rebuildExecution(FIRST, given, { level, executionData: false }, START + age);
    expect(rebuilt?.completeness.verdict).toBe(verdict);
    expect(rebuilt && describeLogged(rebuilt).status).toBe(status);
  });

  it('tells which payloads were cut', () => {
    const cut = eventMessage(2, 1, 'PassStateEntered', 1, { name: 'Good', inputDetails: { truncated: 'true' } }, FIRST);
    expect(rebuildExecution(FIRST, [started, cut, exited, succeeded], ALL, START)?.completeness.truncated).toEqual([2]);
  });
});

describe('finding runs of a name', () => {
  it('reads the last three hours directly, newest first', async () => {
    const { log, logs } = expressLog([...lines(FIRST), ...lines(SECOND, 60_000)], START + HOUR);
    const runs = await log.runsOf(MACHINE, 'order-7');
    expect(runs.map(({ executionArn }) => executionArn)).toEqual([SECOND, FIRST]);
    expect(logs.calls[0]?.filterPattern).toBe(`{ $.execution_arn = "${PREFIX}*" }`);
    expect(logs.queries).toEqual([]);
    expect(log.remarks).toEqual([]);
  });

  it('asks Logs Insights about longer ago, says so, and reads what that has found', async () => {
    const { log, logs } = expressLog(lines(FIRST), START + 48 * HOUR);
    logs.rows = [{ '@timestamp': '2026-11-20 10:00:00.002', execution_arn: FIRST }];
    expect(await log.runsOf(MACHINE, 'order-7')).toMatchObject([{ executionArn: FIRST, first: START + 2 }]);
    expect(logs.queries).toEqual([
      `fields @timestamp, execution_arn | filter execution_arn like "${PREFIX}" | sort @timestamp desc | limit 10000`,
    ]);
    expect(log.remarks.join()).toContain('found with a Logs Insights query over 30 days: the last 3 hours');
    expect((await log.read(FIRST))?.completeness.verdict).toBe('complete');
  });

  it('finds nothing where nothing is', async () => {
    const { log } = expressLog(lines(FIRST), START + HOUR);
    expect(await log.runsOf(MACHINE, 'order-8')).toEqual([]);
    expect(await log.read(FIRST.replace('order-7', 'order-8'))).toBeUndefined();
  });

  it('does not say "not found" where a success leaves no line', async () => {
    const { log } = expressLog(lines(FIRST), START + HOUR, { ...ALL, level: 'ERROR' });
    await expect(log.read(SECOND.replace('order-7', 'order-8'))).rejects.toMatchObject({
      exit: 'checkFailed',
      message: expect.stringContaining('log level ERROR keeps failed, timed out and aborted events only') as string,
    });
  });

  it('says that a machine without a log tells nobody anything', async () => {
    const { log } = expressLog([], START, { type: 'EXPRESS', level: 'OFF', executionData: false });
    await expect(log.runsOf(MACHINE, 'order-7')).rejects.toMatchObject({ exit: 'checkFailed' });
    log.expect(FIRST, START);
    await expect(log.expectedSince(FIRST)).rejects.toMatchObject({ exit: 'checkFailed' });
  });

  it('waits for the first line of what was started just now', async () => {
    const { log, clock } = expressLog(
      lines(FIRST).map((one) => ({ ...one, visibleAt: START + 11_000 })),
      START + 1_000,
    );
    log.expect(FIRST, START);
    expect(await log.expectedSince(FIRST)).toBe(START);
    expect(await log.read(FIRST, true)).toBeUndefined();
    clock.time = START + 12_000;
    expect((await log.read(FIRST, true))?.completeness.verdict).toBe('complete');
    clock.time = START + 10 * 60_000;
    expect(await log.expectedSince(FIRST)).toBeUndefined();
  });
});

describe('listing', () => {
  const failure = eventMessage(4, 3, 'ExecutionFailed', 60_003, { error: 'E' }, SECOND);
  const all = [...lines(FIRST), ...lines(SECOND, 60_000).slice(0, 3), line(MACHINE_GROUP, 60_003, failure)];

  it('tells starts and ends of the last three hours, newest first', async () => {
    const { log } = expressLog(all, START + HOUR);
    const { executions, more } = await log.list(MACHINE, { limit: 20 });
    expect(executions).toMatchObject([
      { executionArn: SECOND, name: 'order-7', status: 'FAILED', startDate: new Date(START + 60_000) },
      { executionArn: FIRST, status: 'SUCCEEDED', stopDate: new Date(START + 3) },
    ]);
    expect(more).toBe(false);
    expect(log.remarks).toEqual(['Express executions of the last 3 hours; --since looks further back']);
  });

  it('by status, and as many as are wanted', async () => {
    const { log } = expressLog(all, START + HOUR);
    expect((await log.list(MACHINE, { limit: 20, status: 'FAILED' })).executions).toHaveLength(1);
    expect(await log.list(MACHINE, { limit: 1 })).toMatchObject({ executions: [{ executionArn: SECOND }], more: true });
  });

  it('asks Logs Insights about more than three hours, and says why', async () => {
    const { log, logs } = expressLog([], START + HOUR);
    logs.rows = [
      { '@timestamp': '2026-11-20 10:00:00.003', execution_arn: FIRST, type: 'ExecutionSucceeded' },
      { '@timestamp': '2026-11-20 10:00:00.000', execution_arn: FIRST, type: 'ExecutionStarted' },
    ];
    const { executions } = await log.list(MACHINE, { limit: 20, since: START - 24 * HOUR });
    expect(executions).toMatchObject([{ executionArn: FIRST, status: 'SUCCEEDED', startDate: new Date(START) }]);
    expect(log.remarks.join()).toContain('the range is longer than 3 hours');
  });

  it('calls nothing running that may have ended without a line', async () => {
    const { log } = expressLog(lines(FIRST).slice(0, 1), START + HOUR);
    expect((await log.list(MACHINE, { limit: 20 })).executions).toMatchObject([{ status: 'UNKNOWN' }]);
  });
});
