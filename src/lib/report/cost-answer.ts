import type { Charge, Item } from '../pricing/charge.js';
import type { Comparison, ComparedDefinition, Cost } from '../pricing/cost.js';
import { shareFor, type Estimate } from '../pricing/estimate.js';
import type { Measured } from '../pricing/measure-orders.js';
import type { Tier } from '../pricing/prices.js';
import type { Question } from '../pricing/question.js';
import { exactText, fixedText, minus, shortText, toNumber, type Ratio } from '../pricing/ratio.js';
import { noteText } from './cost-words.js';

/** Money is a decimal text in US dollars: exact in `total` and `amount`, in cents in `rounded`. Quantities are numbers. */
export interface CostAnswer {
  readonly region: string;
  readonly currency: 'USD';
  /** Orders a month. */
  readonly executions: number;
  readonly prices: PricesAnswer;
  readonly standard?: EstimateAnswer & { readonly transitions: number };
  readonly express?: EstimateAnswer & { readonly gbSeconds: number };
  /** By the first tier's price, to a millisecond; above 300 Express is cheaper for as long as it can run. */
  readonly breakEvenSeconds?: number;
  /** At this volume with its tiers; 300 also where it would go on. */
  readonly breakEvenSecondsAtVolume?: number;
  readonly usage: UsageAnswer;
  readonly assumptions: readonly AssumptionAnswer[];
  readonly warnings: readonly string[];
  readonly budget?: { readonly limit: string; readonly over: readonly string[] };
  readonly compare?: ComparisonAnswer;
}

interface PricesAnswer {
  readonly source: 'live' | 'cached' | 'embedded';
  readonly date: string;
  readonly transition?: string;
  readonly request?: string;
  readonly gbSecond?: readonly { readonly from: number; readonly to?: number; readonly price: string }[];
  readonly notes: readonly string[];
}

interface EstimateAnswer {
  readonly total: string;
  readonly rounded: string;
  /** The month's total divided by its orders, to twelve decimals; absent for a month without orders. */
  readonly perOrder?: string;
  readonly per1000?: string;
  readonly lines: readonly LineAnswer[];
}

interface LineAnswer {
  readonly item: Item;
  readonly quantity: number;
  readonly price: string;
  readonly amount: string;
  readonly rounded: string;
  /** Of the usage, what the free tier covers. */
  readonly free?: number;
  readonly tier?: { readonly from: number; readonly to?: number };
}

interface UsageAnswer {
  /** An order. */
  readonly transitions: number;
  readonly paths?: { readonly least: number; readonly expected: number; readonly worst: number };
  /** Milliseconds, on average. */
  readonly duration: number;
  readonly memoryMb: number;
  /** Executions that were counted. */
  readonly measured?: {
    readonly executions: number;
    readonly transitions: number;
    readonly redrives: number;
    readonly running: number;
    readonly longerThanExpress: number;
    readonly incomplete: number;
    readonly more: boolean;
  };
}

interface AssumptionAnswer {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  readonly flag: string;
}

interface ComparisonAnswer {
  readonly orders: number;
  readonly before: ComparedAnswer;
  readonly after: ComparedAnswer;
  readonly difference: { readonly standard?: string; readonly express?: string };
}

interface ComparedAnswer {
  readonly definition: string;
  readonly transitions: number;
  readonly memoryMb: number;
  readonly standard?: string;
  readonly express?: string;
}

export interface CostExtras {
  readonly measured?: Measured | undefined;
  readonly comparison?: Comparison | undefined;
  readonly warnings: readonly string[];
}

