import { sanitize } from '../cli/sanitize.js';
import type { Table } from '../cli/table.js';
import { decodeCause } from '../history/cause.js';
import type { ExecutionHistory } from '../history/history-reader.js';
import { maskJsonText } from '../history/personal-data.js';
import { timeline, visitDuration, type TimelineBar } from '../history/timeline.js';
import { pathText, type Attempt, type PathStep, type Visit } from '../history/visit.js';
import { outcomeColour, outcomeText, type Style } from './style.js';
import { durationText } from './time-text.js';

/** States x attempts: a row for each attempt, and one for a state that makes none. */
export function attemptTable(visits: readonly Visit[], history: ExecutionHistory, now: number, style: Style): Table {
  const redriven = history.runs.length > 1;
  const rows = visits.flatMap((visit) => {
    const state = `${'  '.repeat(visit.path.length)}${sanitize(visit.stateName)}`;
    const place = placeText(visit.path.at(-1));
    const [first, ...rest] = visit.attempts;
    const head = [state, place, outcomeText(visit.outcome, style)];
    const time = durationText(visitDuration(visit, history.runs, now));
    if (first === undefined) return [[...head, '', time, '']];
    // One good attempt says nothing that the state's own row does not say.
    if (rest.length === 0) return [[...head, number(first, redriven), time, errorText(first)]];
    return [
      [...head, '', time, ''],
      ...visit.attempts.map((attempt) => [
        '',
        '',
        outcomeText(attempt.outcome, style),
        number(attempt, redriven),
        attemptTime(attempt, now),
        errorText(attempt),
      ]),
    ];
  });
  return { head: ['State', 'Where', 'Result', 'Attempt', 'Time', 'Error'], rows, right: [3, 4] };
}

/** The names around it stand in the rows above. */
function placeText(step: PathStep | undefined): string {
  return step === undefined ? '' : `${step.kind} ${step.index + 1}`;
}

function number(attempt: Attempt, redriven: boolean): string {
  return redriven && attempt.run > 0 ? `${attempt.number} (redrive ${attempt.run})` : String(attempt.number);
}

function attemptTime(attempt: Attempt, now: number): string {
  return durationText((attempt.end ?? now) - attempt.start);
}

function errorText(attempt: Attempt): string {
  if (attempt.error === undefined) return '';
  const message = decodeCause(attempt.cause)?.message;
  const text = message === undefined ? attempt.error : `${attempt.error}: ${message}`;
  return sanitize(text.length > 160 ? `${text.slice(0, 157)}...` : text);
}

const LABEL = 32;
const WIDEST_BARS = 60;

/** Bars, one line a state. Solid where it was working, dotted where it was waiting; letters take the place of colours in a pipe. */
export function timelineLines(
  visits: readonly Visit[],
  history: ExecutionHistory,
  now: number,
  style: Style,
): string[] {
  const label = Math.min(LABEL, Math.max(5, ...visits.map((visit) => visit.stateName.length + 2 * visit.path.length)));
  const width = Math.max(10, Math.min(WIDEST_BARS, style.screen.width - label - 12));
  const { span, rows } = timeline(visits, history.runs, now, width);
  const lines = rows.map((row) => {
    const name = `${'  '.repeat(row.depth)}${sanitize(row.stateName)}`;
    const cut = name.length > label ? `${name.slice(0, label - 1)}~` : name.padEnd(label);
    return `${cut}  ${drawn(row.bars, width, style)}  ${durationText(row.duration)}`;
  });
  return [`${' '.repeat(label)}  0${durationText(span).padStart(width - 1)}`, ...lines];
}

function drawn(bars: readonly TimelineBar[], width: number, { paint, screen }: Style): string {
  const kinds = new Array<TimelineBar['kind'] | undefined>(width).fill(undefined);
  for (const bar of bars) kinds.fill(bar.kind, bar.from, bar.to);
  let text = '';
  for (let from = 0, to = 0; from < width; from = to) {
    const kind = kinds[from];
    while (to < width && kinds[to] === kind) to += 1;
    const sign = kind === undefined ? ' ' : screen.symbols ? (kind === 'waiting' ? '─' : '█') : letter(kind);
    text += kind === undefined ? sign.repeat(to - from) : paint(outcomeColour(kind), sign.repeat(to - from));
  }
  return text;
}

function letter(kind: TimelineBar['kind']): string {
  return { waiting: '-', succeeded: '=', failed: 'x', 'timed-out': 't', aborted: 'a', running: '>' }[kind];
}

/** Inputs and outputs of the states, personal data masked unless it is wanted. */
export function dataLines(visits: readonly Visit[], showPersonalData: boolean, { paint }: Style): string[] {
  const shown = (text: string): string => sanitize(showPersonalData ? text : maskJsonText(text));
  return visits.flatMap((visit) => {
    const where = visit.path.length === 0 ? '' : ` (${sanitize(pathText(visit.path))})`;
    return [
      `${paint('bold', sanitize(visit.stateName))}${where}`,
      ...(visit.input === undefined ? [] : [`  input   ${shown(visit.input)}`]),
      ...(visit.output === undefined ? [] : [`  output  ${shown(visit.output)}`]),
    ];
  });
}
