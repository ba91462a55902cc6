import type { CostCurve } from '../pricing/cost-curve.js';
import { ratio } from '../pricing/ratio.js';
import { moneyText, shortCount } from './money-text.js';
import type { Style } from './style.js';
import { durationText } from './time-text.js';

const HEIGHT = 8;
const LABEL = 11;
const WIDEST = 64;

/** How many columns the curve is drawn in. */
export function chartWidth({ screen }: Style): number {
  return Math.max(20, Math.min(WIDEST, screen.width - LABEL - 3));
}

/**
 * A month's cost of both types, and where they cross.
 *
 *     $350.00 |--------------------------------
 *             |                          ******
 *             |             *************
 *       $0.00 |*************
 */
export function chartLines(curve: CostCurve, style: Style): string[] {
  const { at, standard, express } = curve;
  const isLog = curve.axis === 'volume';
  const scale = (value: number): number => (isLog ? Math.log10(Math.max(value, 0.01)) : value);
  const all = [...standard, ...express].map(scale);
  const low = isLog ? Math.min(...all) : 0;
  const high = Math.max(...all);
  const span = high - low || 1;
  const row = (value: number): number => Math.round(((scale(value) - low) / span) * (HEIGHT - 1));
  const signs = style.screen.symbols
    ? { standard: '─', express: '•', crossing: '╳', wall: '│' }
    : { standard: '-', express: '*', crossing: 'X', wall: '|' };
  const crossing = standard.findIndex((value, index) => {
    const before = index - 1;
    const was = (standard[before] ?? 0) - (express[before] ?? 0);
    const is = value - (express[index] ?? 0);
    return index > 0 && (was > 0 !== is > 0 || is === 0);
  });
  const grid = Array.from({ length: HEIGHT }, () => new Array<string>(at.length).fill(' '));
  at.forEach((_, column) => {
    put(grid, row(standard[column] ?? 0), column, style.paint('blue', signs.standard));
    put(grid, row(express[column] ?? 0), column, style.paint('yellow', signs.express));
  });
  if (crossing > 0) put(grid, row(standard[crossing] ?? 0), crossing, style.paint('bold', signs.crossing));
  const top = isLog ? 10 ** high : high;
  const bottom = isLog ? 10 ** low : low;
  const lines = grid.toReversed().map((cells, index) => {
    const label = index === 0 ? dollars(top) : index === HEIGHT - 1 ? dollars(bottom) : '';
    return `${label.padStart(LABEL)} ${signs.wall}${cells.join('').trimEnd()}`;
  });
  const axis = (value: number): string => (isLog ? shortCount(ratio(value)) : durationText(value));
  const [first = 0, last = 0] = [at[0], at.at(-1)];
  const ends = `${axis(isLog ? first : 0)}${axis(last).padStart(at.length - axis(isLog ? first : 0).length)}`;
  const where =
    crossing > 0
      ? `${signs.crossing} crossing at ${curve.crossing === undefined ? 'about ' : ''}${axis(curve.crossing ?? at[crossing] ?? 0)}`
      : 'they do not cross';
  return [
    `a month by ${isLog ? 'orders (powers of ten)' : 'duration'}: ${signs.standard} Standard, ${signs.express} Express, ${where}`,
    ...lines,
    `${' '.repeat(LABEL + 2)}${ends}`,
  ];
}

function put(grid: string[][], row: number, column: number, sign: string): void {
  const cells = grid[Math.min(Math.max(row, 0), HEIGHT - 1)];
  if (cells !== undefined) cells[column] = sign;
}

function dollars(value: number): string {
  return moneyText(ratio(Math.round(value * 100), 100));
}
