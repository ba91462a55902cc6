import { describe, expect, it } from 'vitest';
import { followHistory } from '../../src/lib/execution/follow-history.js';
import { PAUSES, waitForEnd } from '../../src/lib/execution/wait.js';
import { IdSequence } from '../../src/lib/logs/id-sequence.js';
import { OrderLog } from '../../src/lib/logs/read-order-lines.js';
import { runInsightsQuery } from '../../src/lib/logs/run-insights-query.js';
import { LineTagger } from '../../src/lib/logs/tag-lines.js';
import { ManualClock, ScriptedLogs } from '../support/scripted-logs.js';
import { ARN, eventLine, MACHINE_GROUP, START } from '../logs/lines.js';

/*
 * Whoever follows something on AWS asks at most once a second in the long run: the quotas belong to the whole account. Calls
 * are counted against a clock that moves when somebody waits.
 */
const HOUR = 3_600_000;

/** Notes when a call came. */
class Counter {
  readonly times: number[] = [];

  constructor(private readonly clock: ManualClock) {}

  count(): void {
    this.times.push(this.clock.now());
  }

  /** Most calls within any ten seconds. */
  get busiest(): number {
    return Math.max(...this.times.map((from) => this.times.filter((at) => at >= from && at < from + 10_000).length));
  }
}

describe('polling', () => {
  it('an execution that runs for an hour', async () => {
    const clock = new ManualClock(START);
    const calls = new Counter(clock);
    await waitForEnd({
      now: () => clock.now(),
      sleep: (milliseconds) => clock.pause(milliseconds),
      pause: PAUSES.aws,
      describe: async () => {
        calls.count();
        return { status: clock.now() < START + HOUR ? 'RUNNING' : 'SUCCEEDED' } as never;
      },
    });
    expect(calls.busiest).toBeLessThanOrEqual(10);
    // Ever less often, down to once in ten seconds.
    expect(calls.times.length).toBeLessThan(HOUR / 10_000 + 20);
  });

  it('a history in which something happens at every look', async () => {
    const clock = new ManualClock(START);
    const calls = new Counter(clock);
    let id = 1;
    const event = (type: string): object => ({ id: (id += 1), previousEventId: id - 1, type, timestamp: new Date(0) });
    const events = followHistory(
      {
        getExecutionHistory: async () => {
          calls.count();
          const type = clock.now() < START + 600_000 ? 'PassStateEntered' : 'ExecutionSucceeded';
          return { events: [event(type)] } as never;
        },
      },
      ARN,
      {
        pause: PAUSES.aws,
        sleep: (milliseconds) => clock.pause(milliseconds),
        signal: new AbortController().signal,
      },
    );
    let seen = 0;
    for await (const one of events) seen += one.id === undefined ? 0 : 1;
    expect(seen).toBe(calls.times.length);
    expect(calls.busiest).toBeLessThanOrEqual(10);
  });

  it('log lines that come at every look', async () => {
    const clock = new ManualClock(START);
    const lines = Array.from({ length: 600 }, (_none, at) => eventLine(at + 1, at, 'PassStateEntered', at * 1_000));
    const logs = new ScriptedLogs(lines, clock);
    const looks = new Counter(clock);
    const log = new OrderLog({
      calls: logs,
      clock,
      scope: { executionArn: ARN, name: 'order-1001', orderId: '1001', machineGroup: MACHINE_GROUP, functions: [] },
      ids: new IdSequence(),
      tagger: new LineTagger(),
    });
    const wish = {
      hasEnded: async () => {
        looks.count();
        return clock.now() > START + 600_000;
      },
      signal: new AbortController().signal,
      late: 15_000,
      ahead: 0,
    };
    let shown = 0;
    for await (const one of log.follow(START, wish)) shown += one.line.event === undefined ? 0 : 1;
    expect(shown).toBe(600);
    expect(looks.busiest).toBeLessThanOrEqual(10);
  });

  it('a query that takes four minutes', async () => {
    const clock = new ManualClock(START);
    const calls = new Counter(clock);
    await runInsightsQuery(
      {
        startQuery: async () => ({ queryId: 'q' }),
        getQueryResults: async () => {
          calls.count();
          return { status: clock.now() < START + 240_000 ? 'Running' : 'Complete', results: [] } as never;
        },
      },
      { group: MACHINE_GROUP, from: START, to: START + 1, query: 'fields @timestamp', limit: 1 },
      clock,
    );
    expect(calls.busiest).toBeLessThanOrEqual(10);
  });
});
