import type { MapState, State, StateGraph } from '../definition/types.js';
import { Failure } from '../cli/failure.js';
import { compare, minus, ONE, over, plus, ratio, rounded, times, ZERO, type Ratio } from './ratio.js';
import type { Rates } from './rates.js';
import { orderGraph, type Way } from './ways.js';

/**
 * `least`     the shortest way to an end, no retry
 * `expected`  ways and retries as often as the rates say
 * `worst`     the longest way, every retry used up
 */
export type PathKind = 'least' | 'expected' | 'worst';

/** What one way through a definition uses, an execution. */
export interface PathUsage {
  readonly transitions: Ratio;
  readonly functionCalls: Ratio;
  readonly nested: Ratio;
  readonly childTransitions: Ratio;
  readonly expressChildren: Ratio;
}

const NOTHING: PathUsage = {
  transitions: ZERO,
  functionCalls: ZERO,
  nested: ZERO,
  childTransitions: ZERO,
  expressChildren: ZERO,
};

/** Shares of shares grow long denominators; what lies beyond these decimals changes no bill. */
const KEPT_DECIMALS = 18;

/**
 * Adds up the states of a way through a graph.
 *
 * Each state is worth its own usage and that of what follows it. A graph with loops is unrolled: `rounds` ways back are
 * left to take, and every way back takes one, so that all values follow from ones that are known.
 *
 *     value(state, rounds) = own + choose( value(next, rounds) ..., value(back, rounds - 1) ... )
 *
 * @throws Failure (usage) for a loop while nobody says how often it is taken, and where no end is reached
 */
export function pathUsage(graph: StateGraph, kind: PathKind, rates: Rates): PathUsage {
  const { order, ways } = orderGraph(graph);
  const looping = order.find((name) => ways.get(name)?.some(({ back }) => back));
  if (looping !== undefined && rates.loops === undefined) {
    throw new Failure('usage', `the definition has a loop, which goes back from state ${looping}`, {
      suggestions: ['say how often it is taken, e.g. --loops 10'],
    });
  }
  const own = new Map(order.map((name) => [name, ownUsage(name, graph.States[name], kind, rates)]));
  let previous = new Map<string, PathUsage>();
  for (let rounds = 0; rounds <= (looping === undefined ? 0 : (rates.loops ?? 0)); rounds += 1) {
    const values = new Map<string, PathUsage>();
    for (const name of order) {
      const onward = ways.get(name) ?? [];
      const known = onward.flatMap((way): Known[] => {
        const value = (way.back ? previous : values).get(way.target);
        return value === undefined ? [] : [{ way, value }];
      });
      const state = graph.States[name];
      if (state !== undefined && 'End' in state && state.End === true) known.push(END);
      // Without a way on it has to be an end; a loop that nothing leads out of has none.
      if (onward.length > 0 && known.length === 0) continue;
      const rest = known.length === 0 ? NOTHING : chosen(name, known, kind, rates);
      values.set(name, sum([own.get(name) ?? NOTHING, rest]));
    }
    previous = values;
  }
  const usage = previous.get(graph.StartAt);
  if (usage !== undefined) return usage;
  throw new Failure(
    'usage',
    `no way through the definition ends: it goes round from state ${looping ?? graph.StartAt}`,
  );
}

interface Known {
  readonly way: Way;
  readonly value: PathUsage;
}

/** What a state with `"End": true` does unless it catches something. */
const END: Known = { way: { target: '', caught: false, back: false, doomed: false }, value: NOTHING };

function chosen(name: string, known: readonly Known[], kind: PathKind, rates: Rates): PathUsage {
  if (kind === 'expected') {
    return sum(weights(name, known, rates).map((weight, index) => scaled(known[index]?.value ?? NOTHING, weight)));
  }
  const sign = kind === 'least' ? -1 : 1;
  return known
    .map(({ value }) => value)
    .reduce((best, next) => (sign * compare(next.transitions, best.transitions) > 0 ? next : best));
}

/**
 * How often each way is taken. What was said of a way counts; the rest goes
 *
 *     of a Choice   the failure rate to ways that can only end in a Fail state, everything else to the others; round a
 *                   loop as long as there are rounds left
 *     of a task     the failure rate to its Catches, everything else on
 *
 * in equal parts where there are several.
 */
