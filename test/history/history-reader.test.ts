import { describe, expect, it } from 'vitest';
import { readHistory } from '../../src/lib/history/history-reader.js';
import { foldVisits } from '../../src/lib/history/fold-visits.js';
import { timeline } from '../../src/lib/history/timeline.js';
import { pathText } from '../../src/lib/history/visit.js';
import { events } from './events.js';

/** The second execution of the recorded redrives, one branch fine, one failed, one open; all well after the redrive. */
const PARALLEL_REDRIVE = `
1 <- 0 ExecutionStarted
4 <- 0 ParallelStateEntered Parallel
5 <- 4 ParallelStateStarted
6 <- 5 TaskStateEntered Fine
7 <- 6 ActivityScheduled
8 <- 5 TaskStateEntered Failed
9 <- 8 ActivityScheduled
10 <- 5 TaskStateEntered Open
11 <- 10 ActivityScheduled
12 <- 7 ActivityStarted
13 <- 9 ActivityStarted
14 <- 11 ActivityStarted
15 <- 12 ActivitySucceeded
16 <- 15 TaskStateExited Fine
17 <- 13 ActivityFailed error=Probe.Retry
18 <- 17 TaskStateAborted
19 <- 17 TaskStateAborted
20 <- 17 ParallelStateFailed
21 <- 20 ExecutionFailed error=Probe.Retry
22 <- 21 ExecutionRedriven @1000000
23 <- 8 ActivityScheduled @1001000
24 <- 10 ActivityScheduled @1001000
25 <- 24 ActivityStarted @1002000
26 <- 25 ActivitySucceeded @1003000
27 <- 26 TaskStateExited Open @1003000
28 <- 23 ActivityStarted @1004000
29 <- 28 ActivitySucceeded @1005000
30 <- 29 TaskStateExited Failed @1005000
31 <- 30 ParallelStateSucceeded @1005000
32 <- 30 ParallelStateExited Parallel @1005000
33 <- 32 ExecutionSucceeded @1006000`;

