import { describe, expect, it } from 'vitest';
import type { EventAnswer } from './answers.js';
import { callFaults, callsIn, idFaults } from './evidence.js';

/* The evidence of the kill rounds is only worth something if it can fail. */

const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

function call(first: number, state: string, from: number, to: number | undefined): EventAnswer[] {
  const begun: EventAnswer[] = [
    {
      id: first,
      previousEventId: first - 1,
      type: 'TaskStateEntered',
      timestamp: at(from),
      stateEnteredEventDetails: { name: state },
    },
    { id: first + 1, previousEventId: first, type: 'TaskScheduled', timestamp: at(from) },
    { id: first + 2, previousEventId: first + 1, type: 'TaskStarted', timestamp: at(from) },
  ];
  if (to === undefined) return begun;
  return [...begun, { id: first + 3, previousEventId: first + 2, type: 'TaskSucceeded', timestamp: at(to) }];
}

describe('ids of a history', () => {
  it('have neither gaps nor doubles, and point backwards', () => {
    const events = call(1, 'ValidateOrder', 1000, 2000);
    expect(idFaults('x', events)).toEqual([]);
    expect(idFaults('x', events.slice(1))).toHaveLength(3);
    expect(idFaults('x', [{ ...events[0]!, previousEventId: 1 }])).toEqual(['x: event 1 follows 1']);
  });
});

describe('calls of functions', () => {
  const calls = callsIn(call(1, 'FulfillOrder', 1000, 2000));

  it('are read from a history', () => {
    expect(calls).toEqual([{ functionName: 'fulfill-order', scheduledAt: 1000, endedAt: 2000 }]);
  });

  it('may come twice when a process died while they were open', () => {
    const twice = new Map([['fulfill-order', 2]]);
    expect(callFaults(calls, [{ from: 1500, to: 1510 }], twice)).toEqual({ faults: [], repeated: 1 });
    expect(callFaults(calls, [{ from: 2500, to: 2510 }], twice).faults).toEqual([
      'fulfill-order ran 2 times for 1 calls, of which 0 were open at a kill',
    ]);
  });

  it('that have an end were made', () => {
    expect(callFaults(calls, [], new Map()).faults).toEqual(['fulfill-order ran 0 times, but 1 calls have an end']);
  });
});
