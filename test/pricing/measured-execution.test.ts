import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HistoryEvent } from '../../src/lib/history/event.js';
import { measureExecution } from '../../src/lib/pricing/measured-execution.js';
import { averageUsage, NO_ORDERS, withOrder, type MeasuredOrder } from '../../src/lib/pricing/measured-orders.js';
import { exactText, ratio } from '../../src/lib/pricing/ratio.js';
import { events } from '../history/events.js';

const NOW = 1_000_000;

describe('an execution, counted from its events', () => {
  test('pays for each state entered and each retry', async () => {
    const history = events(`
      1 <- 0 ExecutionStarted
      2 <- 0 TaskStateEntered Check
      3 <- 2 TaskScheduled resourceType=lambda
      4 <- 3 TaskStarted
      5 <- 4 TaskFailed error=Lambda.ServiceException
      6 <- 5 TaskScheduled resourceType=lambda
      7 <- 6 TaskStarted
      8 <- 7 TaskSucceeded
      9 <- 8 TaskStateExited Check
      10 <- 9 TaskStateEntered Tell
      11 <- 10 TaskScheduled resourceType=sqs
      12 <- 11 TaskStarted
      13 <- 12 TaskSucceeded
      14 <- 13 TaskStateExited Tell
      15 <- 14 SucceedStateEntered Done
      16 <- 15 SucceedStateExited Done
      17 <- 16 ExecutionSucceeded`);
    expect(await measureExecution(history, NOW)).toEqual({
      transitions: 4,
      redrives: 0,
      duration: 16_000,
      functionCalls: 2,
      functionMs: 4_000,
      nested: 0,
      mapRunArns: [],
      running: false,
    });
  });

  test('pays for a redrive and for what it runs again, and not for the time between', async () => {
    const history = events(`
      1 <- 0 ExecutionStarted @0
      2 <- 0 TaskStateEntered Check @0
      3 <- 2 TaskScheduled resourceType=states @0
      4 <- 3 TaskFailed error=Boom @1000
      5 <- 4 ExecutionFailed error=Boom @1000
      6 <- 5 ExecutionRedriven redriveCount=1 @500000
      7 <- 2 TaskScheduled resourceType=states @500000
      8 <- 7 TaskSucceeded @502000
      9 <- 8 TaskStateExited Check @502000
      10 <- 9 ExecutionSucceeded @502000`);
    expect(await measureExecution(history, NOW)).toMatchObject({
      transitions: 3,
      redrives: 1,
      duration: 3_000,
      nested: 2,
    });
  });

  test('that still runs is counted up to now', async () => {
    const history = events('1 <- 0 ExecutionStarted @1000\n2 <- 0 WaitStateEntered Wait @1000');
    expect(await measureExecution(history, 61_000)).toMatchObject({ transitions: 1, duration: 60_000, running: true });
  });

  /*
   * Recordings of AWS: Activities there, which schedule as tasks do. What is scheduled is an entered state's first attempt,
   * a retry, or a state that a redrive runs again, so that all of it and the states that schedule nothing are the bill.
   */
  const recordings = JSON.parse(
    readFileSync(join(import.meta.dirname, '../conformance/recordings/aws-recorded-redrives.json'), 'utf8'),
  ) as { histories: Record<string, (HistoryEvent & { detail?: string })[]> };
  const linear = Object.entries(recordings.histories).filter(
    ([, history]) => Array.isArray(history) && !history.some(({ type = '' }) => /^(Parallel|Map)/u.test(type)),
  );
  test.each(linear)('recorded: %s', async (_name, history) => {
    const count = (pattern: RegExp): number => history.filter(({ type = '' }) => pattern.test(type)).length;
    const measured = await measureExecution(history, NOW);
    expect(measured.redrives).toBe(count(/^ExecutionRedriven$/u));
    expect(measured.transitions).toBe(
      count(/(?<!Task)StateEntered$/u) +
        count(/^(Task|Activity|LambdaFunction)Scheduled$/u) +
        count(/^ExecutionRedriven$/u),
    );
  });
  test('there are recordings', () => expect(linear.length).toBeGreaterThan(0));
});

describe('several executions', () => {
  const order = (members: Partial<MeasuredOrder>): MeasuredOrder => ({
    transitions: 10,
    redrives: 0,
    duration: 2_000,
    functionCalls: 0,
    functionMs: 0,
    nested: 0,
    mapRunArns: [],
    running: false,
    incomplete: false,
    childTransitions: 0,
    expressChildren: 0,
    ...members,
  });

  test('are rounded up one by one, and cut at five minutes', () => {
    const sum = [
      order({ duration: 101 }),
      order({ duration: 0 }),
      order({ duration: 3_600_000, transitions: 21 }),
    ].reduce(withOrder, NO_ORDERS);
    expect(sum).toMatchObject({ count: 3, transitions: 41, steps: 2 + 1 + 3_000, tooLong: 1, duration: 3_600_101 });
    const usage = averageUsage(sum, 128n);
    expect(usage.transitions).toEqual(ratio(41, 3));
    expect(exactText(usage.cells)).toBe('2002');
  });
});
