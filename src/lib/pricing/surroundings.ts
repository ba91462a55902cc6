import type { Basis, Origin } from './basis.js';
import type { GivenSurroundings } from './question.js';
import { ratio, shortText, times, type Ratio } from './ratio.js';
import type { Surroundings } from './whole-bill.js';

/**
 * What the shipped functions use for an order that goes well; docs/cost.md says how it was counted. Where
 * the definition, the executions or a flag know better, they are believed.
 */
const DEFAULTS = {
  functionMs: ratio(100),
  functionMb: 256n,
  architecture: 'arm64',
  functionLogBytes: ratio(1_000),
  snsPublishes: ratio(1),
  executionLogBytes: ratio(5_000),
  /** X-Ray's own sampling rule, beyond the first request of each second. */
  traced: ratio(5, 100),
} as const;

/** Units of the shipped functions' calls: those of an order, and those of each of its lines. */
const dynamodbUnits = (lines: bigint): { writes: Ratio; reads: Ratio } => ({
  writes: ratio(26n + 4n * lines),
  reads: ratio(7n + 2n * lines),
});

/** The rest of an order's usage, and what it stands on. @param calls of functions, an order @param lines of an order */
export function assumeSurroundings(
  given: GivenSurroundings,
  calls: { readonly count: Ratio; readonly origin: Origin; readonly measuredMs?: Ratio },
  logBytes: Ratio | undefined,
  lines: bigint,
): { surroundings: Surroundings; basis: Basis[] } {
  const units = dynamodbUnits(lines);
  const surroundings: Surroundings = {
    functionCalls: calls.count,
    functionMs: given.functionMs ?? calls.measuredMs ?? DEFAULTS.functionMs,
    functionMb: given.functionMb ?? DEFAULTS.functionMb,
    architecture: given.architecture ?? DEFAULTS.architecture,
    dynamodbWrites: given.dynamodbWrites ?? units.writes,
    dynamodbReads: given.dynamodbReads ?? units.reads,
    snsPublishes: given.snsPublishes ?? DEFAULTS.snsPublishes,
    executionLogBytes: logBytes ?? DEFAULTS.executionLogBytes,
    functionLogBytes: given.functionLogBytes ?? DEFAULTS.functionLogBytes,
    traced: given.traced ?? DEFAULTS.traced,
  };
  const said = (value: unknown): Origin => (value === undefined ? 'assumed' : 'given');
  const measured = given.functionMs === undefined && calls.measuredMs !== undefined;
  const number = (value: Ratio): string => shortText(value, 3);
  return {
    surroundings,
    basis: [
      { name: 'functionCalls', value: number(calls.count), origin: calls.origin, flag: 'definition' },
      {
        name: 'functionDuration',
        value: `${number(surroundings.functionMs)}ms`,
        origin: measured ? 'measured' : said(given.functionMs),
        flag: 'lambda-duration',
      },
      {
        name: 'functionMemory',
        value: `${surroundings.functionMb}MB`,
        origin: said(given.functionMb),
        flag: 'lambda-memory',
      },
      {
        name: 'architecture',
        value: surroundings.architecture,
        origin: said(given.architecture),
        flag: 'lambda-architecture',
      },
      {
        name: 'functionLogs',
        value: `${number(surroundings.functionLogBytes)}B`,
        origin: said(given.functionLogBytes),
        flag: 'lambda-logs',
      },
      {
        name: 'dynamodbWrites',
        value: number(surroundings.dynamodbWrites),
        origin: said(given.dynamodbWrites),
        flag: 'dynamodb-writes',
      },
      {
        name: 'dynamodbReads',
        value: number(surroundings.dynamodbReads),
        origin: said(given.dynamodbReads),
        flag: 'dynamodb-reads',
      },
      {
        name: 'snsPublishes',
        value: number(surroundings.snsPublishes),
        origin: said(given.snsPublishes),
        flag: 'sns-publishes',
      },
      { name: 'logs', value: `${number(surroundings.executionLogBytes)}B`, origin: said(logBytes), flag: 'logs' },
      {
        name: 'traced',
        value: `${number(times(surroundings.traced, ratio(100)))}%`,
        origin: said(given.traced),
        flag: 'trace-rate',
      },
    ],
  };
}
