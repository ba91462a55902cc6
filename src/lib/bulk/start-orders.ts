import type { ExitName } from '../cli/exit-codes.js';
import { Failure } from '../cli/failure.js';
import { formatExecutionArn, parseExecutionArn, requireMachineArn } from '../aws/arn.js';
import { sdkFailure } from '../aws/to-failure.js';
import { findExecution, exitOf, hasEnded, type Status } from '../execution/execution.js';
import type { OrderInput } from '../execution/order-file.js';
import {
  planStart,
  startOrder,
  type StartPlan,
  type StartResult,
  type StartVerdict,
} from '../execution/start-order.js';
import type { Calls } from '../execution/step-functions.js';
import { forEach } from './each.js';
import { readOrders, type OrderEntry, type OrderFile } from './order-entries.js';
import { NumberSet } from './number-set.js';
import type { Pace } from './pace.js';
import type { StartJournal } from './start-journal.js';
import type { Survey } from './survey-orders.js';
import { Tally } from './tally.js';

/** What became of one place of the file. */
export interface StartLine {
  /** Line of the file in which it begins. */
  readonly line: number;
  readonly verdict: StartVerdict | 'faulty' | 'duplicate' | 'refused' | 'dry-run';
  readonly orderId?: string;
  readonly attempt?: number;
  readonly name?: string;
  readonly executionArn?: string;
  readonly status?: Status;
  readonly error?: string;
  /** Why it was not started, or what differs. */
  readonly message?: string;
  /** What this order alone would exit with. */
  readonly exit: ExitName;
}

export interface StartOrders {
  readonly calls: Calls<'startExecution' | 'describeExecution'>;
  readonly stateMachineArn: string;
  readonly attempt: number;
  readonly file: OrderFile;
  readonly survey: Survey;
  readonly journal: StartJournal;
  readonly concurrency: number;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  now(this: void): number;
  /** 32 fresh hexadecimal digits. */
  marker(): string;
  /** Called before an order is sent. */
  prepare(name: string): void;
  /** Whether an accepted start is believed; see startOrder. */
  readonly trusting: boolean;
  /**
   * Stays with an execution, as far as somebody has to; undefined where nobody stays.
   * @returns undefined when it was interrupted
   */
  readonly stay?: ((executionArn: string) => Promise<Stayed | undefined>) | undefined;
  /** All orders are started before any is stayed with, since they run without us. */
  readonly startAllFirst: boolean;
  /** One line an order, as it is known. */
  onLine(line: StartLine): Promise<void>;
}

/** How it stands when nobody stays any longer. */
export interface Stayed {
  readonly status: Status;
  readonly error?: string;
  readonly exit: ExitName;
}

/**
 * Starts all orders of a file.
 *
 *     entry ─ faulty? ─ stands twice? ─ sent before? ── StartExecution ── journal ── stay? ── journal
 *
 * A fault that concerns one order becomes its line, and the others go on. A fault that concerns all of them (credentials, the network,
 * the machine) ends the work: the journal knows how far it came.
 *
 * @returns how the orders came out, those of earlier runs included
 */
export async function startOrders(work: StartOrders): Promise<Tally> {
  const { journal, attempt, concurrency, signal } = work;
  const tally = journal.before;
  if (work.stay === undefined) tally.add('done', journal.sentBefore - tally.total);
  const told = new NumberSet();
  const tell = async (number: number, line: StartLine): Promise<void> => {
    told.add(number);
    tally.add(line.exit);
    await work.onLine(line);
  };
  const begin = async (entry: OrderEntry): Promise<void> => {
    const obstacle = obstacleOf(entry, work.survey);
    if (obstacle !== undefined) return tell(entry.number, obstacle);
    if (!('order' in entry)) return;
    const staysAtOnce = work.stay !== undefined && !work.startAllFirst;
    const isDone = staysAtOnce ? journal.isEnded(entry.number) : journal.isSent(entry.number);
    if (!isDone) await startOne(work, entry, entry.order, tell);
  };
  await forEach(readOrders(work.file, attempt), begin, { concurrency, signal });
  if (work.stay === undefined || !work.startAllFirst) return tally;

  const follow = async (entry: OrderEntry): Promise<void> => {
    const { number, line } = entry;
    if (!('order' in entry) || told.has(number) || journal.isEnded(number) || !journal.isSent(number)) return;
    const planned = aboutOrder(entry.order, planStart(work.stateMachineArn, entry.order));
    const known = { ...planned, executionArn: journal.expressArnOf(number) ?? planned.executionArn };
    await stayWith(work, entry, { line, ...known, verdict: journal.wasRunning(number) ? 'running' : 'started' }, tell);
  };
  await forEach(readOrders(work.file, attempt), follow, { concurrency, signal });
  return tally;
}

