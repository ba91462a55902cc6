import type { Machine, Retrier, State } from './machine.js';

/** The most lines an order has: what the Map goes over. */
const ITEMS = 40;

/**
 * Seconds of the longest way through a definition: every task runs into its time-out on every try, each of its retriers is
 * used up (they count separately), every wait is as long as jitter can make it, every catch is taken, a Map's items run
 * MaxConcurrency at a time. Infinity for a task without a time-out and for ways that go round in circles.
 */
export function worstPath(machine: Machine): number {
  return from(machine, machine.StartAt, []);
}

function from(machine: Machine, name: string, behind: readonly string[]): number {
  if (behind.includes(name)) return Infinity;
  const state = machine.States[name];
  if (state === undefined) throw new Error(`no state is named ${name}`);
  const ahead = successors(state).map((next) => from(machine, next, [...behind, name]));
  return withRetries(once(state), state.Retry ?? []) + Math.max(0, ...ahead);
}

function successors(state: State): string[] {
  return [
    ...(state.Next === undefined ? [] : [state.Next]),
    ...(state.Catch ?? []).map((rule) => rule.Next),
    ...(state.Choices ?? []).map((rule) => rule.Next),
    ...(state.Default === undefined ? [] : [state.Default]),
  ];
}

function once(state: State): number {
  switch (state.Type) {
    case 'Task':
      return state.TimeoutSeconds ?? Infinity;
    case 'Wait':
      return state.Seconds ?? Infinity;
    case 'Map': {
      // None or nought: as many at once as there are items.
      const rounds = Math.ceil(ITEMS / (state.MaxConcurrency || ITEMS));
      return rounds * (state.ItemProcessor === undefined ? Infinity : worstPath(state.ItemProcessor));
    }
    case 'Parallel':
      return Math.max(...(state.Branches ?? []).map((branch) => worstPath(branch)));
    default:
      return 0;
  }
}

function withRetries(seconds: number, retriers: readonly Retrier[]): number {
  const tries = 1 + retriers.reduce((sum, retrier) => sum + (retrier.MaxAttempts ?? 3), 0);
  return tries * seconds + retriers.reduce((sum, retrier) => sum + longestWaits(retrier), 0);
}

/** Seconds that all retries of one retrier wait at most. Full jitter waits anything up to that. */
export function longestWaits(retrier: Retrier): number {
  const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds = Infinity } = retrier;
  return Array.from({ length: MaxAttempts }, (_, retry) =>
    Math.min(IntervalSeconds * BackoffRate ** retry, MaxDelaySeconds),
  ).reduce((sum, wait) => sum + wait, 0);
}
