interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly ResultSelector?: Readonly<Record<string, string>>;
  readonly ResultPath?: string | null;
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
  readonly MaxConcurrency?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly ResultPath?: string;
    readonly Next: string;
  }[];
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Default?: string;
  readonly Next?: string;
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
}

interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends Machine {
  readonly TimeoutSeconds?: number;
}

/** The most lines an order has. */
const LINES = 40;

export function orderTimeout(definition: Definition): number {
  return definition.TimeoutSeconds ?? Infinity;
}

/**
 * Seconds of the longest way through a definition without loops: every task runs into its timeout on every try, each of
 * its retriers is used up (they count separately), every wait is as long as it can be, every catch is taken.
 */
export function worstPath(machine: Machine): number {
  return from(machine, machine.StartAt);
}

function from(machine: Machine, name: string): number {
  const state = machine.States[name];
  if (state === undefined) throw new Error(`no state is named ${name}`);
  const next = [
    ...(state.Next === undefined ? [] : [state.Next]),
    ...(state.Catch ?? []).map((rule) => rule.Next),
    ...(state.Choices ?? []).map((rule) => rule.Next),
    ...(state.Default === undefined ? [] : [state.Default]),
  ];
  return own(state) + Math.max(0, ...next.map((successor) => from(machine, successor)));
}

function own(state: State): number {
  switch (state.Type) {
    case 'Task': {
      const retriers = state.Retry ?? [];
      const tries = 1 + retriers.reduce((sum, retrier) => sum + (retrier.MaxAttempts ?? 3), 0);
      return tries * (state.TimeoutSeconds ?? Infinity) + retriers.reduce((sum, retrier) => sum + waits(retrier), 0);
    }
    case 'Map': {
      const rounds = Math.ceil(LINES / (state.MaxConcurrency ?? LINES));
      return rounds * (state.ItemProcessor === undefined ? 0 : worstPath(state.ItemProcessor));
    }
    case 'Parallel':
      return Math.max(...(state.Branches ?? []).map((branch) => worstPath(branch)));
    default:
      return 0;
  }
}

function waits({ IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds = Infinity }: Retrier): number {
  return Array.from({ length: MaxAttempts }, (_, retry) =>
    Math.min(IntervalSeconds * BackoffRate ** retry, MaxDelaySeconds),
  ).reduce((sum, wait) => sum + wait, 0);
}
