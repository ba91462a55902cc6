import { parseExecutionArn } from '../aws/arn.js';
import { Failure } from '../cli/failure.js';
import { machineOf, type Environment } from '../environment/environment.js';
import { parseSince } from '../execution/duration.js';
import type { Execution } from '../execution/execution.js';
import { executionCalls, type ExecutionCalls } from '../execution/execution-calls.js';
import { listExecutions, type ListedStatus } from '../execution/list-executions.js';
import { historyEvents } from '../execution/read-history.js';
import { resolveExecution } from '../execution/resolve-execution.js';
import { isServiceError } from '../execution/step-functions.js';
import { inputBytes, measureExecution, type MeasuredExecution } from './measured-execution.js';
import { NO_ORDERS, withOrder, type MeasuredOrder, type MeasuredOrders } from './measured-orders.js';

export interface Selection {
  readonly status?: ListedStatus;
  /** Started since then, epoch milliseconds. */
  readonly since?: number;
  readonly limit: number;
}

/** Which executions are to be counted. */
export interface MeasureWish {
  /** Order ids and ARNs. */
  readonly from: readonly string[];
  /** Executions of the environment's machine, newest first; absent: none but those named. */
  readonly selection?: Selection;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Told before each execution is read. */
  onProgress?(read: number, all: number): void;
}

/** What the command line says about executions to count. */
interface MeasureTexts {
  readonly from: readonly string[];
  readonly since?: string | undefined;
  readonly status?: ListedStatus | undefined;
  readonly limit?: number | undefined;
  readonly 'sync-result': readonly string[];
}

const DEFAULT_LIMIT = 1_000;

/** @returns undefined when nothing is to be counted. @throws Failure (usage) */
export function measureWish(texts: MeasureTexts, now: number): MeasureWish | undefined {
  const { from, since, status, limit } = texts;
  const selects = since !== undefined || status !== undefined;
  if (limit !== undefined && !selects) throw new Failure('usage', `--limit ${limit} goes with --since or --status`);
  if (from.length === 0 && !selects) return undefined;
  if (texts['sync-result'].length > 0) {
    throw new Failure(
      'usage',
      '--sync-result says what was billed already: give it without --from, --since and --status',
    );
  }
  if (!selects) return { from, now };
  const selection: Selection = {
    limit: limit ?? DEFAULT_LIMIT,
    ...(since === undefined ? {} : { since: parseSince(since, now) }),
    ...(status === undefined ? {} : { status }),
  };
  return { from, now, selection };
}

export interface Measured extends MeasuredOrders {
  /** Whether the selection has more than were read. */
  readonly more: boolean;
}

/**
 * Counts what executions used, from their histories: read one after the other, page by page, so that the account's quota
 * of GetExecutionHistory (20 a second) is left to others and memory stays flat.
 *
 * @throws Failure (notFound) for an unknown order, and where the selection is empty
 */
export async function measureOrders(environment: Environment, wish: MeasureWish): Promise<Measured> {
  const calls = await executionCalls(environment);
  const { arns, more } = await selected(calls, environment, wish);
  let orders = NO_ORDERS;
  const all = wish.from.length + arns.length;
  for (const named of wish.from) {
    wish.onProgress?.(orders.count, all);
    const { execution } = await resolveExecution(calls, environment, named);
    orders = withOrder(orders, await measureOrder(calls, execution, wish.now));
  }
  for (const executionArn of arns) {
    wish.onProgress?.(orders.count, all);
    orders = withOrder(orders, await measureOrder(calls, { executionArn }, wish.now));
  }
  return { ...orders, more };
}

async function selected(
  calls: ExecutionCalls,
  environment: Environment,
  { from, selection, now }: MeasureWish,
): Promise<{ arns: readonly string[]; more: boolean }> {
  if (selection === undefined) return { arns: [], more: false };
  const { executions, more } = await listAny(calls, machineOf(environment), selection);
  if (executions.length === 0 && from.length === 0) {
    const since =
      selection.since === undefined ? '' : ` since ${new Date(Math.min(selection.since, now)).toISOString()}`;
    throw new Failure(
      'notFound',
      `no execution of ${environment.name} fits: ${selection.status ?? 'any status'}${since}`,
      {
        suggestions: ['orders list shows what there is'],
      },
    );
  }
  return { arns: executions.flatMap(({ executionArn }) => executionArn ?? []), more };
}

type List = { readonly executions: readonly { readonly executionArn?: string | undefined }[]; readonly more: boolean };

/** Executions of an Express machine stand in its log only. */
async function listAny(calls: ExecutionCalls, machineArn: string, { status, ...wish }: Selection): Promise<List> {
  try {
    return await listExecutions(calls, machineArn, { ...wish, statuses: status === undefined ? [] : [status] });
  } catch (error) {
    const cause = error instanceof Failure ? error.cause : undefined;
    if (!isServiceError(cause, 'StateMachineTypeNotSupported')) throw error;
    return calls.expressLog.list(machineArn, { ...wish, ...(status === undefined ? {} : { status }) });
  }
}

async function measureOrder(
  calls: ExecutionCalls,
  execution: Pick<Execution, 'executionArn' | 'input'>,
  now: number,
): Promise<MeasuredOrder> {
  const own = await measureExecution(historyEvents(calls, execution.executionArn), now);
  const payloadBytes = inputBytes(execution);
  const isExpress = parseExecutionArn(execution.executionArn)?.type === 'express';
  const logged = isExpress ? await calls.expressLog.snapshot(execution.executionArn) : undefined;
  let order: MeasuredOrder = {
    ...own,
    incomplete: logged !== undefined && logged.completeness.verdict !== 'complete',
    childTransitions: 0,
    expressChildren: 0,
    ...(payloadBytes === undefined ? {} : { payloadBytes }),
  };
  for (const mapRunArn of own.mapRunArns) order = await withChildren(calls, order, mapRunArn, now);
  return order;
}

/** Children are executions of their own: Standard ones have a history, of Express ones only the number is known. */
async function withChildren(
  calls: ExecutionCalls,
  order: MeasuredOrder,
  mapRunArn: string,
  now: number,
): Promise<MeasuredOrder> {
  let result = order;
  let listed = 0;
  let nextToken: string | undefined;
  do {
    const page = await calls.listExecutions({ mapRunArn, maxResults: 1_000, ...(nextToken ? { nextToken } : {}) });
    for (const { executionArn = '' } of page.executions ?? []) {
      if (parseExecutionArn(executionArn)?.type !== 'standard') continue;
      listed += 1;
      result = added(result, await measureExecution(historyEvents(calls, executionArn), now));
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  if (listed > 0) return result;
  const { executionCounts } = await calls.describeMapRun({ mapRunArn });
  return { ...result, expressChildren: result.expressChildren + (executionCounts?.total ?? 0) };
}

function added(order: MeasuredOrder, child: MeasuredExecution): MeasuredOrder {
  return {
    ...order,
    childTransitions: order.childTransitions + child.transitions,
    functionCalls: order.functionCalls + child.functionCalls,
    functionMs: order.functionMs + child.functionMs,
    nested: order.nested + child.nested,
  };
}
