export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
}

export interface Catcher {
  ErrorEquals: string[];
  ResultPath?: string | null;
  Next: string;
}

/** Parameters, ResultSelector, ItemSelector: names that end in `.$` hold paths. */
export interface Template {
  [name: string]: unknown;
}

/** A state as plain JSON, to be read by the rules and broken by their tests. */
export interface State {
  Type: string;
  Resource?: string;
  InputPath?: string | null;
  OutputPath?: string | null;
  Parameters?: Template;
  ResultSelector?: Template;
  ResultPath?: string | null;
  ItemsPath?: string;
  ItemSelector?: Template;
  ItemProcessor?: Machine;
  MaxConcurrency?: number;
  Branches?: Machine[];
  Choices?: { Next: string }[];
  Default?: string;
  Seconds?: number;
  TimeoutSeconds?: number;
  HeartbeatSeconds?: number;
  ErrorPath?: string;
  CausePath?: string;
  Retry?: Retrier[];
  Catch?: Catcher[];
  Next?: string;
  End?: boolean;
}

export interface Machine {
  StartAt: string;
  TimeoutSeconds?: number;
  States: Record<string, State>;
}

/** All states, those inside of Map and Parallel too. */
export function statesOf(machine: Machine): [string, State][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
    ...(state.Branches ?? []).flatMap(statesOf),
  ]);
}

/** The states of a given name's surroundings, outermost first, the state itself last. @throws Error when there is none. */
export function placeOf(machine: Machine, name: string): State[] {
  const own = machine.States[name];
  if (own !== undefined) return [own];
  for (const state of Object.values(machine.States)) {
    for (const inner of [
      ...(state.Branches ?? []),
      ...(state.ItemProcessor === undefined ? [] : [state.ItemProcessor]),
    ]) {
      if (statesOf(inner).some(([inside]) => inside === name)) return [state, ...placeOf(inner, name)];
    }
  }
  throw new Error(`no state is named ${name}`);
}

export function stateNamed(machine: Machine, name: string): State {
  const state = placeOf(machine, name).at(-1);
  if (state === undefined) throw new Error(`no state is named ${name}`);
  return state;
}

export function isFunctionCall({ Type, Resource }: State): boolean {
  return Type === 'Task' && /^arn:[^:]+:(states:::lambda:invoke|lambda:)/.test(Resource ?? '');
}

/** The function that a state calls; undefined when it calls none. */
export function functionOf(state: State): string | undefined {
  if (!isFunctionCall(state)) return undefined;
  const { FunctionName: name } = state.Parameters ?? {};
  const arn = (typeof name === 'string' ? name : (state.Resource ?? '')).split(':');
  return arn[arn.indexOf('function') + 1];
}
