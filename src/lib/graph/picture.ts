import type { MarkOutcome } from './execution-marks.js';
import type { GraphEdge, GraphState } from './workflow-graph.js';

/** A graph whose texts are fit to be shown; without an execution there are no outcomes. */
export interface Picture {
  readonly title: string;
  readonly graph: PicturedGraph;
  /** Whether an execution is laid over it. */
  readonly marked: boolean;
}

export interface PicturedGraph {
  readonly start: string;
  readonly states: readonly PicturedState[];
}

export interface PicturedState {
  /** As in the definition; edges refer to it. */
  readonly name: string;
  readonly label: string;
  readonly type: GraphState['type'];
  /** A word or two about the outcome: "succeeded, 3 attempts". Absent without an execution. */
  readonly note?: string;
  readonly outcome?: MarkOutcome;
  readonly edges: readonly PicturedEdge[];
  readonly ends: boolean;
  readonly inner: readonly PicturedGraph[];
}

export interface PicturedEdge {
  readonly to: string;
  readonly kind: GraphEdge['kind'];
  readonly label?: string;
  /** Absent without an execution. */
  readonly taken?: boolean;
}

/** Every state of a graph with a short id that any format takes: s1, s2 ... */
export function idsOf(graph: PicturedGraph, ids: Map<string, string> = new Map()): ReadonlyMap<string, string> {
  for (const state of graph.states) {
    ids.set(state.name, `s${ids.size + 1}`);
    for (const inner of state.inner) idsOf(inner, ids);
  }
  return ids;
}

/** Fill, border and text of a state by its outcome; light enough for black text, and told apart by words as well. */
export const COLOURS: Readonly<
  Record<MarkOutcome | 'plain', { readonly fill: string; readonly line: string; readonly text: string }>
> = {
  plain: { fill: '#ffffff', line: '#57606a', text: '#1f2328' },
  'not-reached': { fill: '#ffffff', line: '#b6bcc4', text: '#6e7781' },
  elsewhere: { fill: '#f6f8fa', line: '#8c959f', text: '#57606a' },
  succeeded: { fill: '#dafbe1', line: '#1a7f37', text: '#1f2328' },
  caught: { fill: '#fff8c5', line: '#9a6700', text: '#1f2328' },
  running: { fill: '#ddf4ff', line: '#0969da', text: '#1f2328' },
  aborted: { fill: '#ffe9d6', line: '#bc4c00', text: '#1f2328' },
  'timed-out': { fill: '#ffebe9', line: '#cf222e', text: '#1f2328' },
  failed: { fill: '#ffebe9', line: '#cf222e', text: '#1f2328' },
};
