import { COLOURS, idsOf, type Picture, type PicturedEdge, type PicturedGraph, type PicturedState } from './picture.js';

const FONT = 'Helvetica,Arial,sans-serif';

const SHAPES: Readonly<Record<PicturedState['type'], string>> = {
  Task: 'shape=box style="filled,rounded"',
  Pass: 'shape=box style="filled,rounded,dashed"',
  Wait: 'shape=octagon style="filled"',
  Choice: 'shape=diamond style="filled" margin="0.05,0.02"',
  Succeed: 'shape=ellipse style="filled" peripheries=2',
  Fail: 'shape=ellipse style="filled" peripheries=2',
  Parallel: 'shape=box style="filled"',
  Map: 'shape=box style="filled"',
};

/**
 * The Graphviz language. A Parallel or Map is a cluster with a node for itself on top and a point below in which its
 * branches join:
 *
 *     ┌ Parallel ─────────────┐
 *     │   ┌─ branch 1 ┐       │
 *     │ ──┤           ├── •   │ ──> next
 *     │   └─ branch 2 ┘       │
 *     └───────────────────────┘
 */
export function dotText(picture: Picture): string {
  const ids = idsOf(picture.graph);
  const lines = [
    `digraph ${quoted(picture.title)} {`,
    `  graph [rankdir=TB fontname=${quoted(FONT)} fontsize=11 label=${quoted(picture.title)} labelloc=t nodesep=0.35 ranksep=0.4]`,
    `  node [fontname=${quoted(FONT)} fontsize=11 margin="0.28,0.09"]`,
    `  edge [fontname=${quoted(FONT)} fontsize=9 color="#57606a" fontcolor="#57606a"]`,
    '  start [shape=circle style=filled fillcolor="#57606a" label="" width=0.18]',
    ...graphLines(picture.graph, ids, '  '),
    `  start -> ${ids.get(picture.graph.start) ?? 'start'}`,
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function graphLines(graph: PicturedGraph, ids: ReadonlyMap<string, string>, indent: string): string[] {
  return graph.states.flatMap((state) => [...stateLines(state, ids, indent), ...edgeLines(state, ids, indent)]);
}

function stateLines(state: PicturedState, ids: ReadonlyMap<string, string>, indent: string): string[] {
  const id = ids.get(state.name) ?? '';
  const node = nodeText(id, state);
  if (state.inner.length === 0) return [`${indent}${node}`];
  const deeper = `${indent}  `;
  const colours = COLOURS[state.outcome ?? 'plain'];
  const branches = state.inner.flatMap((inner, index) => [
    `${deeper}subgraph cluster_${id}_${index + 1} {`,
    `${deeper}  graph [style="rounded,dashed" color="#b6bcc4" fontsize=9 fontcolor="#6e7781" labeljust=l label=${quoted(state.type === 'Map' ? 'each item' : `branch ${index + 1}`)}]`,
    ...graphLines(inner, ids, `${deeper}  `),
    `${deeper}}`,
  ]);
  const forks = state.inner.map((inner) => `${deeper}${id} -> ${ids.get(inner.start) ?? id}`);
  const joins = state.inner.flatMap((inner) =>
    inner.states.flatMap((last) => (last.ends ? [`${deeper}${exitOf(last, ids)} -> ${id}_join [arrowhead=none]`] : [])),
  );
  return [
    `${indent}subgraph cluster_${id} {`,
    `${deeper}graph [style="rounded" color=${quoted(colours.line)} label=""]`,
    `${deeper}${node}`,
    ...branches,
    `${deeper}${id}_join [shape=point width=0.08 color=${quoted(colours.line)} label=""]`,
    ...forks,
    ...joins,
    `${indent}}`,
  ];
}

/** Where the way on begins: behind the branches, where there are some. */
function exitOf(state: PicturedState, ids: ReadonlyMap<string, string>): string {
  const id = ids.get(state.name) ?? '';
  return state.inner.length === 0 ? id : `${id}_join`;
}

function edgeLines(state: PicturedState, ids: ReadonlyMap<string, string>, indent: string): string[] {
  return state.edges.flatMap((edge) => {
    const to = ids.get(edge.to);
    if (to === undefined) return [];
    // An error leaves the state itself, whichever branch it came from.
    const from = edge.kind === 'catch' ? (ids.get(state.name) ?? '') : exitOf(state, ids);
    return [`${indent}${from} -> ${to}${edgeAttributes(edge)}`];
  });
}

function edgeAttributes(edge: PicturedEdge): string {
  const attributes: string[] = [];
  const label = edge.kind === 'default' ? 'otherwise' : edge.label;
  if (label !== undefined) attributes.push(`label=${lineBroken(label)}`);
  if (edge.kind === 'catch') attributes.push('style=dashed');
  if (edge.taken === true) attributes.push('penwidth=2', 'color="#1f2328"', 'fontcolor="#1f2328"');
  if (edge.taken === false) attributes.push('color="#b6bcc4"', 'fontcolor="#8c959f"');
  return attributes.length === 0 ? '' : ` [${attributes.join(' ')}]`;
}

function nodeText(id: string, state: PicturedState): string {
  const { fill, line, text } = COLOURS[state.outcome ?? 'plain'];
  const kind = state.type === 'Task' || state.type === 'Choice' ? [] : [state.type];
  const label = [state.label, ...kind, ...(state.note === undefined ? [] : [state.note])].map(escaped).join('\\n');
  const width = state.outcome === 'failed' || state.outcome === 'timed-out' ? ' penwidth=2.5' : '';
  return `${id} [${SHAPES[state.type]} label="${label}" fillcolor=${quoted(fill)} color=${quoted(line)} fontcolor=${quoted(text)}${width}]`;
}

/** One condition or error name a line; a long one keeps its beginning. */
function lineBroken(label: string): string {
  const parts = label.split(/, | (?=and |or )/).map((part) => (part.length > 48 ? `${part.slice(0, 45)}...` : part));
  const shown = parts.length > 4 ? [...parts.slice(0, 3), `and ${parts.length - 3} more`] : parts;
  // Viewers have other fonts than the one that Graphviz measures with.
  return `"${shown.map((part) => ` ${escaped(part)} `).join('\\n')}"`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** Within double quotes; a backslash would begin one of Graphviz's escapes (\N is the node's name), & an HTML entity. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/[\r\n]+/g, ' ');
}
