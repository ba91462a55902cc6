import type { Colour } from '../cli/screen.js';
import type { MarkOutcome } from '../graph/execution-marks.js';
import type { Picture, PicturedEdge, PicturedGraph, PicturedState } from '../graph/picture.js';
import type { Style } from './style.js';

interface Signs {
  readonly flow: string;
  readonly arrow: string;
  readonly caught: string;
  readonly open: string;
  readonly side: string;
  readonly close: string;
  readonly states: Readonly<Record<MarkOutcome | 'plain', string>>;
}

const SYMBOLS: Signs = {
  flow: '│',
  arrow: '→',
  caught: '⚡',
  open: '╭─',
  side: '│',
  close: '╰─',
  states: {
    plain: '●',
    'not-reached': '○',
    elsewhere: '◌',
    succeeded: '✔',
    caught: '!',
    running: '▶',
    aborted: '■',
    'timed-out': '✖',
    failed: '✖',
  },
};

const LETTERS: Signs = {
  flow: '|',
  arrow: '->',
  caught: 'on',
  open: '+-',
  side: '|',
  close: '+-',
  states: {
    plain: '*',
    'not-reached': '.',
    elsewhere: '?',
    succeeded: '=',
    caught: '!',
    running: '>',
    aborted: 'a',
    'timed-out': 't',
    failed: 'x',
  },
};

const COLOUR: Readonly<Record<MarkOutcome, Colour>> = {
  'not-reached': 'dim',
  elsewhere: 'dim',
  succeeded: 'green',
  caught: 'yellow',
  running: 'blue',
  aborted: 'yellow',
  'timed-out': 'red',
  failed: 'red',
};

/**
 * The workflow from top to bottom, as narrow as its names: a state, below it where it leads to if that is not the next
 * one, branches and items in brackets of their own.
 *
 *     ✔ CheckInventoryAndCharge  Parallel  succeeded
 *     │ ╭─ branch 1
 *     │ │ ✔ CheckInventory  succeeded
 *     │ │   ⚡ OutOfStockError → InventoryRefused
 *     │ ╰─
 *     ✔ EvaluateChecks  Choice  succeeded
 *         $.checks.inventory.outcome = "RESERVED" → CapturePayment
 */
export function graphLines({ title, graph }: Picture, style: Style): string[] {
  const signs = style.screen.symbols ? SYMBOLS : LETTERS;
  return [style.paint('bold', title), ...linesOf(graph, '', { style, signs })].map((line) => line.trimEnd());
}

interface Pen {
  readonly style: Style;
  readonly signs: Signs;
}

function linesOf(graph: PicturedGraph, indent: string, pen: Pen): string[] {
  const { signs, style } = pen;
  return graph.states.flatMap((state, index) => {
    const follower = graph.states[index + 1]?.name;
    const flows = state.edges.some((edge) => edge.kind === 'next' && edge.to === follower);
    const bar = flows ? style.paint('dim', signs.flow) : ' ';
    const inner = state.inner.flatMap((branch, number) => [
      `${indent}${bar} ${style.paint('dim', `${signs.open} ${state.type === 'Map' ? 'each item' : `branch ${number + 1}`}`)}`,
      ...linesOf(branch, `${indent}${bar} ${style.paint('dim', signs.side)} `, pen),
      `${indent}${bar} ${style.paint('dim', signs.close)}`,
    ]);
    const edges = state.edges
      .filter((edge) => edge.kind !== 'next' || edge.to !== follower)
      .map((edge) => `${indent}${bar}   ${edgeLine(edge, indent.length, pen)}`);
    return [`${indent}${stateLine(state, pen)}`, ...inner, ...edges];
  });
}

function stateLine(state: PicturedState, { style, signs }: Pen): string {
  const sign = signs.states[state.outcome ?? 'plain'];
  const dim = state.outcome === 'not-reached';
  const colour: Colour = state.outcome === undefined ? 'bold' : COLOUR[state.outcome];
  const kind = state.type === 'Task' ? '' : `  ${style.paint('dim', state.type)}`;
  const note = state.note === undefined ? '' : `  ${style.paint(colour, state.note)}`;
  return `${style.paint(colour, sign)} ${dim ? style.paint('dim', state.label) : style.paint('bold', state.label)}${kind}${note}`;
}

function edgeLine(edge: PicturedEdge, used: number, { style, signs }: Pen): string {
  const arrow = `${signs.arrow} ${edge.to}`;
  const taken = edge.taken === true ? '  (taken)' : '';
  const room = style.screen.width - used - arrow.length - taken.length - 9;
  const label = edge.kind === 'default' ? 'otherwise' : fitted(edge.label ?? '', Math.max(16, room));
  const text = `${edge.kind === 'catch' ? `${signs.caught} ` : ''}${label}${label === '' ? '' : ' '}${arrow}${taken}`;
  if (edge.taken === true) return text;
  return style.paint(edge.kind === 'catch' && edge.taken === undefined ? 'yellow' : 'dim', text);
}

function fitted(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 3)}...` : text;
}
