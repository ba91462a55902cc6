import { Failure } from '../cli/failure.js';
import { parseCount, parseShare } from './quantities.js';
import { ZERO, type Ratio } from './ratio.js';

/** What a definition leaves open, by the names of its states. */
export interface Rates {
  /** Items of a Map. */
  items(state: string): bigint;
  /** Share of a task's attempts that fail with an error it retries. */
  retry(state: string): Ratio;
  /** Share of the visits of a state that leave it by a way of failure. */
  failure(state: string): Ratio;
  /** Share of a Choice's visits that go on with `next`, where it was said. */
  share(state: string, next: string): Ratio | undefined;
  /** How often the way back of a loop is taken, in each graph of states; absent: loops are refused. */
  readonly loops?: number;
  /** Every state that was named, to hold against the definition. */
  readonly named: readonly { readonly flag: string; readonly state: string; readonly next?: string }[];
}

/** As they stand on the command line: "3" or "ProcessLineItems=3", "2%" or "ChargePayment=2%", "EvaluateChecks:BlamePayment=5%". */
export interface RateTexts {
  readonly items: readonly string[];
  readonly retryRate: readonly string[];
  readonly failureRate: readonly string[];
  readonly branch: readonly string[];
  readonly loops?: string | undefined;
}

export const DEFAULT_ITEMS = 3n;
const MOST_LOOPS = 10_000n;

/** @throws Failure (usage) */
export function parseRates(texts: RateTexts): Rates {
  const items = byState(texts.items, 'items', (text) => parseCount(text, 'items'));
  const retry = byState(texts.retryRate, 'retry-rate', (text) => parseShare(text, 'retry-rate'));
  const failure = byState(texts.failureRate, 'failure-rate', (text) => parseShare(text, 'failure-rate'));
  const shares = parseBranches(texts.branch);
  const loops = texts.loops === undefined ? undefined : parseCount(texts.loops, 'loops');
  if (loops !== undefined && loops > MOST_LOOPS) {
    throw new Failure('usage', `--loops ${texts.loops ?? ''} is more than ${MOST_LOOPS}`);
  }
  return {
    items: (state) => items.of(state) ?? DEFAULT_ITEMS,
    retry: (state) => retry.of(state) ?? ZERO,
    failure: (state) => failure.of(state) ?? ZERO,
    share: (state, next) => shares.get(state)?.get(next),
    ...(loops === undefined ? {} : { loops: Number(loops) }),
    named: [
      ...[items, retry, failure].flatMap(({ named }) => named),
      ...[...shares].flatMap(([state, ways]) => [...ways.keys()].map((next) => ({ flag: 'branch', state, next }))),
    ],
  };
}

/** A value for all states, and values for single ones. */
function byState<T>(
  texts: readonly string[],
  flag: string,
  parse: (text: string) => T,
): { of(state: string): T | undefined; named: Rates['named'] } {
  const single = new Map<string, T>();
  let all: T | undefined;
  for (const text of texts) {
    // Names of states may hold anything, values hold no equals sign.
    const at = text.lastIndexOf('=');
    if (at < 0) all = parse(text);
    else single.set(text.slice(0, at), parse(text.slice(at + 1)));
  }
  return { of: (state) => single.get(state) ?? all, named: [...single.keys()].map((state) => ({ flag, state })) };
}

function parseBranches(texts: readonly string[]): Map<string, Map<string, Ratio>> {
  const shares = new Map<string, Map<string, Ratio>>();
  for (const text of texts) {
    const [, state, next, share] = /^(.+?):(.+)=([^=]+)$/u.exec(text) ?? [];
    if (state === undefined || next === undefined || share === undefined) {
      throw new Failure('usage', `--branch ${JSON.stringify(text)} does not say how often a Choice takes a way`, {
        suggestions: ['write it like EvaluateChecks:BlamePayment=5%'],
      });
    }
    const ways = shares.get(state) ?? new Map<string, Ratio>();
    shares.set(state, ways.set(next, parseShare(share, 'branch')));
  }
  return shares;
}
