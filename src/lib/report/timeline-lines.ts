import { sanitize } from '../cli/sanitize.js';
import type { ExecutionHistory } from '../history/history-reader.js';
import type { HistoryRow } from '../history/history-row.js';
import { timeline, type Timeline, type TimelineBar } from '../history/timeline.js';
import { countText } from './count-text.js';
import { outcomeColour, type Style } from './style.js';
import { durationText } from './time-text.js';

const LONGEST_LABEL = 34;
/** Of bars where nothing says how wide it may get. */
const PIPE_BARS = 60;
const NARROWEST_BARS = 10;
/** "  12h 59m" behind a bar. */
const TIME = 10;

/**
 * Bars, one line a state, over the time that something ran:
 *
 *     Charge   xxx---2xx------3====      tried three times, waits between, the third went well
 *     Pause           ------             waited
 *     Pay                          :==   went on after a redrive
 *
 * A wait that is much longer than all else is drawn shorter, with a `~` in it and its length above.
 * Solid where it was working, a line where it was waiting; a figure begins each further attempt; letters take the
 * place of colours in a pipe.
 */
export function timelineLines(
  rows: readonly HistoryRow[],
  history: ExecutionHistory,
  now: number,
  style: Style,
): string[] {
  const { screen } = style;
  const longest = rows.reduce((most, row) => Math.max(most, labelOf(row).length), 5);
  const widest = Number.isFinite(screen.width) ? Math.max(12, Math.floor(screen.width * 0.4)) : LONGEST_LABEL;
  const label = Math.min(LONGEST_LABEL, widest, longest);
  const room = Number.isFinite(screen.width) ? screen.width - label - 2 - TIME : PIPE_BARS;
  const width = Math.max(NARROWEST_BARS, room);
  const drawn = timeline(rows, history.runs, now, width);
  const indent = ' '.repeat(label);
  return [
    `${indent}  0${durationText(drawn.span).padStart(width - 1)}`,
    ...markLines(drawn, width, style).map((line) => `${indent}  ${line}`),
    ...drawn.rows.map(
      ({ row, bars, duration }) =>
        `${fitted(labelOf(row), label)}  ${drawnBars(bars, drawn, width, style)}  ${durationText(duration)}`,
    ),
    ...legend(
      drawn.rows.flatMap(({ bars }) => bars),
      style,
    ).map((line) => `${indent}  ${line}`),
  ].map((line) => line.trimEnd());
}

function labelOf(row: HistoryRow): string {
  if (row.kind === 'folded')
    return `${'  '.repeat(row.folded.depth)}${sanitize(row.folded.stateName)} x${countText(row.folded.count)}`;
  const { stateName, path } = row.visit;
  const item = path.at(-1);
  return `${'  '.repeat(path.length)}${sanitize(stateName)}${item?.kind === 'item' ? ` #${item.index + 1}` : ''}`;
}

/** The number at the end tells items apart, so the middle gives way. */
function fitted(label: string, room: number): string {
  if (label.length <= room) return label.padEnd(room);
  const end = / [#x][\d,]+$/.exec(label)?.[0] ?? '';
  return `${label.slice(0, Math.max(1, room - end.length - 1))}~${end}`.slice(0, room);
}

/** Where a redrive began, and how long nothing had run: that time is left out of the picture. Where a long wait is drawn short. */
function markLines({ cuts, folds }: Timeline, width: number, { paint, screen }: Style): string[] {
  const marks = [
    ...cuts.map(({ column, pause }, index) => ({
      column,
      sign: screen.symbols ? '┊' : ':',
      text: `redrive ${index + 1}, after ${durationText(pause)}`,
    })),
    ...folds.map(({ column, wait }) => ({
      column,
      sign: foldSign(screen.symbols),
      text: `${durationText(wait)}, drawn short`,
    })),
  ].sort((left, right) => left.column - right.column);
  return marks.map(({ column, sign, text }) => {
    const line =
      column + 2 + text.length <= width
        ? `${' '.repeat(column)}${sign} ${text}`
        : `${`${text} ${sign}`.padStart(column + 1)}`;
    return paint('dim', line);
  });
}

function foldSign(symbols: boolean): string {
  return symbols ? '≈' : '~';
}

interface Cell {
  readonly kind: TimelineBar['kind'] | 'mark';
  readonly sign: string;
}

function drawnBars(
  bars: readonly TimelineBar[],
  { cuts, folds }: Timeline,
  width: number,
  { paint, screen }: Style,
): string {
  const cells = new Array<Cell | undefined>(width).fill(undefined);
  const cut: Cell = { kind: 'mark', sign: screen.symbols ? '┊' : ':' };
  for (const { column } of cuts) cells[column] = cut;
  const signs = screen.symbols ? SYMBOLS : LETTERS;
  for (const bar of bars) {
    cells.fill({ kind: bar.kind, sign: signs[bar.kind] }, bar.from, bar.to);
    // One column alone shows that it failed; which attempt it was stands in the table.
    if (bar.attempt !== undefined && bar.to - bar.from > 1)
      cells[bar.from] = { kind: bar.kind, sign: bar.attempt > 9 ? '+' : String(bar.attempt) };
  }
  // On the bars that stand for the wait only, so that nobody takes them for their length.
  for (const { column } of folds)
    if (cells[column] !== undefined) cells[column] = { kind: 'mark', sign: foldSign(screen.symbols) };
  let text = '';
  for (let from = 0, to = 0; from < width; from = to) {
    const kind = cells[from]?.kind;
    let piece = '';
    while (to < width && cells[to]?.kind === kind) piece += cells[to++]?.sign ?? ' ';
    text += kind === undefined ? piece : paint(kind === 'mark' ? 'dim' : outcomeColour(kind), piece);
  }
  return text;
}

const SYMBOLS: Readonly<Record<TimelineBar['kind'], string>> = {
  waiting: '─',
  succeeded: '█',
  // Told apart without colours, too.
  failed: '╳',
  'timed-out': '╫',
  aborted: '▒',
  running: '▓',
  many: '≡',
};

const LETTERS: Readonly<Record<TimelineBar['kind'], string>> = {
  waiting: '-',
  succeeded: '=',
  failed: 'x',
  'timed-out': 't',
  aborted: 'a',
  running: '>',
  many: '#',
};

const WORDS: Readonly<Record<TimelineBar['kind'], string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  'timed-out': 'timed out',
  aborted: 'abandoned',
  running: 'running',
  waiting: 'waiting',
  many: 'many visits',
};

/** What the signs mean, those that occur; nothing where all is plain work. */
function legend(bars: readonly TimelineBar[], { paint, screen }: Style): string[] {
  const kinds = new Set(bars.map(({ kind }) => kind));
  if (![...kinds].some((kind) => kind !== 'succeeded' && kind !== 'waiting')) return [];
  const signs = screen.symbols ? SYMBOLS : LETTERS;
  const words = (Object.keys(WORDS) as TimelineBar['kind'][])
    .filter((kind) => kinds.has(kind))
    .map((kind) => `${paint(kind === 'many' ? 'dim' : outcomeColour(kind), signs[kind])} ${WORDS[kind]}`);
  const attempts = bars.some(({ attempt, from, to }) => attempt !== undefined && to - from > 1)
    ? ['2 second attempt']
    : [];
  return [[...words, ...attempts].join('  ')];
}
