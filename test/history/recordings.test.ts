import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../src/lib/history/event.js';
import fc from 'fast-check';
import { foldVisits } from '../../src/lib/history/fold-visits.js';
import { timeline } from '../../src/lib/history/timeline.js';
import { inTreeOrder } from '../../src/lib/history/visit-tree.js';
import { readHistory } from '../../src/lib/history/history-reader.js';

interface Run {
  readonly kind: string;
  readonly key: string;
  readonly definition: string;
  readonly expected: { readonly events?: readonly (HistoryEvent & Record<string, unknown>)[] };
}

const path = join(import.meta.dirname, '../conformance/recordings/aws-recorded-executions.json');
const { scenarios } = JSON.parse(readFileSync(path, 'utf8')) as { scenarios: { id: string; runs: Run[] }[] };

/** What AWS gave, oldest first. The recorder replaced times by words, and numbers inside a Parallel by lists. */
const histories = scenarios.flatMap(({ id, runs }) =>
  runs
    .filter((run) => run.kind === 'history')
    .map((run): [string, string, readonly HistoryEvent[]] => {
      const events = (run.expected.events ?? []).map((event) => ({
        ...event,
        id: typeof event.id === 'number' ? event.id : undefined,
        timestamp: undefined,
      }));
      return [
        `${id.split('::').at(-1) ?? id} ${run.key}`,
        run.definition,
        /reverse/.test(run.key) ? events.reverse() : events,
      ];
    }),
);

const inOrder = histories.filter(([, , events]) => events[0]?.type === 'ExecutionStarted');
const failed = inOrder.filter(([, , events]) => events.at(-1)?.type === 'ExecutionFailed');

describe('recorded histories', () => {
  it('are there', () => {
    expect(inOrder.length).toBeGreaterThan(300);
    expect(failed.length).toBeGreaterThan(70);
  });

  // Where numbers are lost the recorder has sorted the events, too: they have to be borne, and cannot be put together.
  const numbered = inOrder.filter(([, , events]) => events.every(({ id }) => id !== undefined));

  it.each(numbered)('%s: every state is left that was entered, and by name', async (_title, _definition, events) => {
    const history = await readHistory(events);
    const names = (suffix: string): unknown[] =>
      events
        .filter((event) => event.type?.endsWith(suffix))
        .map(
          (event) =>
            Object.values(event).find(
              (value): value is { name: string } => typeof value === 'object' && value !== null && 'name' in value,
            )?.name,
        );
    expect(history.visits.map((visit) => visit.stateName)).toEqual(names('StateEntered'));
    expect(history.visits.filter((visit) => visit.exited !== undefined)).toHaveLength(names('StateExited').length);
    expect(history.unknownTypes).toEqual([]);
    if (history.status === 'SUCCEEDED')
      expect(history.visits.filter((visit) => visit.outcome === 'running')).toEqual([]);
  });

  it.each(failed)(
    '%s: the failing state is one that failed and had no Catch of its own to go to',
    async (_title, definition, events) => {
      const { failure, visits } = await readHistory(events);
      expect(failure?.stateName).toBeDefined();
      expect(definition).toContain(JSON.stringify(failure?.stateName));
      const end = Object.values(events.at(-1) ?? {}).find(
        (value): value is { error?: string } => typeof value === 'object' && value !== null,
      );
      if (failure?.kind !== 'fail-state') expect(failure?.error).toBe(end?.error);
      expect(visits.some((visit) => visit.stateName === failure?.stateName && visit.outcome !== 'succeeded')).toBe(
        true,
      );
    },
  );

  it('are read with any part of them cut out, and nothing is made up', async () => {
    const cut = fc.record({
      history: fc.nat({ max: numbered.length - 1 }),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ history: index, from, length }) => {
        const events = numbered[index]?.[2] ?? [];
        const begin = Math.floor(from * events.length);
        const end = begin + Math.floor(length * (events.length - begin));
        const rest = [...events.slice(0, begin), ...events.slice(end)];
        const whole = await readHistory(events);
        const history = await readHistory(rest);
        expect(history.eventCount).toBe(rest.length);
        // The last event is there or not; if it is, the status is what it says.
        if (end < events.length) expect(history.status).toBe(whole.status);
        const names = new Set(whole.visits.map((visit) => visit.stateName));
        for (const visit of history.visits) expect(names.has(visit.stateName)).toBe(true);
        const failing = history.failure?.stateName;
        if (failing !== undefined) expect(names.has(failing)).toBe(true);
        const inside = rest.at(-1)?.id === events.at(-1)?.id && rest.length < events.length;
        if (inside) expect(history.missingEvents).toBe(events.length - rest.length);
        const ordered = inTreeOrder(history.visits);
        expect(new Set(ordered)).toEqual(new Set(history.visits));
        for (const row of timeline(foldVisits(ordered, 0, 3), history.runs, 0, 30).rows)
          for (const bar of row.bars) expect(bar.from >= 0 && bar.from < bar.to && bar.to <= 30).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
