import type { Basis } from './basis.js';
import { breakEvenAtVolume, breakEvenSeconds } from './break-even.js';
import type { Charge } from './charge.js';
import {
  expressEstimate,
  standardEstimate,
  type ExpressEstimate,
  type MonthSoFar,
  type StandardEstimate,
  type Workload,
} from './estimate.js';
import { expressCells } from './express-usage.js';
import { orderProfile, spanText, type OrderProfile, type Sources } from './order-profile.js';
import { FREE_TRANSITIONS } from './price-table.js';
import type { PriceBook } from './prices.js';
import type { Question } from './question.js';
import { compare, exactText, larger, minus, ratio, shortText, ZERO, type Ratio } from './ratio.js';
import { assumeSurroundings } from './surroundings.js';
import { logCharges, surroundingCharges } from './whole-bill.js';
import { standardOnlyStates, type StandardOnly } from './workflow-definition.js';
import { Failure } from '../cli/failure.js';

/** The answer to a question about costs. */
export interface Cost {
  readonly book: PriceBook;
  readonly workload: Workload;
  readonly month: MonthSoFar;
  readonly profile: OrderProfile;
  /** Absent where nobody asked for it, or where no price is known. */
  readonly standard?: StandardEstimate;
  readonly express?: ExpressEstimate;
  /** Types that were asked for and have no known price here. */
  readonly unpriced: readonly ('standard' | 'express')[];
  /** By the first tier's price. */
  readonly breakEven?: Ratio;
  /** At the month's volume, milliseconds. */
  readonly breakEvenAtVolume?: number;
  readonly basis: readonly Basis[];
  /** States that no Express execution can have. */
  readonly standardOnly: readonly { readonly state: string; readonly reason: StandardOnly }[];
  readonly overBudget: readonly ('standard' | 'express')[];
}

const DEFAULT_EXECUTIONS = 1_000_000n;
const DEFAULT_CHILD_MS = 1_000n;
/** The Map over an order's lines. */
const LINES = 'ProcessLineItems';

/** @throws Failure (usage), also where only a type is asked for that has no price in the region */
export function costOf(question: Question, sources: Sources, book: PriceBook): Cost {
  const { prices, region } = book;
  const profile = orderProfile(question, sources);
  const executions = executionsOf(question, sources);
  const month: MonthSoFar = {
    gbSeconds: question.alreadyUsed,
    ...(question.freeTier ? { freeTransitions: larger(ZERO, minus(FREE_TRANSITIONS, question.freeTierUsed)) } : {}),
  };
  const workload: Workload = {
    executions: executions.value,
    order: profile.usage,
    childCells: expressCells(question.childMs ?? DEFAULT_CHILD_MS, profile.memoryMb),
    ...(question.nestedTransitions === undefined ? {} : { nestedTransitions: question.nestedTransitions }),
  };
  const { others, basis } = othersOf(question, profile, executions.value, region);
  const wants = (type: 'standard' | 'express'): boolean => question.types.includes(type);
  const standard = wants('standard') ? standardEstimate(workload, prices, month, others) : undefined;
  const express = wants('express') ? expressEstimate(workload, prices, month, others) : undefined;
  if (standard === undefined && express === undefined) {
    throw new Failure('usage', `no price of ${question.types.join(' and ')} workflows is known for region ${region}`, {
      suggestions: ['ask AWS with --prices live', '--type standard estimates the other type'],
    });
  }
  const breakEven = breakEvenSeconds(profile.usage.transitions, profile.memoryMb, prices);
  const atVolume = breakEvenAtVolume(workload, profile.memoryMb, prices, month);
  const isOver = (total: Ratio | undefined): boolean =>
    question.budget !== undefined && total !== undefined && compare(total, question.budget) > 0;
  return {
    book,
    workload,
    month,
    profile,
    ...(standard === undefined ? {} : { standard }),
    ...(express === undefined ? {} : { express }),
    unpriced: [
      ...(wants('standard') && standard === undefined ? (['standard'] as const) : []),
      ...(wants('express') && express === undefined ? (['express'] as const) : []),
    ],
    ...(breakEven === undefined ? {} : { breakEven }),
    ...(atVolume === undefined ? {} : { breakEvenAtVolume: atVolume }),
    basis: [
      executions.basis,
      { name: 'region', value: region, origin: sources.regionAssumed === true ? 'assumed' : 'given', flag: 'region' },
      ...profile.basis,
      ...monthBasis(question),
      ...childBasis(question, workload),
      ...basis,
    ],
    standardOnly: standardOnlyStates(sources.definition.machine),
    overBudget: [
      ...(isOver(standard?.total) ? (['standard'] as const) : []),
      ...(isOver(express?.total) ? (['express'] as const) : []),
    ],
  };
}

