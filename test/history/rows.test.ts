import { describe, expect, it } from 'vitest';
import { foldVisits } from '../../src/lib/history/fold-visits.js';
import { readHistory } from '../../src/lib/history/history-reader.js';
import { pathText, type Visit } from '../../src/lib/history/visit.js';
import { inTreeOrder } from '../../src/lib/history/visit-tree.js';
import { events } from './events.js';

const visit = (stateName: string, members: Partial<Visit> = {}): Visit => ({
  stateName,
  stateType: 'Task',
  path: [],
  enteredEventId: 1,
  entered: 0,
  exited: 10,
  outcome: 'succeeded',
  attempts: [],
  ...members,
});

describe('inTreeOrder', () => {
  it('puts what was mixed item by item below its Map', async () => {
    const mixed = await readHistory(
      events(`
        1 <- 0 ExecutionStarted
        2 <- 0 MapStateEntered Lines
        3 <- 2 MapStateStarted length=2
        4 <- 3 MapIterationStarted Lines index=1
        5 <- 4 PassStateEntered Look
        6 <- 3 MapIterationStarted Lines index=0
        7 <- 6 PassStateEntered Look
        8 <- 5 PassStateExited Look
        9 <- 8 TaskStateEntered Price
        10 <- 7 PassStateExited Look
        11 <- 10 TaskStateEntered Price`),
    );
    expect(inTreeOrder(mixed.visits).map((one) => [one.stateName, pathText(one.path)])).toEqual([
      ['Lines', ''],
      ['Look', 'Lines > item 1'],
      ['Price', 'Lines > item 1'],
      ['Look', 'Lines > item 2'],
      ['Price', 'Lines > item 2'],
    ]);
  });

  it('gives each round of a loop its own branches, and keeps what has lost its surroundings', () => {
    const inner = (name: string, index: number): Visit =>
      visit(name, { path: [{ kind: 'branch', stateName: 'Both', index }] });
    const list = [
      inner('Lost', 0),
      visit('Both'),
      inner('A', 1),
      inner('B', 0),
      visit('Again'),
      visit('Both'),
      inner('C', 0),
    ];
    expect(inTreeOrder(list).map((one) => one.stateName)).toEqual(['Lost', 'Both', 'B', 'A', 'Again', 'Both', 'C']);
  });
});

describe('foldVisits', () => {
  const items = (count: number, made: (index: number) => Partial<Visit> = () => ({})): Visit[] =>
    Array.from({ length: count }, (_, index) =>
      visit('Price', {
        path: [{ kind: 'item', stateName: 'Lines', index }],
        entered: index,
        exited: index * 2,
        ...made(index),
      }),
    );

  it('leaves a few alone', () => {
    expect(foldVisits(items(12), 0).every((row) => row.kind === 'visit')).toBe(true);
  });

  it('makes one row of many that went well, where the first of them was', () => {
    expect(foldVisits([visit('Lines'), ...items(5_000), visit('Sum')], 0)).toMatchObject([
      { kind: 'visit', visit: { stateName: 'Lines' } },
      {
        kind: 'folded',
        folded: {
          stateName: 'Price',
          stateType: 'Task',
          depth: 1,
          count: 5_000,
          outcome: 'succeeded',
          entered: 0,
          ended: 9_998,
          shortest: 0,
          longest: 4_999,
        },
      },
      { kind: 'visit', visit: { stateName: 'Sum' } },
    ]);
  });

  it('keeps what went wrong or goes on, twenty of them, and counts the rest by outcome', () => {
    const rows = foldVisits(
      items(100, (index) => (index % 2 === 0 ? { outcome: 'failed' } : index === 99 ? { outcome: 'running' } : {})),
      500,
    );
    expect(rows.filter((row) => row.kind === 'visit')).toHaveLength(20);
    expect(rows.flatMap((row) => (row.kind === 'folded' ? [[row.folded.outcome, row.folded.count]] : []))).toEqual([
      ['succeeded', 49],
      ['failed', 30],
      ['running', 1],
    ]);
  });

  it('keeps branches apart', () => {
    const branch = (index: number): Visit => visit('Try', { path: [{ kind: 'branch', stateName: 'Both', index }] });
    const rows = foldVisits([...Array.from({ length: 20 }, () => branch(0)), ...Array.from({ length: 20 }, () => branch(1))], 0); // prettier-ignore
    expect(rows).toHaveLength(2);
  });
});
