import { readFileSync } from 'node:fs';
import { Failure } from '../cli/failure.js';
import { expressCells, LONGEST_EXPRESS } from './express-usage.js';
import { ratio, type Ratio } from './ratio.js';

/** What Express executions were billed for, as the service told it itself. */
export interface BilledExecutions {
  readonly count: number;
  /** Cells of 100 ms x 64 MB, of all of them. */
  readonly cells: bigint;
  /** Of all of them, milliseconds. */
  readonly durationMs: bigint;
  /** The largest, MB. */
  readonly memoryMb: bigint;
}

/**
 * Reads answers of StartSyncExecution: one, an array, or one a line. Their `billingDetails` hold what was billed.
 *
 * @param files paths; `-` is standard input
 * @returns undefined when no file is given
 * @throws Failure (usage) for anything else, with the place
 */
export function readSyncResults(files: readonly string[]): BilledExecutions | undefined {
  if (files.length === 0) return undefined;
  const billed = files.flatMap((file) =>
    documentsIn(file).map((document, index) => billing(document, `${file}, ${index + 1}`)),
  );
  if (billed.length === 0) throw new Failure('usage', `no answer of StartSyncExecution in ${files.join(', ')}`);
  return {
    count: billed.length,
    cells: billed.reduce((sum, { duration, memory }) => sum + expressCells(duration, memory), 0n),
    durationMs: billed.reduce((sum, { duration }) => sum + duration, 0n),
    memoryMb: billed.reduce((most, { memory }) => (memory > most ? memory : most), 0n),
  };
}

export function cellsPerOrder({ cells, count }: BilledExecutions): Ratio {
  return ratio(cells, count);
}

function documentsIn(file: string): unknown[] {
  const name = file === '-' ? 'standard input' : file;
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Failure('usage', `cannot read ${name}: ${(error as Error).message}`, { cause: error });
  }
  const whole = parsed(text);
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole];
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const document = parsed(line);
    if (document === undefined) throw new Failure('usage', `${name}, line ${index + 1} is not JSON`);
    return [document];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function billing(document: unknown, place: string): { duration: bigint; memory: bigint } {
  const details = member(document, 'billingDetails');
  const duration = member(details, 'billedDurationInMilliseconds');
  const memory = member(details, 'billedMemoryUsedInMB');
  if (isAmount(duration) && isAmount(memory) && duration <= LONGEST_EXPRESS + 100) {
    return { duration: BigInt(Math.ceil(duration)), memory: BigInt(Math.ceil(memory)) };
  }
  throw new Failure('usage', `${place}: no answer of StartSyncExecution with its billingDetails`, {
    suggestions: ['keep the whole answer: aws stepfunctions start-sync-execution ... > result.json'],
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