describe('readHistory', () => {
  it('goes on with the states of the first run after a redrive', async () => {
    const history = await readHistory(events(PARALLEL_REDRIVE));
    expect(history).toMatchObject({
      status: 'SUCCEEDED',
      eventCount: 31,
      runs: [
        { start: 1_000, end: 21_000 },
        { start: 1_000_000, end: 1_006_000 },
      ],
    });
    expect(history).not.toHaveProperty('failure');
    expect(history.visits.map((visit) => [visit.stateName, visit.outcome, pathText(visit.path)])).toEqual([
      ['Parallel', 'succeeded', ''],
      ['Fine', 'succeeded', 'Parallel > branch 1'],
      ['Failed', 'succeeded', 'Parallel > branch 2'],
      ['Open', 'succeeded', 'Parallel > branch 3'],
    ]);
    const attempts = history.visits.map((visit) =>
      visit.attempts.map(({ run, number, outcome }) => `${run}.${number} ${outcome}`),
    );
    expect(attempts).toEqual([
      ['0.1 failed', '1.1 succeeded'],
      ['0.1 succeeded'],
      ['0.1 failed', '1.1 succeeded'],
      ['0.1 aborted', '1.1 succeeded'],
    ]);
  });

  it('tells failed from abandoned at the end of the first run', async () => {
    const history = await readHistory(events(PARALLEL_REDRIVE.slice(0, PARALLEL_REDRIVE.indexOf('22 <-'))));
    expect(history.visits.map((visit) => visit.outcome)).toEqual(['failed', 'succeeded', 'failed', 'aborted']);
    expect(history.failure).toMatchObject({
      stateName: 'Failed',
      path: [{ kind: 'branch', stateName: 'Parallel', index: 1 }],
    });
  });

  it('counts attempts of a task and knows a caught one', async () => {
    const { visits } = await readHistory(
      events(`
        1 <- 0 ExecutionStarted
        2 <- 0 TaskStateEntered Check
        3 <- 2 TaskScheduled
        4 <- 3 TaskFailed error=A
        5 <- 4 TaskScheduled
        6 <- 5 TaskTimedOut error=States.Timeout
        7 <- 6 TaskStateExited Check
        8 <- 7 PassStateEntered Fallback
        9 <- 8 PassStateExited Fallback
        10 <- 9 ExecutionSucceeded`),
    );
    expect(visits).toMatchObject([
      {
        stateName: 'Check',
        outcome: 'caught',
        entered: 2_000,
        exited: 7_000,
        attempts: [
          { number: 1, start: 3_000, end: 4_000, outcome: 'failed', error: 'A' },
          { number: 2, start: 5_000, end: 6_000, outcome: 'timed-out', error: 'States.Timeout' },
        ],
      },
      { stateName: 'Fallback', outcome: 'succeeded', attempts: [] },
    ]);
  });

  it('leaves items of a Map apart although they follow one another in the chain', async () => {
    const { visits } = await readHistory(
      events(`
        1 <- 0 ExecutionStarted
        2 <- 0 MapStateEntered Lines
        3 <- 2 MapStateStarted length=2
        4 <- 3 MapIterationStarted Lines index=0
        5 <- 4 TaskStateEntered Price
        6 <- 5 TaskScheduled
        7 <- 6 TaskSucceeded
        8 <- 7 TaskStateExited Price
        9 <- 8 MapIterationSucceeded Lines index=0
        10 <- 8 MapIterationStarted Lines index=1
        11 <- 10 TaskStateEntered Price
        12 <- 11 TaskScheduled
        13 <- 12 TaskSucceeded
        14 <- 13 TaskStateExited Price
        15 <- 14 MapIterationSucceeded Lines index=1
        16 <- 14 MapStateSucceeded
        17 <- 14 MapStateExited Lines
        18 <- 17 SucceedStateEntered Done
        19 <- 18 SucceedStateExited Done
        20 <- 19 ExecutionSucceeded`),
    );
    expect(visits.map((visit) => [visit.stateName, pathText(visit.path), visit.outcome])).toEqual([
      ['Lines', '', 'succeeded'],
      ['Price', 'Lines > item 1', 'succeeded'],
      ['Price', 'Lines > item 2', 'succeeded'],
      ['Done', '', 'succeeded'],
    ]);
    expect(visits[0]).toMatchObject({ items: 2, exited: 17_000 });
  });

  it('counts event types of tomorrow and goes on', async () => {
    const { visits, unknownTypes } = await readHistory(
      events(
        '1 <- 0 ExecutionStarted\n2 <- 0 PassStateEntered A\n3 <- 2 QuantumStateEntangled\n4 <- 3 PassStateExited A\n5 <- 4 ExecutionSucceeded',
      ),
    );
    expect(unknownTypes).toEqual(['QuantumStateEntangled']);
    expect(visits).toMatchObject([{ stateName: 'A', outcome: 'succeeded' }]);
  });

  it('keeps payloads only when asked to', async () => {
    const list = [
      {
        id: 1,
        previousEventId: 0,
        type: 'PassStateEntered',
        timestamp: new Date(0),
        stateEnteredEventDetails: { name: 'A', input: '{}' },
      },
    ];
    expect((await readHistory(list)).visits[0]).not.toHaveProperty('input');
    expect((await readHistory(list, { data: true })).visits[0]).toMatchObject({ input: '{}' });
  });

  it('reads 25,000 events in one go', async () => {
    function* many(): Generator<object> {
      yield { id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: 0 };
      for (let id = 2; id < 25_000; id += 2) {
        yield {
          id,
          previousEventId: id - 1,
          type: 'PassStateEntered',
          timestamp: id,
          stateEnteredEventDetails: { name: 'Loop' },
        };
        yield {
          id: id + 1,
          previousEventId: id,
          type: 'PassStateExited',
          timestamp: id,
          stateExitedEventDetails: { name: 'Loop' },
        };
      }
    }
    expect((await readHistory(many())).visits).toHaveLength(12_499);
  });
});

describe('timeline', () => {
  it('cuts the pause before a redrive out', async () => {
    const history = await readHistory(events(PARALLEL_REDRIVE));
    const { span, rows } = timeline(foldVisits(history.visits, 0), history.runs, 2_000_000, 26);
    expect(span).toBe(26_000);
    expect(rows.map((row) => [row.depth, row.duration])).toEqual([
      [0, 22_000],
      [1, 10_000],
      [1, 18_000],
      [1, 14_000],
    ]);
    expect(rows[2]?.bars).toEqual([
      { from: 7, to: 25, kind: 'waiting' },
      { from: 8, to: 16, kind: 'failed' },
      { from: 21, to: 25, kind: 'succeeded' },
    ]);
  });

  it('gives everything at least one column and none beyond the width', async () => {
    const history = await readHistory(
      events(
        '1 <- 0 ExecutionStarted\n2 <- 0 PassStateEntered A @1000\n3 <- 2 PassStateExited A @1000\n4 <- 3 ExecutionSucceeded @1000',
      ),
    );
    for (const width of [1, 2, 80]) {
      for (const { bars } of timeline(foldVisits(history.visits, 0), history.runs, 1_000, width).rows) {
        for (const bar of bars) expect(bar.from >= 0 && bar.from < bar.to && bar.to <= width).toBe(true);
      }
    }
  });

  it('spans an execution whose end lies ahead of our clock', async () => {
    const skipped =
      '1 <- 0 ExecutionStarted @1000\n2 <- 0 WaitStateEntered Pause @1000\n3 <- 2 WaitStateExited Pause @61000\n4 <- 3 ExecutionSucceeded @61000';
    const history = await readHistory(events(skipped));
    const { span, rows } = timeline(foldVisits(history.visits, 0), history.runs, 1_500, 60);
    expect(span).toBe(60_000);
    expect(rows[0]?.bars).toEqual([{ from: 0, to: 60, kind: 'waiting' }]);
  });
});
