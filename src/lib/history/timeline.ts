import type { Run } from './history-reader.js';
import type { HistoryRow } from './history-row.js';
import { longWaits, shortened } from './long-waits.js';
import type { Attempt, Visit, VisitOutcome } from './visit.js';

/** One row of a timeline; `bars` are columns from 0 to the width that was asked for. */
export interface TimelineRow {
  readonly row: HistoryRow;
  /** 0 at the top, 1 inside a Parallel or Map, and so on. */
  readonly depth: number;
  readonly outcome: VisitOutcome;
  /** Milliseconds from entering to leaving, without the pauses between two runs. */
  readonly duration: number;
  /** Those behind cover those before them: what is short is not hidden by what is long. */
  readonly bars: readonly TimelineBar[];
}

export interface TimelineBar {
  readonly from: number;
  /** Exclusive, at least one column behind `from`. */
  readonly to: number;
  /** `waiting`: between two attempts, or a state that calls nothing. `many`: visits that are folded into one row. */
  readonly kind: Attempt['outcome'] | 'waiting' | 'many';
  /** From the second attempt of a run on. */
  readonly attempt?: number;
}

/** The moment between two runs: a column, and the pause that was cut out there. */
export interface TimelineCut {
  readonly column: number;
  /** Milliseconds in which nothing ran. */
  readonly pause: number;
}

/** A long wait that is drawn shorter than it was. */
export interface TimelineFold {
  /** The middle of what is drawn of it. */
  readonly column: number;
  /** Milliseconds that it really took. */
  readonly wait: number;
}

export interface Timeline {
  /** Milliseconds that the whole width stands for, long waits at their full length. */
  readonly span: number;
  readonly rows: readonly TimelineRow[];
  /** One for each redrive. */
  readonly cuts: readonly TimelineCut[];
  /** In the order of time. */
  readonly folds: readonly TimelineFold[];
}

/**
 * Bars of the states over the time that the execution ran. Pauses between a failure and its redrive are cut out: a day
 * of them would leave no column for the rest. So would a wait that is much longer than all else: it is drawn shorter.
 *
 * @param now where open bars end, epoch milliseconds
 * @param width columns, at least 1
 */
export function timeline(rows: readonly HistoryRow[], runs: readonly Run[], now: number, width: number): Timeline {
  const clock = runningTime(runs, now);
  // What ended may lie ahead of our clock: another machine's is fast, or waiting was skipped.
  const span = Math.max(1, clock(Math.max(now, runs.at(-1)?.end ?? now)));
  const columns = Math.max(1, Math.floor(width));
  const waits = longWaits([0, span, ...rows.flatMap((row) => momentsOf(row, now)).map((moment) => clock(moment))]);
  const drawnSpan = shortened(span, waits);
  const columnOf = (running: number): number => Math.round((shortened(running, waits) / drawnSpan) * columns);
  const column = (time: number): number => columnOf(clock(time));
  const bar = (from: number, to: number, kind: TimelineBar['kind'], attempt?: number): TimelineBar => {
    const left = Math.min(column(from), columns - 1);
    const right = Math.min(columns, Math.max(column(to), left + 1));
    return { from: left, to: right, kind, ...(attempt === undefined || attempt === 1 ? {} : { attempt }) };
  };
  const cuts = runs.slice(1).map((run, index): TimelineCut => ({
    column: Math.min(column(run.start), columns - 1),
    pause: Math.max(0, run.start - (runs[index]?.end ?? run.start)),
  }));
  const folds = waits.map(({ from, to }): TimelineFold => ({
    column: Math.min(columnOf((from + to) / 2), columns - 1),
    wait: to - from,
  }));
  return { span, rows: rows.map((row) => timelineRow(row, bar, clock, now)), cuts, folds };
}

/** When something began or ended in a row; epoch milliseconds. */
function momentsOf(row: HistoryRow, now: number): number[] {
  if (row.kind === 'folded') return [row.folded.entered, row.folded.ended];
  const { visit } = row;
  return [
    visit.entered,
    visitEnd(visit, now),
    ...visit.attempts.flatMap((attempt) => [attempt.start, attempt.end ?? now]),
  ];
}

type MakeBar = (from: number, to: number, kind: TimelineBar['kind'], attempt?: number) => TimelineBar;

function timelineRow(row: HistoryRow, bar: MakeBar, clock: (time: number) => number, now: number): TimelineRow {
  if (row.kind === 'folded') {
    const { depth, outcome, entered, ended } = row.folded;
    const duration = Math.max(0, clock(ended) - clock(entered));
    return { row, depth, outcome, duration, bars: [bar(entered, ended, 'many')] };
  }
  const { visit } = row;
  const end = visitEnd(visit, now);
  const attempts = visit.attempts.map((attempt) =>
    bar(attempt.start, attempt.end ?? now, attempt.outcome, attempt.number),
  );
  attempts.sort((left, right) => right.to - right.from - (left.to - left.from));
  return {
    row,
    depth: visit.path.length,
    outcome: visit.outcome,
    duration: Math.max(0, clock(end) - clock(visit.entered)),
    bars: [bar(visit.entered, end, 'waiting'), ...attempts],
  };
}

/** When a visit ended: left, failed, or `now` where it is open. */
export function visitEnd(visit: Visit, now: number): number {
  if (visit.exited !== undefined) return visit.exited;
  return visit.outcome === 'running' ? now : (visit.attempts.at(-1)?.end ?? visit.entered);
}

/** Milliseconds for which a visit was being worked on: pauses between runs do not count. */
export function visitDuration(visit: Visit, runs: readonly Run[], now: number): number {
  const clock = runningTime(runs, now);
  return Math.max(0, clock(visitEnd(visit, now)) - clock(visit.entered));
}

/** Maps a time to the milliseconds for which the execution had been running by then. */
function runningTime(runs: readonly Run[], now: number): (time: number) => number {
  return (time) => {
    let total = 0;
    for (const run of runs) {
      if (time <= run.start) break;
      total += Math.max(0, Math.min(time, run.end ?? now) - run.start);
    }
    return total;
  };
}
