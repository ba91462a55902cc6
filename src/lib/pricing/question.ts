import { Failure } from '../cli/failure.js';
import { parseDuration } from '../execution/duration.js';
import { assertExpressDuration } from './express-usage.js';
import { parseCount, parseMoney, parseQuantity, parseShare, parseSize } from './quantities.js';
import { parseRates, type Rates } from './rates.js';
import { ratio, type Ratio } from './ratio.js';

/** As the command line has it. */
export interface QuestionTexts {
  readonly executions?: string | undefined;
  readonly type: 'standard' | 'express' | 'both';
  readonly duration?: string | undefined;
  readonly memory?: string | undefined;
  readonly transitions?: string | undefined;
  readonly payload?: string | undefined;
  readonly items: readonly string[];
  readonly 'retry-rate': readonly string[];
  readonly 'failure-rate': readonly string[];
  readonly branch: readonly string[];
  readonly loops?: string | undefined;
  readonly nested?: string | undefined;
  readonly 'child-duration'?: string | undefined;
  readonly 'count-start': boolean;
  readonly 'free-tier': boolean;
  readonly 'free-tier-used'?: string | undefined;
  readonly 'already-used'?: string | undefined;
  readonly logs?: string | undefined;
  readonly whole: boolean;
  readonly budget?: string | undefined;
  readonly 'lambda-duration'?: string | undefined;
  readonly 'lambda-memory'?: string | undefined;
  readonly 'lambda-architecture'?: string | undefined;
  readonly 'lambda-logs'?: string | undefined;
  readonly 'dynamodb-writes'?: string | undefined;
  readonly 'dynamodb-reads'?: string | undefined;
  readonly 'sns-publishes'?: string | undefined;
  readonly 'trace-rate'?: string | undefined;
}

/** What somebody wants to know. What was not given is absent: what is assumed in its place is said with the answer. */
export interface Question {
  readonly types: readonly ('standard' | 'express')[];
  /** A month. */
  readonly executions: bigint | undefined;
  readonly durationMs: bigint | undefined;
  readonly memoryMb: bigint | undefined;
  /** An order. */
  readonly transitions: bigint | undefined;
  readonly payloadBytes: number | undefined;
  readonly rates: Rates;
  /** Whether items were given. */
  readonly itemsGiven: boolean;
  /** Transitions of a nested execution. */
  readonly nestedTransitions: bigint | undefined;
  readonly childMs: bigint | undefined;
  readonly countStart: boolean;
  readonly freeTier: boolean;
  /** Transitions. */
  readonly freeTierUsed: Ratio;
  /** Express GB-seconds of this month. */
  readonly alreadyUsed: Ratio;
  readonly logBytes: Ratio | undefined;
  readonly whole: boolean;
  readonly budget: Ratio | undefined;
  readonly surroundings: GivenSurroundings;
}

export interface GivenSurroundings {
  readonly functionMs: Ratio | undefined;
  readonly functionMb: bigint | undefined;
  readonly architecture: 'arm64' | 'x86_64' | undefined;
  readonly functionLogBytes: Ratio | undefined;
  readonly dynamodbWrites: Ratio | undefined;
  readonly dynamodbReads: Ratio | undefined;
  readonly snsPublishes: Ratio | undefined;
  readonly traced: Ratio | undefined;
}

/** @throws Failure (usage) */
export function parseQuestion(texts: QuestionTexts): Question {
  const types = texts.type === 'both' ? (['standard', 'express'] as const) : [texts.type];
  const durationMs = given(texts.duration, (text) => BigInt(parseDuration(text)));
  if (durationMs !== undefined && types.some((type) => type === 'express')) {
    assertExpressDuration(durationMs, texts.duration ?? '');
  }
  if (texts['free-tier-used'] !== undefined && !texts['free-tier']) {
    throw new Failure('usage', '--free-tier-used goes with --free-tier');
  }
  const childMs = given(texts['child-duration'], (text) => BigInt(parseDuration(text)));
  if (childMs !== undefined) assertExpressDuration(childMs, texts['child-duration'] ?? '');
  return {
    types,
    executions: given(texts.executions, (text) => parseCount(text, 'executions')),
    durationMs,
    memoryMb: given(texts.memory, (text) => parseMegabytes(text, 'memory')),
    transitions: given(texts.transitions, (text) => parseCount(text, 'transitions')),
    payloadBytes: given(texts.payload, (text) => bytes(text, 'payload')),
    rates: parseRates({
      items: texts.items,
      retryRate: texts['retry-rate'],
      failureRate: texts['failure-rate'],
      branch: texts.branch,
      loops: texts.loops,
    }),
    itemsGiven: texts.items.length > 0,
    nestedTransitions: given(texts.nested, (text) => parseCount(text, 'nested')),
    childMs,
    countStart: texts['count-start'],
    freeTier: texts['free-tier'],
    freeTierUsed: ratio(given(texts['free-tier-used'], (text) => parseCount(text, 'free-tier-used')) ?? 0n),
    alreadyUsed: given(texts['already-used'], (text) => parseQuantity(text, 'already-used')) ?? ratio(0),
    logBytes: given(texts.logs, (text) => parseSize(text, 'logs')),
    whole: texts.whole,
    budget: given(texts.budget, (text) => parseMoney(text, 'budget')),
    surroundings: parseSurroundings(texts),
  };
}

function parseSurroundings(texts: QuestionTexts): GivenSurroundings {
  return {
    functionMs: given(texts['lambda-duration'], (text) => ratio(parseDuration(text, 'duration'))),
    functionMb: given(texts['lambda-memory'], (text) => parseMegabytes(text, 'lambda-memory')),
    architecture: texts['lambda-architecture'] as 'arm64' | 'x86_64' | undefined,
    functionLogBytes: given(texts['lambda-logs'], (text) => parseSize(text, 'lambda-logs')),
    dynamodbWrites: given(texts['dynamodb-writes'], (text) => parseQuantity(text, 'dynamodb-writes')),
    dynamodbReads: given(texts['dynamodb-reads'], (text) => parseQuantity(text, 'dynamodb-reads')),
    snsPublishes: given(texts['sns-publishes'], (text) => parseQuantity(text, 'sns-publishes')),
    traced: given(texts['trace-rate'], (text) => parseShare(text, 'trace-rate')),
  };
}

/** "64" or "64MB". */
function parseMegabytes(text: string, flag: string): bigint {
  return parseCount(text.replace(/MB$/iu, ''), flag);
}

function bytes(text: string, flag: string): number {
  const { n, d } = parseSize(text, flag);
  return Math.ceil(Number(n) / Number(d));
}

function given<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}
