import type { Screen } from './screen.js';

/** Cells are ready to print: text from outside is sanitized by who puts it in; colours may be around it. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns with numbers in them, by index. */
  readonly right?: readonly number[];
}

/**
 * Ends with a newline. A terminal gets lines around fitted columns, anything else columns at full width, two spaces
 * apart.
 */
export async function renderTable(table: Table, screen: Pick<Screen, 'terminal' | 'width'>): Promise<string> {
  const measure = await measureFor(table);
  return screen.terminal ? drawn(table, screen.width, measure) : plain(table, measure);
}

type Measure = (text: string) => number;

/** The library that knows wide characters and escape sequences is slow to load, and most tables hold neither. */
async function measureFor(table: Table): Promise<Measure> {
  const simple = [table.head, ...table.rows].every((row) => row.every((cell) => /^[\x20-\x7e]*$/u.test(cell)));
  if (simple) return (text) => text.length;
  const { default: stringWidth } = await import('string-width');
  return (text) => Math.max(0, ...text.split('\n').map((line) => stringWidth(line)));
}

function naturalWidths(table: Table, measure: Measure): number[] {
  return table.head.map((title, column) =>
    Math.max(measure(title), ...table.rows.map((row) => measure(row[column] ?? ''))),
  );
}

function plain(table: Table, measure: Measure): string {
  const widths = naturalWidths(table, measure);
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        const gap = ' '.repeat(Math.max(0, width - measure(cell)));
        return table.right?.includes(column) === true ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  return [table.head, ...table.rows].map((row) => `${line(row)}\n`).join('');
}

async function drawn(table: Table, width: number, measure: Measure): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const widths = fitWidths(naturalWidths(table, measure), width, table.head.map(measure));
  const wrapped = await wrapInto(widths, measure);
  const drawing = new CliTable({
    head: wrapped(table.head),
    // Left to itself it colours head and borders even where NO_COLOR is set.
    style: { head: [], border: [], compact: true },
    colWidths: widths,
    colAligns: table.head.map((_, column) => (table.right?.includes(column) === true ? 'right' : 'left')),
  });
  drawing.push(...table.rows.map(wrapped));
  return `${drawing.toString()}\n`;
}

/**
 * Breaks what is wider than its column. cli-table3's own wrapping counts colours as characters and drops the spaces a
 * cell begins with.
 */
async function wrapInto(widths: readonly number[], measure: Measure): Promise<(row: readonly string[]) => string[]> {
  const { default: wrapAnsi } = await import('wrap-ansi');
  return (row) =>
    row.map((cell, column) => {
      const room = (widths[column] ?? 0) - PADDING;
      return measure(cell) <= room ? cell : wrapAnsi(cell, room, { hard: true, trim: false });
    });
}

const PADDING = 2;
const NARROWEST = 3;

/**
 * Column widths (padding included, borders not) that fit into `total`: the widest column gives way first, none below its
 * title as long as that helps, and none below three characters, even if the table is then too wide.
 *
 * @param titles widths of the titles.
 */
export function fitWidths(natural: readonly number[], total: number, titles: readonly number[] = []): number[] {
  const widths = natural.map((width) => width + PADDING);
  const borders = natural.length + 1;
  let excess = widths.reduce((sum, width) => sum + width, borders) - total;
  for (const floors of [titles, []]) {
    const room = (column: number): number => (widths[column] ?? 0) - PADDING - Math.max(NARROWEST, floors[column] ?? 0);
    while (excess > 0) {
      const giving = widths.map((width, column) => (room(column) > 0 ? width : 0));
      const widest = giving.indexOf(Math.max(...giving));
      if ((giving[widest] ?? 0) === 0) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
      excess -= 1;
    }
  }
  return widths;
}
