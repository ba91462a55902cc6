import { transitions } from '../check-transitions.js';
import { walk } from './walk.js';
import type { Retrier, State, StateGraph } from '../types.js';

export interface Way {
  readonly seconds: number;
  /** Names of the states on it, those outside of branches and items. */
  readonly states: readonly string[];
}

/**
 * The longest way through a graph, in seconds that the definition itself tells: tasks that run into their time-outs at every
 * try, retriers used up (each has a count of its own), waits. States without such a number count as nothing, a Map as one
 * round of its items. `undefined` where the ways go round in circles: then there is no longest.
 */
export function longestWay(graph: StateGraph): Way | undefined {
  const { order, repeated } = walk(graph);
  if (repeated.size > 0) return undefined;
  const longest = new Map<string, { readonly seconds: number; readonly next: string | undefined }>();
  for (const name of [...order].reverse()) {
    const state = graph.States[name];
    const own = state === undefined ? 0 : ownSeconds(state);
    if (state === undefined || own === undefined) return undefined;
    let next: string | undefined;
    for (const { target } of transitions(state)) {
      const way = longest.get(target)?.seconds;
      if (way !== undefined && (next === undefined || way > (longest.get(next)?.seconds ?? 0))) next = target;
    }
    longest.set(name, { seconds: own + (next === undefined ? 0 : (longest.get(next)?.seconds ?? 0)), next });
  }
  const states: string[] = [];
  for (let name: string | undefined = graph.StartAt; name !== undefined; name = longest.get(name)?.next)
    states.push(name);
  return { seconds: longest.get(graph.StartAt)?.seconds ?? 0, states };
}

function ownSeconds(state: State): number | undefined {
  switch (state.Type) {
    case 'Task':
      return withRetries(typeof state.TimeoutSeconds === 'number' ? state.TimeoutSeconds : 0, state.Retry);
    case 'Wait':
      return typeof state.Seconds === 'number' ? state.Seconds : 0;
    case 'Parallel': {
      const branches = state.Branches.map((branch) => longestWay(branch)?.seconds);
      return branches.includes(undefined)
        ? undefined
        : withRetries(Math.max(0, ...branches.map((seconds) => seconds ?? 0)), state.Retry);
    }
    case 'Map': {
      const processor = state.ItemProcessor ?? state.Iterator;
      const round = processor === undefined ? 0 : longestWay(processor)?.seconds;
      return round === undefined ? undefined : withRetries(round, state.Retry);
    }
    case 'Pass':
    case 'Choice':
    case 'Succeed':
    case 'Fail':
      return 0;
  }
}

function withRetries(seconds: number, retriers: readonly Retrier[] = []): number {
  const tries = 1 + retriers.reduce((sum, { MaxAttempts = 3 }) => sum + MaxAttempts, 0);
  return tries * seconds + retriers.reduce((sum, retrier) => sum + longestWaits(retrier), 0);
}

/** What all retries of one retrier wait, without jitter, which only shortens. */
function longestWaits(retrier: Retrier): number {
  const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds = Infinity } = retrier;
  let sum = 0;
  let wait = IntervalSeconds;
  for (let retry = 0; retry < MaxAttempts; retry += 1) {
    // From here on all are alike; somebody may have asked for a million of them.
    if (wait >= MaxDelaySeconds || BackoffRate === 1)
      return sum + (MaxAttempts - retry) * Math.min(wait, MaxDelaySeconds);
    sum += wait;
    if (sum > Number.MAX_SAFE_INTEGER) return sum;
    wait *= BackoffRate;
  }
  return sum;
}
