import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../src/lib/history/event.js';
import { readHistory } from '../../src/lib/history/history-reader.js';
import { foldVisits } from '../../src/lib/history/fold-visits.js';
import { inTreeOrder } from '../../src/lib/history/visit-tree.js';
import { timeline } from '../../src/lib/history/timeline.js';

const TYPES = [
  ...['Started', 'Failed', 'TimedOut', 'Aborted', 'Redriven', 'Succeeded'].map((verb) => `Execution${verb}`),
  ...['Task', 'Map', 'Parallel', 'Fail', 'Choice', 'Wait'].flatMap((type) => [
    `${type}StateEntered`,
    `${type}StateExited`,
    `${type}StateAborted`,
  ]),
  ...['Started', 'Succeeded', 'Failed'].flatMap((verb) => [
    `MapState${verb}`,
    `ParallelState${verb}`,
    `MapIteration${verb}`,
    `MapRun${verb}`,
    `Task${verb}`,
  ]),
  ...['TaskScheduled', 'TaskTimedOut', 'LambdaFunctionScheduleFailed', 'EvaluationFailed', 'NeverHeardOf'],
];

/** Anything that could come: ids that repeat or go back, causes that are not there, details of another type. */
const anyEvent: fc.Arbitrary<HistoryEvent> = fc.record(
  {
    id: fc.integer({ min: -1, max: 30 }),
    previousEventId: fc.integer({ min: -1, max: 30 }),
    timestamp: fc.oneof(fc.integer(), fc.constant(Number.NaN), fc.date()),
    type: fc.constantFrom(...TYPES),
    anyEventDetails: fc.record(
      {
        name: fc.constantFrom('A', 'B', 'C'),
        index: fc.nat(3),
        error: fc.constantFrom('E', 'States.Runtime'),
        cause: fc.string(),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['type'] },
);

describe('a history that makes no sense', () => {
  it('is read all the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 40 }), async (events) => {
        const history = await readHistory(events, { data: true });
        expect(history.eventCount).toBe(events.length);
        expect(history.failure !== undefined).toBe(['FAILED', 'TIMED_OUT', 'ABORTED'].includes(history.status));
        const ordered = inTreeOrder(history.visits);
        expect(ordered).toHaveLength(history.visits.length);
        timeline(foldVisits(ordered, 1_000, 2), history.runs, 1_000, 20);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    [0, 0],
    [-1, 0],
    [1, 1],
    [2, 5],
  ])('is not walked in circles: event %d caused by %d', async (id, previousEventId) => {
    const events = [
      { id, previousEventId, type: 'TaskStateAborted' },
      { id: 0, previousEventId: -1, type: 'TaskStateAborted' },
      { id: 9, previousEventId: id, type: 'ExecutionFailed' },
    ];
    expect((await readHistory(events)).status).toBe('FAILED');
  });

  it('is read when its events come in any order', async () => {
    const ordered = Array.from({ length: 20 }, (_, index): HistoryEvent => ({
      id: index + 1,
      previousEventId: index,
      type: TYPES[(index * 7) % TYPES.length],
    }));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(ordered), async (events) => {
        await expect(readHistory(events)).resolves.toBeDefined();
      }),
    );
  });
});

describe('a long history', () => {
  it('of a Map with 5,000 items, one behind the other, is read in one go', async () => {
    function* items(): Generator<object> {
      yield { id: 1, previousEventId: 0, type: 'MapStateEntered', stateEnteredEventDetails: { name: 'Lines' } };
      yield { id: 2, previousEventId: 1, type: 'MapStateStarted', mapStateStartedEventDetails: { length: 5_000 } };
      for (let index = 0; index < 5_000; index += 1) {
        const id = 3 + index * 4;
        yield {
          id,
          previousEventId: id - 1,
          type: 'MapIterationStarted',
          mapIterationStartedEventDetails: { name: 'Lines', index },
        };
        yield { id: id + 1, previousEventId: id, type: 'PassStateEntered', stateEnteredEventDetails: { name: 'Look' } };
        yield {
          id: id + 2,
          previousEventId: id + 1,
          type: 'PassStateExited',
          stateExitedEventDetails: { name: 'Look' },
        };
        yield {
          id: id + 3,
          previousEventId: id + 2,
          type: 'MapIterationSucceeded',
          mapIterationSucceededEventDetails: { name: 'Lines', index },
        };
      }
    }
    const { visits } = await readHistory(items());
    expect(visits).toHaveLength(5_001);
    expect(visits.at(-1)?.path).toEqual([{ kind: 'item', stateName: 'Lines', index: 4_999 }]);
  });
});
