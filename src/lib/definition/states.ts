import type { QueryLanguage, State, StateGraph, StateMachine } from './types.js';

export interface PlacedState {
  readonly name: string;
  readonly state: State;
  /** `/States/Check/Branches[0]/States/Reserve` */
  readonly location: string;
  /** The graph the state's transitions stay in. */
  readonly graph: StateGraph;
  /** The states around this one, outermost first. */
  readonly within: readonly PlacedState[];
  /** The state's own, else the machine's, else JSONPath. */
  readonly queryLanguage: QueryLanguage;
}

export interface PlacedGraph {
  readonly graph: StateGraph;
  /** Empty for the machine itself. */
  readonly location: string;
  readonly within: readonly PlacedState[];
  readonly queryLanguage: QueryLanguage;
}

/** Every state of the machine in the order of the text, a Parallel or Map before what it holds. */
export function* states(machine: StateMachine): Generator<PlacedState> {
  for (const placed of graphs(machine)) yield* statesOf(placed);
}

/** The machine, then every branch and processor, outer before inner. */
export function* graphs(machine: StateMachine): Generator<PlacedGraph> {
  const waiting: PlacedGraph[] = [
    { graph: machine, location: '', within: [], queryLanguage: machine.QueryLanguage ?? 'JSONPath' },
  ];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next;
    const inner: PlacedGraph[] = [];
    for (const placed of statesOf(next)) {
      for (const [location, graph] of graphsIn(placed)) {
        inner.push({
          graph,
          location,
          within: [...placed.within, placed],
          // A Parallel's or Map's own choice does not reach what it holds.
          queryLanguage: machine.QueryLanguage ?? 'JSONPath',
        });
      }
    }
    waiting.push(...inner.reverse());
  }
}

function* statesOf({ graph, location, within, queryLanguage }: PlacedGraph): Generator<PlacedState> {
  for (const [name, state] of Object.entries(graph.States)) {
    yield {
      name,
      state,
      location: `${location}/States/${name}`,
      graph,
      within,
      queryLanguage: state.QueryLanguage ?? queryLanguage,
    };
  }
}

function graphsIn({ state, location }: PlacedState): [string, StateGraph][] {
  if (state.Type === 'Parallel') {
    return state.Branches.map((branch, position) => [`${location}/Branches[${position}]`, branch]);
  }
  if (state.Type !== 'Map') return [];
  if (state.ItemProcessor) return [[`${location}/ItemProcessor`, state.ItemProcessor]];
  return state.Iterator ? [[`${location}/Iterator`, state.Iterator]] : [];
}
