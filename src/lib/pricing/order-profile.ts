import { Failure } from '../cli/failure.js';
import type { Basis, Origin } from './basis.js';
import { expressMemory, memoryParts } from './express-memory.js';
import { billedMemory, expressCells } from './express-usage.js';
import type { Measured } from './measure-orders.js';
import { averageUsage } from './measured-orders.js';
import { pathUsage, type PathKind, type PathUsage } from './path-usage.js';
import type { Question } from './question.js';
import { ONE, over, plus, ratio, shortText, type Ratio } from './ratio.js';
import { cellsPerOrder, type BilledExecutions } from './sync-results.js';
import { NO_USAGE, type OrderUsage } from './usage.js';
import type { WorkflowDefinition } from './workflow-definition.js';

/** What is known about orders beside the question. */
export interface Sources {
  readonly definition: WorkflowDefinition;
  readonly measured?: Measured | undefined;
  readonly billed?: BilledExecutions | undefined;
  /** Nobody named the region. */
  readonly regionAssumed?: boolean;
}

/** One order, and how it is known. */
export interface OrderProfile {
  readonly usage: OrderUsage;
  /** State transitions of an order by the definition; absent where it was not asked. */
  readonly paths?: Readonly<Record<PathKind, Ratio>>;
  /** As billed: a multiple of 64. */
  readonly memoryMb: bigint;
  /** Milliseconds, an average where it was measured. */
  readonly duration: Ratio;
  /** Calls of functions by the definition or the executions. */
  readonly functionCalls: Origin;
  /** Of one call, milliseconds, from asking to answer. */
  readonly functionMs?: Ratio;
  readonly basis: readonly Basis[];
}

const DEFAULT_MS = 2_000n;
const DEFAULT_PAYLOAD = 4_000;

/** By flags first, then by executions, then by the definition, then by defaults. @throws Failure (usage) */
export function orderProfile(question: Question, sources: Sources): OrderProfile {
  const { measured } = sources;
  const memory = memoryOf(question, sources);
  const duration = durationOf(question, sources);
  const counted = measured === undefined ? undefined : averageUsage(measured, memory.mb);
  // A definition with loops can be priced by numbers alone.
  const asked = counted === undefined && (question.transitions === undefined || question.whole);
  const paths = asked ? pathsOf(sources.definition, question) : undefined;
  const own = question.transitions === undefined ? undefined : ratio(question.transitions);
  const entered = own ?? counted?.transitions ?? paths?.expected.transitions ?? ratio(0);
  const usage: OrderUsage = {
    ...NO_USAGE,
    ...(counted ?? paths?.expected),
    transitions: question.countStart ? plus(entered, ONE) : entered,
    cells: cellsOf(question, sources, memory.mb),
  };
  const from: Origin = own !== undefined ? 'given' : measured !== undefined ? 'measured' : 'definition';
  const basis: Basis[] = [
    { name: 'transitions', value: shortText(entered, 6), origin: from, flag: 'transitions' },
    ...(paths === undefined || own !== undefined || !hasMap(sources.definition) ? [] : [itemsBasis(question)]),
    {
      name: 'countStart',
      value: question.countStart ? 'counted' : 'not counted',
      origin: question.countStart ? 'given' : 'assumed',
      flag: 'count-start',
    },
    ...(question.types.includes('express') ? [duration.basis, ...memory.basis] : []),
  ];
  const calls = measured?.functionCalls ?? 0;
  return {
    usage,
    ...(paths === undefined || own !== undefined
      ? {}
      : {
          paths: {
            least: paths.least.transitions,
            expected: paths.expected.transitions,
            worst: paths.worst.transitions,
          },
        }),
    memoryMb: memory.mb,
    duration: duration.value,
    functionCalls: measured === undefined ? 'definition' : 'measured',
    ...(measured !== undefined && calls > 0 ? { functionMs: ratio(Math.round(measured.functionMs), calls) } : {}),
    basis,
  };
}

function pathsOf({ machine }: WorkflowDefinition, { rates }: Question): Record<PathKind, PathUsage> {
  return {
    least: pathUsage(machine, 'least', rates),
    expected: pathUsage(machine, 'expected', rates),
    worst: pathUsage(machine, 'worst', rates),
  };
}

function itemsBasis({ itemsGiven, rates }: Question): Basis {
  return { name: 'items', value: String(rates.items('')), origin: itemsGiven ? 'given' : 'assumed', flag: 'items' };
}

function hasMap({ text }: WorkflowDefinition): boolean {
  return /"Type"\s*:\s*"Map"/u.test(text);
}

function durationOf({ durationMs }: Question, { measured, billed }: Sources): { value: Ratio; basis: Basis } {
  const found = (value: Ratio, origin: Origin): { value: Ratio; basis: Basis } => ({
    value,
    basis: { name: 'duration', value: spanText(value), origin, flag: 'duration' },
  });
  if (durationMs !== undefined) return found(ratio(durationMs), 'given');
  if (billed !== undefined) return found(ratio(billed.durationMs, billed.count), 'billed');
  if (measured !== undefined) return found(ratio(Math.round(measured.duration), measured.count), 'measured');
  return found(ratio(DEFAULT_MS), 'assumed');
}

/** "2s" for whole seconds, else "1234ms". */
export function spanText(milliseconds: Ratio): string {
  const seconds = over(milliseconds, ratio(1_000));
  return seconds.d === 1n ? `${seconds.n}s` : `${shortText(milliseconds, 1)}ms`;
}

function memoryOf(
  { memoryMb, payloadBytes }: Question,
  { definition, measured, billed }: Sources,
): { mb: bigint; basis: Basis[] } {
  const found = (mb: bigint, origin: Origin, others: readonly Basis[] = []): { mb: bigint; basis: Basis[] } => ({
    mb: billedMemory(mb),
    basis: [{ name: 'memory', value: `${billedMemory(mb)}MB`, origin, flag: 'memory' }, ...others],
  });
  if (memoryMb !== undefined) return found(memoryMb, 'given');
  if (billed !== undefined) return found(billed.memoryMb, 'billed');
  const payload = payloadBytes ?? measured?.payloadBytes ?? DEFAULT_PAYLOAD;
  const origin = payloadBytes !== undefined ? 'given' : measured?.payloadBytes !== undefined ? 'measured' : 'assumed';
  return found(expressMemory(memoryParts(definition.machine, definition.text, payload)), 'formula', [
    { name: 'payload', value: `${payload}B`, origin, flag: 'payload' },
  ]);
}

/** Each execution is rounded up by itself, so an average of durations would not do. */
function cellsOf(question: Question, { measured, billed }: Sources, memoryMb: bigint): Ratio {
  const { durationMs } = question;
  if (durationMs !== undefined || (billed === undefined && measured === undefined)) {
    return ratio(expressCells(durationMs ?? DEFAULT_MS, memoryMb));
  }
  if (billed !== undefined) {
    if (question.memoryMb !== undefined) throw new Failure('usage', '--memory is known from --sync-result already');
    return cellsPerOrder(billed);
  }
  return averageUsage(measured as Measured, memoryMb).cells;
}
