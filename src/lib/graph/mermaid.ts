import { COLOURS, idsOf, type Picture, type PicturedEdge, type PicturedGraph, type PicturedState } from './picture.js';

const SHAPES: Readonly<Record<PicturedState['type'], readonly [string, string]>> = {
  Task: ['(', ')'],
  Pass: ['(', ')'],
  Wait: ['{{', '}}'],
  Choice: ['{', '}'],
  Succeed: ['([', '])'],
  Fail: ['([', '])'],
  Parallel: ['[', ']'],
  Map: ['[', ']'],
};

/** A Mermaid flowchart, for READMEs and wikis that draw it: a Parallel or Map is a subgraph that edges lead to and from. */
export function mermaidText(picture: Picture): string {
  const ids = idsOf(picture.graph);
  const lines = [
    'flowchart TD',
    '  start((" "))',
    ...nodeLines(picture.graph, ids, '  '),
    `  start --> ${ids.get(picture.graph.start) ?? 'start'}`,
    ...edgeLines(picture.graph, ids),
    ...styleLines(picture.graph, ids),
  ];
  return `${lines.join('\n')}\n`;
}

function nodeLines(graph: PicturedGraph, ids: ReadonlyMap<string, string>, indent: string): string[] {
  return graph.states.flatMap((state) => {
    const id = ids.get(state.name) ?? '';
    const label = labelOf(state);
    const [open, close] = SHAPES[state.type];
    if (state.inner.length === 0) return [`${indent}${id}${open}"${label}"${close}`];
    const deeper = `${indent}  `;
    const branches = state.inner.flatMap((inner, index) =>
      state.inner.length === 1
        ? nodeLines(inner, ids, deeper)
        : [
            `${deeper}subgraph ${id}b${index + 1}["branch ${index + 1}"]`,
            ...nodeLines(inner, ids, `${deeper}  `),
            `${deeper}end`,
          ],
    );
    return [`${indent}subgraph ${id}["${label}"]`, ...branches, `${indent}end`];
  });
}

function labelOf(state: PicturedState): string {
  const kind = state.type === 'Task' || state.type === 'Choice' ? [] : [state.type];
  return [state.label, ...kind, ...(state.note === undefined ? [] : [state.note])].map(escaped).join('<br/>');
}

function edgeLines(graph: PicturedGraph, ids: ReadonlyMap<string, string>): string[] {
  return graph.states.flatMap((state) => {
    const from = ids.get(state.name) ?? '';
    const own = state.edges.flatMap((edge) => {
      const to = ids.get(edge.to);
      return to === undefined ? [] : [`  ${from} ${arrow(edge)} ${to}`];
    });
    return [...state.inner.flatMap((inner) => edgeLines(inner, ids)), ...own];
  });
}

/** Thick where the execution went, dotted for a caught error. */
function arrow(edge: PicturedEdge): string {
  const sign = edge.kind === 'catch' ? '-.->' : edge.taken === true ? '==>' : '-->';
  const label = edge.kind === 'default' ? 'otherwise' : edge.label;
  return label === undefined ? sign : `${sign}|"${escaped(label)}"|`;
}

/** Colours repeat what the labels say in words. */
function styleLines(graph: PicturedGraph, ids: ReadonlyMap<string, string>): string[] {
  const byOutcome = new Map<keyof typeof COLOURS, string[]>();
  collect(graph, ids, byOutcome);
  return [...byOutcome].flatMap(([outcome, members]) => {
    const { fill, line, text } = COLOURS[outcome];
    const name = outcome.replaceAll('-', '');
    return [`  classDef ${name} fill:${fill},stroke:${line},color:${text}`, `  class ${members.join(',')} ${name}`];
  });
}

function collect(
  graph: PicturedGraph,
  ids: ReadonlyMap<string, string>,
  found: Map<keyof typeof COLOURS, string[]>,
): void {
  for (const state of graph.states) {
    if (state.outcome !== undefined) {
      const members = found.get(state.outcome) ?? [];
      found.set(state.outcome, [...members, ids.get(state.name) ?? '']);
    }
    for (const inner of state.inner) collect(inner, ids, found);
  }
}

/** Inside a quoted label, as Mermaid's entity codes: its own marks, HTML and Markdown all lose their meaning. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[#"<>&`\\;]/g, (character) => `#${character.codePointAt(0) ?? 0};`);
}
