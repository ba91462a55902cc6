import type { State, StateGraph } from '../definition/types.js';

/** Where a state can lead. */
export interface Way {
  readonly target: string;
  /** By a Catch; false for Next, and for the rules and the Default of a Choice. */
  readonly caught: boolean;
  /** Back to a state that this one is reached from: taking it goes round a loop. */
  readonly back: boolean;
  /** From there no way leads to an end other than a Fail state. */
  readonly doomed: boolean;
}

/** A graph of states in an order in which each comes after all it leads to, ways back left aside. */
export interface OrderedGraph {
  readonly order: readonly string[];
  readonly ways: ReadonlyMap<string, readonly Way[]>;
}

/** Only what can be reached from StartAt. Iterative: a definition of 1 MB may hold a chain of ten thousand states. */
export function orderGraph(graph: StateGraph): OrderedGraph {
  const targets = new Map<string, { target: string; caught: boolean; back: boolean }[]>();
  const order: string[] = [];
  const open = new Set<string>();
  const stack: { name: string; at: number }[] = [];
  const visit = (name: string): void => {
    const state = graph.States[name];
    targets.set(name, state === undefined ? [] : targetsOf(state).map((way) => ({ ...way, back: false })));
    open.add(name);
    stack.push({ name, at: 0 });
  };
  visit(graph.StartAt);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const way = targets.get(top.name)?.[top.at];
    if (way === undefined) {
      stack.pop();
      open.delete(top.name);
      order.push(top.name);
      continue;
    }
    top.at += 1;
    if (open.has(way.target)) way.back = true;
    else if (!targets.has(way.target)) visit(way.target);
  }
  const good = reachingGoodEnd(graph, targets);
  return {
    order,
    ways: new Map(
      [...targets].map(([name, ways]) => [name, ways.map((way) => ({ ...way, doomed: !good.has(way.target) }))]),
    ),
  };
}

/** One entry a target: two rules of a Choice may lead to the same state. */
function targetsOf(state: State): { target: string; caught: boolean }[] {
  const ways = new Map<string, boolean>();
  if ('Next' in state && typeof state.Next === 'string') ways.set(state.Next, false);
  if (state.Type === 'Choice') {
    for (const { Next } of state.Choices) ways.set(Next, false);
    if (state.Default !== undefined) ways.set(state.Default, false);
  }
  if ('Catch' in state) for (const { Next } of state.Catch ?? []) if (!ways.has(Next)) ways.set(Next, true);
  return [...ways].map(([target, caught]) => ({ target, caught }));
}

function reachingGoodEnd(
  graph: StateGraph,
  targets: ReadonlyMap<string, readonly { readonly target: string }[]>,
): Set<string> {
  const sources = new Map<string, string[]>();
  for (const [name, ways] of targets) {
    for (const { target } of ways) sources.set(target, [...(sources.get(target) ?? []), name]);
  }
  const good = new Set<string>();
  const waiting = [...targets.keys()].filter((name) => isGoodEnd(graph.States[name]));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (good.has(name)) continue;
    good.add(name);
    waiting.push(...(sources.get(name) ?? []));
  }
  return good;
}

function isGoodEnd(state: State | undefined): boolean {
  return state?.Type === 'Succeed' || (state !== undefined && 'End' in state && state.End === true);
}
