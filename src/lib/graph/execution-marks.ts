import type { Visit, VisitOutcome } from '../history/visit.js';
import type { GraphEdge, WorkflowGraph } from './workflow-graph.js';

/** What an execution did in a state; `elsewhere`: in child executions, whose histories are their own. */
export type MarkOutcome = VisitOutcome | 'not-reached' | 'elsewhere';

export interface Mark {
  /** The worst of its visits. */
  readonly outcome: MarkOutcome;
  readonly visits: number;
  /** Calls made, or rounds of branches. */
  readonly attempts: number;
  /** The latest error of a visit that did not succeed. */
  readonly error?: string;
}

/** An execution laid over a definition. State names are unique in a definition (AWS: "State names must be unique"). */
export interface ExecutionMarks {
  markOf(state: string): Mark;
  /** Whether the execution went this way. */
  taken(from: string, edge: GraphEdge): boolean;
}

const BY_GRAVITY: readonly MarkOutcome[] = [
  'not-reached', 'elsewhere', 'succeeded', 'caught', 'running', 'aborted', 'timed-out', 'failed',
]; // prettier-ignore

const NOT_REACHED: Mark = { outcome: 'not-reached', visits: 0, attempts: 0 };

/** @param graph tells which states run in child executions */
export function executionMarks(visits: readonly Visit[], graph: WorkflowGraph): ExecutionMarks {
  const marks = new Map<string, Mark>();
  const ways = new Set<string>();
  const last = new Map<string, Visit>();
  for (const visit of visits) {
    const before = marks.get(visit.stateName) ?? NOT_REACHED;
    const error = visit.outcome === 'succeeded' ? undefined : (visit.attempts.at(-1)?.error ?? before.error);
    marks.set(visit.stateName, {
      outcome: worst(before.outcome, visit.outcome),
      visits: before.visits + 1,
      attempts: before.attempts + visit.attempts.length,
      ...(error === undefined ? {} : { error }),
    });
    // States of one branch or item follow one another.
    const place = JSON.stringify(visit.path);
    const from = last.get(place);
    if (from !== undefined) ways.add(way(from.stateName, visit.stateName, from.outcome === 'caught'));
    last.set(place, visit);
  }
  for (const name of elsewhere(graph, marks, false))
    if (!marks.has(name)) marks.set(name, { ...NOT_REACHED, outcome: 'elsewhere' });
  return {
    markOf: (state) => marks.get(state) ?? NOT_REACHED,
    taken: (from, edge) => ways.has(way(from, edge.to, edge.kind === 'catch')),
  };
}

function* elsewhere(graph: WorkflowGraph, marks: ReadonlyMap<string, Mark>, inside: boolean): Generator<string> {
  for (const state of graph.states) {
    if (inside) yield state.name;
    const runs = inside || (state.distributed === true && marks.has(state.name));
    for (const inner of state.inner) yield* elsewhere(inner, marks, runs);
  }
}

function worst(left: MarkOutcome, right: MarkOutcome): MarkOutcome {
  return BY_GRAVITY.indexOf(left) > BY_GRAVITY.indexOf(right) ? left : right;
}

function way(from: string, to: string, caught: boolean): string {
  return JSON.stringify([from, to, caught]);
}
