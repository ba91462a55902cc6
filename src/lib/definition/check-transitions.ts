import type { Findings } from './findings.js';
import type { PlacedGraph } from './states.js';
import type { State } from './types.js';

/** Every target exists in the same graph, and every state can be reached from StartAt. */
export function checkTransitions({ graph, location }: PlacedGraph, findings: Findings): void {
  const exists = (name: string) => Object.hasOwn(graph.States, name);
  if (!exists(graph.StartAt)) missing('StartAt', graph.StartAt, `${location}/StartAt`, findings);
  for (const [name, state] of Object.entries(graph.States)) {
    for (const { field, place, target } of transitions(state)) {
      if (!exists(target)) missing(field, target, `${location}/States/${name}/${place}`, findings);
    }
  }
  const reached = new Set<string>();
  const waiting = [graph.StartAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name) || !exists(name)) continue;
    reached.add(name);
    waiting.push(...[...transitions(graph.States[name]!)].map(({ target }) => target));
  }
  for (const name of Object.keys(graph.States)) {
    if (!reached.has(name)) {
      findings.error('MISSING_TRANSITION_TARGET', `State "${name}" is not reachable.`, `${location}/States/${name}`);
    }
  }
}

export interface Transition {
  readonly field: 'Next' | 'Default';
  /** Where in the state: `Next`, `Catch[0]/Next`, `Choices[1]/Next`. */
  readonly place: string;
  readonly target: string;
}

/** Where a state can lead to, in the order of the text: the way on, then what it catches. */
export function* transitions(state: State): Generator<Transition> {
  if ('Next' in state && typeof state.Next === 'string') yield { field: 'Next', place: 'Next', target: state.Next };
  if (state.Type === 'Choice') {
    for (const [position, { Next: target }] of state.Choices.entries()) {
      if (typeof target === 'string') yield { field: 'Next', place: `Choices[${position}]/Next`, target };
    }
    if (state.Default !== undefined) yield { field: 'Default', place: 'Default', target: state.Default };
  }
  if ('Catch' in state) {
    for (const [position, { Next: target }] of (state.Catch ?? []).entries()) {
      if (typeof target === 'string') yield { field: 'Next', place: `Catch[${position}]/Next`, target };
    }
  }
}

function missing(field: string, target: string, location: string, findings: Findings): void {
  findings.error('MISSING_TRANSITION_TARGET', `Missing '${field}' target: ${target}`, location);
}
