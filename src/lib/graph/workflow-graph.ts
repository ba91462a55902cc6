import type { Catcher, ChoiceRule, State, StateGraph, StateMachine } from '../definition/types.js';
import { conditionText } from './condition-text.js';

/** A definition as nodes and edges: what is drawn, whatever draws it. Names are as they stand in the definition. */
export interface WorkflowGraph {
  readonly start: string;
  /** In the order of the flow: a state before those behind it, what is next before what is done about an error. */
  readonly states: readonly GraphState[];
}

export interface GraphState {
  readonly name: string;
  readonly type: State['Type'];
  readonly edges: readonly GraphEdge[];
  /** Whether the graph it stands in can end here. */
  readonly ends: boolean;
  /** Branches of a Parallel, or the one processor of a Map. */
  readonly inner: readonly WorkflowGraph[];
  /** Its items are child executions with histories of their own. */
  readonly distributed?: true;
}

export interface GraphEdge {
  readonly to: string;
  readonly kind: 'next' | 'choice' | 'default' | 'catch';
  /** A choice's condition; the names of the errors that are caught. */
  readonly label?: string;
}

/** Draws nothing, knows everything: the machine, its branches and its processors. Tolerates targets that do not exist. */
export function workflowGraph(machine: StateMachine | StateGraph): WorkflowGraph {
  const states = new Map(Object.entries(machine.States).map(([name, state]) => [name, graphState(name, state)]));
  return { start: machine.StartAt, states: inFlowOrder(machine.StartAt, states) };
}

function graphState(name: string, state: State): GraphState {
  return {
    name,
    type: state.Type,
    edges: edgesOf(state),
    ends: state.Type === 'Succeed' || state.Type === 'Fail' || ('End' in state && state.End === true),
    inner: innerGraphs(state).map(workflowGraph),
    ...(isDistributed(state) ? { distributed: true as const } : {}),
  };
}

function edgesOf(state: State): GraphEdge[] {
  if (state.Type === 'Choice') {
    const choices = state.Choices.map((rule): GraphEdge => ({ to: rule.Next, kind: 'choice', label: labelOf(rule) }));
    return state.Default === undefined ? choices : [...choices, { to: state.Default, kind: 'default' }];
  }
  const next: GraphEdge[] = 'Next' in state && state.Next !== undefined ? [{ to: state.Next, kind: 'next' }] : [];
  const caught = 'Catch' in state ? (state.Catch ?? []) : [];
  return [...next, ...caught.map(catchEdge)];
}

function labelOf(rule: ChoiceRule): string {
  return conditionText(rule);
}

function catchEdge({ ErrorEquals, Next }: Catcher): GraphEdge {
  return { to: Next, kind: 'catch', label: ErrorEquals.join(', ') };
}

function innerGraphs(state: State): readonly StateGraph[] {
  if (state.Type === 'Parallel') return state.Branches;
  if (state.Type !== 'Map') return [];
  const processor = state.ItemProcessor ?? state.Iterator;
  return processor === undefined ? [] : [processor];
}

function isDistributed(state: State): boolean {
  return state.Type === 'Map' && state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/**
 * Reverse postorder from the start, the likeliest way first; states that nothing leads to come last. Without recursion:
 * a definition may be a chain of thousands.
 */
function inFlowOrder(start: string, states: ReadonlyMap<string, GraphState>): GraphState[] {
  const done: GraphState[] = [];
  const seen = new Set<string>();
  const open: { state: GraphState; left: string[] }[] = [];
  const enter = (name: string): void => {
    const state = states.get(name);
    if (state === undefined || seen.has(name)) return;
    seen.add(name);
    open.push({ state, left: state.edges.map((edge) => edge.to) });
  };
  for (const root of [start, ...states.keys()]) {
    const from = done.length;
    enter(root);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const next = top.left.pop();
      if (next === undefined) {
        done.push(top.state);
        open.pop();
      } else enter(next);
    }
    // What this root leads to, reversed in place, behind what earlier roots led to.
    done.push(...done.splice(from).reverse());
  }
  return done;
}