function executionsOf({ executions }: Question, { measured, billed }: Sources): { value: bigint; basis: Basis } {
  const found = (value: bigint, origin: Basis['origin']): { value: bigint; basis: Basis } => ({
    value,
    basis: { name: 'executions', value: String(value), origin, flag: 'executions' },
  });
  if (executions !== undefined) return found(executions, 'given');
  if (measured !== undefined) return found(BigInt(measured.count), 'measured');
  if (billed !== undefined) return found(BigInt(billed.count), 'billed');
  return found(DEFAULT_EXECUTIONS, 'assumed');
}

/** Lines that cost the same whatever type the workflow has. */
function othersOf(
  question: Question,
  profile: OrderProfile,
  executions: bigint,
  region: string,
): { others: readonly Charge[]; basis: readonly Basis[] } {
  if (question.whole) {
    const calls = {
      count: profile.usage.functionCalls,
      origin: profile.functionCalls,
      ...(profile.functionMs === undefined ? {} : { measuredMs: profile.functionMs }),
    };
    const { surroundings, basis } = assumeSurroundings(
      question.surroundings,
      calls,
      question.logBytes,
      question.rates.items(LINES),
    );
    return { others: surroundingCharges(executions, surroundings, region, question.freeTier), basis };
  }
  if (question.logBytes === undefined) return { others: [], basis: [] };
  return {
    others: logCharges(executions, question.logBytes, region),
    basis: [{ name: 'logs', value: `${shortText(question.logBytes, 3)}B`, origin: 'given', flag: 'logs' }],
  };
}

function monthBasis({ freeTier, freeTierUsed, alreadyUsed, types }: Question): Basis[] {
  const basis: Basis[] = [];
  if (types.includes('standard')) {
    const value = freeTier ? `taken off, ${exactText(freeTierUsed)} transitions used before` : 'left out';
    basis.push({ name: 'freeTier', value, origin: freeTier ? 'given' : 'assumed', flag: 'free-tier' });
  }
  if (types.includes('express') && alreadyUsed.n > 0n) {
    basis.push({ name: 'alreadyUsed', value: exactText(alreadyUsed), origin: 'given', flag: 'already-used' });
  }
  return basis;
}

function childBasis(question: Question, { order }: Workload): Basis[] {
  const basis: Basis[] = [];
  if (order.expressChildren.n > 0n) {
    const value = spanText(ratio(question.childMs ?? DEFAULT_CHILD_MS));
    basis.push({
      name: 'childDuration',
      value,
      origin: question.childMs === undefined ? 'assumed' : 'given',
      flag: 'child-duration',
    });
  }
  if (order.nested.n > 0n) {
    const { nestedTransitions } = question;
    const value = nestedTransitions === undefined ? 'left out' : String(nestedTransitions);
    basis.push({
      name: 'nested',
      value,
      origin: nestedTransitions === undefined ? 'assumed' : 'given',
      flag: 'nested',
    });
  }
  return basis;
}

/** What a change of the definition costs for so many orders. */
export interface Comparison {
  readonly orders: bigint;
  readonly before: ComparedDefinition;
  readonly after: ComparedDefinition;
}

export interface ComparedDefinition {
  readonly file?: string;
  /** An order. */
  readonly transitions: Ratio;
  readonly memoryMb: bigint;
  readonly standard?: Ratio;
  readonly express?: Ratio;
}

/** Both definitions under the same question, each from the start of a month, nothing given away and nothing around them. */
export function compareDefinitions(
  question: Question,
  before: Sources['definition'],
  after: Sources['definition'],
  book: PriceBook,
): Comparison {
  const orders = 1_000_000n;
  const priced = (definition: Sources['definition']): ComparedDefinition => {
    const cost = costOf(
      {
        ...question,
        executions: orders,
        transitions: undefined,
        freeTier: false,
        alreadyUsed: ratio(0),
        whole: false,
        logBytes: undefined,
        budget: undefined,
      },
      { definition },
      book,
    );
    return {
      ...(definition.file === undefined ? {} : { file: definition.file }),
      transitions: cost.profile.usage.transitions,
      memoryMb: cost.profile.memoryMb,
      ...(cost.standard === undefined ? {} : { standard: cost.standard.total }),
      ...(cost.express === undefined ? {} : { express: cost.express.total }),
    };
  };
  return { orders, before: priced(before), after: priced(after) };
}
