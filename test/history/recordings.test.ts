import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../src/lib/history/event.js';
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
});
