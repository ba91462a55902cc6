import { sanitize } from '../cli/sanitize.js';
import type { ExitName } from '../cli/exit-codes.js';
import type { Table } from '../cli/table.js';
import type { ActLine } from '../bulk/act-on-all.js';
import type { Group, Plan, Unfound } from '../bulk/plan-batch.js';
import type { StartLine } from '../bulk/start-orders.js';
import type { Survey } from '../bulk/survey-orders.js';
import type { Tally } from '../bulk/tally.js';
import { countText } from './count-text.js';
import { outcomeText, type Style } from './style.js';
import { durationText } from './time-text.js';

/** The last line of bulk work: how many came out which way. */
export interface BulkSummary {
  readonly environment: string;
  /** Exit of one item -> how many; `done` among them. */
  readonly outcomes: Readonly<Partial<Record<ExitName, number>>>;
  readonly total: number;
  /** What the command exits with. */
  readonly exit: ExitName;
  /** The journal that kept it, where one is kept. */
  readonly journal?: string;
  readonly reason?: string;
}

export function summaryOf(environment: string, tally: Tally, more: object = {}): BulkSummary {
  return { environment, outcomes: tally.counted, total: tally.total, exit: tally.exit, ...more };
}

/** "4,990 of 5,000 redriven; 8 not redrivable, 2 not found" */
export function summaryText(summary: BulkSummary, did: string): string {
  const { done = 0, ...others } = summary.outcomes;
  const rest = Object.entries(others).map(([exit, count]) => `${countText(count)} ${WORDS[exit as ExitName] ?? exit}`);
  return `${countText(done)} of ${countText(summary.total)} ${did}${rest.length > 0 ? `; ${rest.join(', ')}` : ''}`;
}

const WORDS: Readonly<Partial<Record<ExitName, string>>> = {
  usage: 'faulty',
  failed: 'FAILED',
  timedOut: 'TIMED_OUT',
  aborted: 'ABORTED',
  stillRunning: 'still running',
  notFound: 'not found',
  conflict: 'in conflict',
  notRedrivable: 'not redrivable',
  bug: 'unclear',
};

/** What a file holds, before anything is sent. */
export function surveyText(survey: Survey, name: string, sentBefore: number): string {
  const parts = [`${sanitize(name)}: ${countText(survey.orders)} order${survey.orders === 1 ? '' : 's'}`];
  if (survey.faulty > 0) parts.push(`${countText(survey.faulty)} faulty`);
  if (survey.duplicates > 0) parts.push(`${countText(survey.duplicates)} there more than once`);
  if (sentBefore > 0) parts.push(`${countText(sentBefore)} sent by an earlier run, which was interrupted`);
  return parts.join(', ');
}

/** One line about one order of a file. */
export function startLineText(line: StartLine, style: Style): string {
  const order = line.orderId === undefined ? '' : `  ${sanitize(line.orderId)}`;
  const attempt = line.attempt !== undefined && line.attempt > 1 ? `, attempt ${line.attempt}` : '';
  const where = line.verdict === 'faulty' || line.verdict === 'duplicate' ? `  line ${line.line}` : '';
  const status = line.status === undefined ? '' : `  ${outcomeText(line.status, style)}`;
  const why = line.message ?? line.error;
  return `${line.verdict.padEnd(9)}${order}${attempt}${where}${status}${why === undefined ? '' : `  ${sanitize(why)}`}`;
}

export function actLineText(line: ActLine, style: Style): string {
  const order =
    line.orderId === undefined ? line.name : `${line.orderId}${line.attempt > 1 ? `, attempt ${line.attempt}` : ''}`;
  const status = line.status === undefined ? '' : `  ${outcomeText(line.status, style)}`;
  const count = line.verdict === 'redriven' ? `  redrive ${line.redriveCount ?? '?'}` : '';
  const why = line.message === undefined ? '' : `  ${sanitize(line.message)}`;
  return `${line.verdict.padEnd(8)}  ${sanitize(order)}${status}${count}${why}`;
}

export function unfoundText({ reference, line, message, exit }: Unfound): string {
  const where = line === undefined ? '' : `  line ${line}`;
  const verdict = exit === 'notFound' ? 'missing ' : 'faulty  ';
  return `${verdict}${where}${reference === '' ? '' : `  ${sanitize(reference)}`}  ${sanitize(message)}`;
}

/** Executions that failed alike, and what will be done with them. */
export function groupTable(groups: readonly Group[], what: string, style: Style): Table {
  return {
    head: ['Count', 'Status', 'State', 'Error', 'What'],
    rows: groups.map(({ count, status, state, error, skip }) => [
      countText(count),
      outcomeText(status, style),
      sanitize(state ?? '-'),
      sanitize(error ?? '-'),
      skip === undefined ? what : `left alone: ${sanitize(skip)}`,
    ]),
    right: [0],
  };
}

/** What a batch means, as `--dry-run --json` and the first line of `--json` show it. */
export interface PlanAnswer {
  readonly environment: string;
  readonly executions: number;
  /** Those that nothing is done to. */
  readonly leftAlone: number;
  readonly unfound: number;
  /** Executions that began with another definition than the machine has now. */
  readonly definitionChanged: number;
  readonly groups: readonly Group[];
}

export function planAnswer(environment: string, plan: Plan, groups: readonly Group[]): PlanAnswer {
  return {
    environment,
    executions: plan.items.length,
    leftAlone: plan.items.filter(({ skip }) => skip !== undefined).length,
    unfound: plan.unfound.length,
    definitionChanged: plan.changed,
    groups,
  };
}

/** "1,234 reads, about 1m 22s at 15 a second" */
export function readingText(count: number, operation: string, perSecond: number | undefined, bucket = 0): string {
  const calls = `${countText(count)} call${count === 1 ? '' : 's'} of ${operation}`;
  if (perSecond === undefined) return calls;
  const wait = (Math.max(0, count - bucket) / perSecond) * 1_000;
  return wait < 1_000
    ? calls
    : `${calls}, at ${countText(perSecond)} a second, so that it takes about ${durationText(Math.ceil(wait / 1_000) * 1_000)}`;
}