function weights(name: string, known: readonly Known[], rates: Rates): Ratio[] {
  const said = known.map(({ way }) => rates.share(name, way.target));
  const left = minus(ONE, plus(...said.map((share) => share ?? ZERO)));
  const open = known.filter((_, index) => said[index] === undefined);
  if (compare(left, ZERO) < 0) throw new Failure('usage', `the shares of state ${name} are more than 100%`);
  // A way that is closed (its loop is used up) leaves its share to the others.
  if (open.length === 0) {
    const all = minus(ONE, left);
    return all.n === 0n ? known.map(() => ratio(1, known.length)) : said.map((share) => over(share ?? ZERO, all));
  }
  const isFailing = ({ way }: Known): boolean => way.caught || way.doomed;
  const rounds = open.filter((one) => one.way.back && !isFailing(one));
  const failing = open.filter(isFailing);
  const going = rounds.length > 0 ? rounds : open.filter((one) => !isFailing(one));
  const failure = failing.length === 0 ? ZERO : going.length === 0 ? ONE : rates.failure(name);
  return known.map((one, index) => {
    const share = said[index];
    if (share !== undefined) return share;
    const part = failing.includes(one)
      ? over(failure, ratio(failing.length))
      : going.includes(one)
        ? over(minus(ONE, failure), ratio(going.length))
        : ZERO;
    return times(left, part);
  });
}

/** Of the state itself and all it holds. */
function ownUsage(name: string, state: State | undefined, kind: PathKind, rates: Rates): PathUsage {
  if (state === undefined) return NOTHING;
  const attempts = attemptsOf(name, state, kind, rates);
  const visited: PathUsage = { ...NOTHING, transitions: attempts };
  switch (state.Type) {
    case 'Task':
      return {
        ...visited,
        functionCalls: isFunction(state.Resource) ? attempts : ZERO,
        nested: isExecution(state.Resource) ? attempts : ZERO,
      };
    case 'Parallel':
      return sum([visited, ...state.Branches.map((branch) => scaled(pathUsage(branch, kind, rates), attempts))]);
    case 'Map':
      return sum([visited, scaled(itemsUsage(name, state, kind, rates), attempts)]);
    default:
      return visited;
  }
}

function itemsUsage(name: string, state: MapState, kind: PathKind, rates: Rates): PathUsage {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) return NOTHING;
  const inner = pathUsage(processor, kind, rates);
  const items = rates.items(name);
  if (processor.ProcessorConfig?.Mode !== 'DISTRIBUTED') return scaled(inner, ratio(items));
  const size = state.ItemBatcher?.MaxItemsPerBatch;
  const batch = typeof size === 'number' && size >= 1 ? BigInt(Math.floor(size)) : 1n;
  const children = ratio((items + batch - 1n) / batch);
  const all = scaled(inner, children);
  // Every child is an execution of its own: a Standard one pays its transitions, an Express one its request and time.
  return processor.ProcessorConfig.ExecutionType === 'EXPRESS'
    ? { ...all, transitions: ZERO, expressChildren: plus(all.expressChildren, children) }
    : { ...all, transitions: ZERO, childTransitions: plus(all.childTransitions, all.transitions) };
}

/** One, and the retries: r + r^2 + ... of a task that fails with rate r, as many as its retriers allow at worst. */
function attemptsOf(name: string, state: State, kind: PathKind, rates: Rates): Ratio {
  if (!('Retry' in state)) return ONE;
  // Each retrier counts for itself (States Language, "Retrying after error").
  const most = (state.Retry ?? []).reduce((all, { MaxAttempts = 3 }) => all + MaxAttempts, 0);
  if (kind === 'worst') return ratio(1 + most);
  const rate = kind === 'expected' && state.Type === 'Task' ? rates.retry(name) : ZERO;
  if (rate.n === 0n || most === 0) return ONE;
  if (rate.n === rate.d) return ratio(1 + most);
  const power = Array.from({ length: Math.min(most, 1_000) }).reduce<Ratio>((p) => kept(times(p, rate)), rate);
  return kept(over(minus(ONE, power), minus(ONE, rate)));
}

function isFunction(resource: string): boolean {
  return /^arn:[^:]*:(?:states:[^:]*:[^:]*:(?:aws-sdk:)?lambda:invoke|lambda:)/u.test(resource);
}

function isExecution(resource: string): boolean {
  return /^arn:[^:]*:states:[^:]*:[^:]*:(?:aws-sdk:sfn:)?(?:states:)?start(?:Sync)?Execution/u.test(resource);
}

function sum(usages: readonly PathUsage[]): PathUsage {
  const total = (of: (usage: PathUsage) => Ratio): Ratio => kept(plus(...usages.map(of)));
  return each(total);
}

function scaled(usage: PathUsage, factor: Ratio): PathUsage {
  return each((of) => kept(times(of(usage), factor)));
}

function each(make: (of: (usage: PathUsage) => Ratio) => Ratio): PathUsage {
  return {
    transitions: make((usage) => usage.transitions),
    functionCalls: make((usage) => usage.functionCalls),
    nested: make((usage) => usage.nested),
    childTransitions: make((usage) => usage.childTransitions),
    expressChildren: make((usage) => usage.expressChildren),
  };
}

function kept(value: Ratio): Ratio {
  return value.d === 1n ? value : rounded(value, KEPT_DECIMALS);
}