/** What `startOrders` would send, without sending it. */
export async function plannedStarts(
  stateMachineArn: string,
  { file, survey, attempt }: Pick<StartOrders, 'file' | 'survey' | 'attempt'>,
  onLine: (line: StartLine) => Promise<void>,
): Promise<Tally> {
  const tally = new Tally();
  for await (const entry of readOrders(file, attempt)) {
    let line = obstacleOf(entry, survey);
    if (line === undefined && 'order' in entry) {
      const known = aboutOrder(entry.order, planStart(stateMachineArn, entry.order));
      line = { line: entry.line, verdict: 'dry-run', ...known, exit: 'done' };
    }
    if (line === undefined) continue;
    tally.add(line.exit);
    await onLine(line);
  }
  return tally;
}

function obstacleOf(entry: OrderEntry, survey: Survey): StartLine | undefined {
  const { line } = entry;
  if ('fault' in entry) return { line, verdict: 'faulty', message: entry.fault, exit: 'usage' };
  const { orderId, attempt } = entry.order;
  const met = survey.index.find(orderId);
  if (met === undefined || (met.number === entry.number && !met.contradicted)) return undefined;
  const message = met.contradicted
    ? `this id stands in the file more than once, with different contents (first in line ${met.line}): none was started`
    : `the same order stands in line ${met.line}`;
  return { line, verdict: 'duplicate', orderId, attempt, message, exit: 'usage' };
}

type Tell = (number: number, line: StartLine) => Promise<void>;

async function startOne(work: StartOrders, entry: OrderEntry, order: OrderInput, tell: Tell): Promise<void> {
  const { journal } = work;
  const { number } = entry;
  const plan = planStart(work.stateMachineArn, order);
  const about = { line: entry.line, ...aboutOrder(order, plan) };
  await work.pace(work.signal);
  if (work.signal.aborted) return;
  let result: StartResult;
  try {
    work.prepare(plan.name);
    result = await startOrder(work.calls, plan, order, {
      now: work.now,
      marker: work.marker(),
      trusting: work.trusting,
    });
  } catch (error) {
    const refusal = ofThisOrder(error);
    if (refusal === undefined) throw error;
    return tell(number, { ...about, verdict: 'refused', message: refusal.message, exit: refusal.exit });
  }
  const { verdict, status, error } = result;
  const { executionArn } = result;
  const known = { ...about, executionArn, verdict, status, ...(error === undefined ? {} : { error }) };
  if (verdict === 'conflict') {
    const fields = (result.differences ?? []).map(({ field }) => field).join(', ');
    const message = `it exists with another content${fields === '' ? '' : `: ${fields}`}`;
    return tell(number, { ...known, message, exit: 'conflict' });
  }
  // It ends within minutes, nothing but its ARN leads to it, and so it is stayed with at once.
  const express = parseExecutionArn(executionArn)?.type === 'express';
  const noted = work.stay === undefined ? true : executionArn;
  await journal.noteSent(number, plan.name, verdict, express ? noted : undefined);
  if (hasEnded(status)) {
    await journal.noteEnd(number, exitOf(status));
    return tell(number, { ...known, exit: exitOf(status) });
  }
  if (work.stay === undefined) return tell(number, { ...known, exit: 'done' });
  if (!work.startAllFirst || express) await stayWith(work, entry, known, tell);
}

async function stayWith(
  work: StartOrders,
  { number }: OrderEntry,
  known: Omit<StartLine, 'exit'> & { readonly executionArn: string },
  tell: Tell,
): Promise<void> {
  const stayed = await work.stay?.(known.executionArn);
  if (stayed === undefined) return;
  // What still runs is looked at again by the next run.
  if (stayed.exit !== 'stillRunning') await work.journal.noteEnd(number, stayed.exit);
  await tell(number, { ...known, ...stayed });
}

function aboutOrder(
  { orderId, attempt }: OrderInput,
  { name, executionArn }: StartPlan,
): { orderId: string; attempt: number; name: string; executionArn: string } {
  return { orderId, attempt, name, executionArn };
}

/** Service errors that speak of this one order. A machine that is missing, credentials and the network concern all of them. */
function ofThisOrder(error: unknown): Failure | undefined {
  const failure = error instanceof Failure ? error : sdkFailure(error);
  return failure?.exit === 'usage' || failure?.exit === 'conflict' ? failure : undefined;
}

/** Whether the executions of a journal are still there: a store that was reset has forgotten them. */
export async function isUpToDate(
  calls: Calls<'describeExecution'>,
  stateMachineArn: string,
  { lastName }: StartJournal,
): Promise<boolean> {
  if (lastName === undefined) return true;
  const executionArn = formatExecutionArn(requireMachineArn(stateMachineArn), lastName);
  return (await findExecution(calls, executionArn)) !== undefined;
}