export function costAnswer(cost: Cost, question: Question, extras: CostExtras): CostAnswer {
  const { book, workload, profile, standard, express } = cost;
  const { executions } = workload;
  const { measured, comparison, warnings } = extras;
  return {
    region: book.region,
    currency: 'USD',
    executions: Number(executions),
    prices: pricesAnswer(cost),
    ...(standard === undefined
      ? {}
      : { standard: { transitions: toNumber(standard.transitions), ...estimateAnswer(standard, executions) } }),
    ...(express === undefined
      ? {}
      : { express: { gbSeconds: toNumber(express.gbSeconds), ...estimateAnswer(express, executions) } }),
    ...(cost.breakEven === undefined ? {} : { breakEvenSeconds: Number(shortText(cost.breakEven, 3)) }),
    ...(cost.breakEvenAtVolume === undefined ? {} : { breakEvenSecondsAtVolume: cost.breakEvenAtVolume / 1_000 }),
    usage: {
      transitions: Number(shortText(profile.usage.transitions, 6)),
      ...(profile.paths === undefined
        ? {}
        : {
            paths: {
              least: Number(shortText(profile.paths.least, 6)),
              expected: Number(shortText(profile.paths.expected, 6)),
              worst: Number(shortText(profile.paths.worst, 6)),
            },
          }),
      duration: Number(shortText(profile.duration, 3)),
      memoryMb: Number(profile.memoryMb),
      ...(measured === undefined ? {} : { measured: measuredAnswer(measured) }),
    },
    assumptions: cost.basis.map(({ name, value, origin, flag }) => ({
      name,
      value,
      source: origin,
      flag: `--${flag}`,
    })),
    warnings,
    ...(question.budget === undefined ? {} : { budget: { limit: exactText(question.budget), over: cost.overBudget } }),
    ...(comparison === undefined ? {} : { compare: comparisonAnswer(comparison) }),
  };
}

function pricesAnswer({ book }: Cost): PricesAnswer {
  const { source, date, prices, notes, region } = book;
  return {
    source,
    date,
    ...(prices.transition === undefined ? {} : { transition: exactText(prices.transition) }),
    ...(prices.express === undefined
      ? {}
      : { request: exactText(prices.express.request), gbSecond: prices.express.gbSecond.map(tierAnswer) }),
    notes: notes.map((note) => noteText(note, region)),
  };
}

function tierAnswer({ from, to, price }: Tier): { from: number; to?: number; price: string } {
  return { from: toNumber(from), ...(to === undefined ? {} : { to: toNumber(to) }), price: exactText(price) };
}

function estimateAnswer({ total, charges }: Estimate, executions: bigint): EstimateAnswer {
  const perOrder = shareFor(total, 1n, executions);
  const per1000 = shareFor(total, 1_000n, executions);
  return {
    total: exactText(total),
    rounded: fixedText(total, 2),
    ...(perOrder === undefined ? {} : { perOrder: shortText(perOrder, 12) }),
    ...(per1000 === undefined ? {} : { per1000: shortText(per1000, 12) }),
    lines: charges.map(lineAnswer),
  };
}

function lineAnswer({ item, quantity, price, amount, free, tier }: Charge): LineAnswer {
  return {
    item,
    quantity: toNumber(quantity),
    price: exactText(price),
    amount: exactText(amount),
    rounded: fixedText(amount, 2),
    ...(free === undefined ? {} : { free: toNumber(free) }),
    ...(tier === undefined
      ? {}
      : { tier: { from: toNumber(tier.from), ...(tier.to === undefined ? {} : { to: toNumber(tier.to) }) } }),
  };
}

function measuredAnswer(measured: Measured): NonNullable<UsageAnswer['measured']> {
  const { count, transitions, redrives, running, tooLong, incomplete, more } = measured;
  return { executions: count, transitions, redrives, running, longerThanExpress: tooLong, incomplete, more };
}

function comparisonAnswer({ orders, before, after }: Comparison): ComparisonAnswer {
  const one = ({ file, transitions, memoryMb, standard, express }: ComparedDefinition): ComparedAnswer => ({
    definition: file ?? 'shipped',
    transitions: Number(shortText(transitions, 6)),
    memoryMb: Number(memoryMb),
    ...(standard === undefined ? {} : { standard: exactText(standard) }),
    ...(express === undefined ? {} : { express: exactText(express) }),
  });
  const difference = (from: Ratio | undefined, to: Ratio | undefined): string | undefined =>
    from === undefined || to === undefined ? undefined : exactText(minus(to, from));
  const standard = difference(before.standard, after.standard);
  const express = difference(before.express, after.express);
  return {
    orders: Number(orders),
    before: one(before),
    after: one(after),
    difference: { ...(standard === undefined ? {} : { standard }), ...(express === undefined ? {} : { express }) },
  };
}
