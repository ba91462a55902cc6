import { sanitize } from '../cli/sanitize.js';
import type { Table } from '../cli/table.js';
import { decodeCause } from '../history/cause.js';
import type { ExecutionHistory, Run } from '../history/history-reader.js';
import type { FoldedVisits, HistoryRow } from '../history/history-row.js';
import { visitDuration } from '../history/timeline.js';
import type { Attempt, PathStep, Visit } from '../history/visit.js';
import { countText } from './count-text.js';
import { rootCauseLines } from './root-cause-report.js';
import { outcomeText, type Style } from './style.js';
import { durationText, timeText } from './time-text.js';

/** Below this many columns a row says less, so that it stays a row. */
const ROOMY = 100;

/**
 * States x attempts: a row for each attempt, one for a state that makes none, one for visits that are folded. The run has
 * a column where the execution was redriven; on a narrow terminal the place stands with the state, and messages are left
 * to the lines below the table.
 */
export function attemptTable(rows: readonly HistoryRow[], history: ExecutionHistory, now: number, style: Style): Table {
  const narrow = style.screen.width < ROOMY;
  const cells = rows.flatMap((row) =>
    row.kind === 'folded' ? [foldedCells(row.folded, style)] : visitCells(row.visit, history, { now, narrow }, style),
  );
  const columns = COLUMNS.filter(
    ({ key }) => (key !== 'run' || history.runs.length > 1) && (key !== 'where' || !narrow),
  );
  return {
    head: columns.map(({ title }) => title),
    rows: cells.map((cell) =>
      columns.map(({ key }) => (key === 'state' && narrow ? together(cell) : (cell[key] ?? ''))),
    ),
    right: columns.flatMap(({ key }, index) => (key === 'attempt' || key === 'time' ? [index] : [])),
  };
}

interface Cells {
  readonly state: string;
  readonly where: string;
  readonly result: string;
  readonly attempt?: string;
  readonly run?: string;
  readonly time: string;
  readonly error?: string;
}

const COLUMNS: readonly { readonly key: keyof Cells; readonly title: string }[] = [
  { key: 'state', title: 'State' },
  { key: 'where', title: 'Where' },
  { key: 'result', title: 'Result' },
  { key: 'attempt', title: 'Attempt' },
  { key: 'run', title: 'Run' },
  { key: 'time', title: 'Time' },
  { key: 'error', title: 'Error' },
];

/** "ProcessItem #3"; branches tell themselves apart by their states. */
function together({ state, where }: Cells): string {
  return where === '' || where.startsWith('branch') ? state : `${state} ${where.replace(/^item /, '#')}`;
}

interface Reading {
  readonly now: number;
  readonly narrow: boolean;
}

function visitCells(visit: Visit, history: ExecutionHistory, reading: Reading, style: Style): Cells[] {
  const head: Cells = {
    state: `${'  '.repeat(visit.path.length)}${sanitize(visit.stateName)}`,
    where: placeText(visit.path.at(-1)),
    result: outcomeText(visit.outcome, style),
    time: durationText(visitDuration(visit, history.runs, reading.now)),
  };
  const [first, ...rest] = visit.attempts;
  if (first === undefined) return [head];
  // One good attempt says nothing that the state's own row does not say.
  if (rest.length === 0) return [{ ...attemptCells(first, reading), ...head }];
  const attempts = visit.attempts.map((attempt): Cells => ({
    state: '',
    where: '',
    result: outcomeText(attempt.outcome, style),
    time: durationText((attempt.end ?? reading.now) - attempt.start),
    ...attemptCells(attempt, reading),
  }));
  return [head, ...attempts];
}

function attemptCells(attempt: Attempt, { narrow }: Reading): Pick<Cells, 'attempt' | 'run' | 'error'> {
  return {
    attempt: String(attempt.number),
    run: attempt.run === 0 ? '' : `redrive ${attempt.run}`,
    error: narrow ? sanitize(attempt.error ?? '') : errorText(attempt),
  };
}

function foldedCells(folded: FoldedVisits, style: Style): Cells {
  const { stateName, depth, count, outcome, shortest, longest } = folded;
  const times = [durationText(shortest), durationText(longest)];
  const time = times[0] === times[1] ? times[0] : times.join(' to ');
  return {
    state: `${'  '.repeat(depth)}${sanitize(stateName)}`,
    where: `${countText(count)} visits`,
    result: outcomeText(outcome, style),
    time: time ?? '',
  };
}

/** The names around it stand in the rows above. */
function placeText(step: PathStep | undefined): string {
  return step === undefined ? '' : `${step.kind} ${step.index + 1}`;
}

function errorText(attempt: Attempt): string {
  if (attempt.error === undefined) return '';
  const message = decodeCause(attempt.cause)?.message;
  const text = message === undefined ? attempt.error : `${attempt.error}: ${message}`;
  return sanitize(text.length > 160 ? `${text.slice(0, 157)}...` : text);
}

/** The original run and its redrives, a row each; undefined for an execution that was never redriven. */
export function runTable(runs: readonly Run[], now: number, style: Style): Table | undefined {
  if (runs.length < 2) return undefined;
  return {
    head: ['Run', 'Started', 'Result', 'Time', 'Failed in'],
    rows: runs.map((run, index) => [
      index === 0 ? 'original' : `redrive ${index}`,
      timeText(new Date(run.start), now, style),
      outcomeText(run.status ?? 'RUNNING', style),
      durationText((run.end ?? now) - run.start),
      failedIn(run),
    ]),
    right: [3],
  };
}

function failedIn({ failure }: Run): string {
  if (failure === undefined) return '';
  return sanitize([failure.stateName, failure.error].filter((part) => part !== undefined).join(': '));
}

/** The last lines of a history: how it ended, why, and what was not there to be read. */
export function endLines(history: ExecutionHistory, style: Style): string[] {
  const redrives = history.runs.length - 1;
  const times = redrives > 0 ? `, redriven ${redrives}x` : '';
  const lines = [`${outcomeText(history.status, style)}, ${countText(history.eventCount)} events${times}`];
  if (history.failure) lines.push(...rootCauseLines(history.failure, style));
  if (history.missingEvents !== undefined)
    lines.push(`${countText(history.missingEvents)} events are missing: this may not be the whole truth`);
  return lines;
}
