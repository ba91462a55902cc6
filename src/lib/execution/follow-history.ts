import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { parseExecutionArn } from '../aws/arn.js';
import type { Environment } from '../environment/environment.js';
import { eventKind } from '../history/event-kind.js';
import type { Execution } from './execution.js';
import { executionCalls } from './execution-calls.js';
import { followExecution } from './follow-execution.js';
import { pauseFor } from './pause.js';
import { historyEvents } from './read-history.js';
import type { FoundExecution } from './resolve-execution.js';
import type { Calls } from './step-functions.js';
import { PAUSES } from './wait.js';

const PAGE = 100;

export interface FollowHistoryWish {
  /** Inputs and outputs as well; the service's default is yes, so that no is always said. */
  readonly data?: boolean;
  /** Between two looks: `first` after something happened, each half as long again, never above `longest`; milliseconds. */
  readonly pause: { readonly first: number; readonly longest: number };
  /** Resolves after so many milliseconds, early (without an error) when `signal` is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * All events of an execution, and those that follow, until it has ended or `signal` is aborted.
 *
 *     read all ── ended? ──> done
 *        ^          │ no
 *        └── pause ─┴─ newest first, back to the last one known
 *
 * A page a look is enough as a rule, however long the history: GetExecutionHistory refills 20 calls a second for the
 * whole account (AWS quotas). Ids have no gaps, so that none is lost or told twice.
 */
export async function* followHistory(
  calls: Calls<'getExecutionHistory'>,
  executionArn: string,
  wish: FollowHistoryWish,
): AsyncGenerator<HistoryEvent> {
  let last: HistoryEvent | undefined;
  for await (const event of historyEvents(calls, executionArn, { data: wish.data ?? false })) {
    yield event;
    last = event;
  }
  let pause = wish.pause.first;
  while (!isEnd(last) && !wish.signal.aborted) {
    await wish.sleep(pause, wish.signal);
    if (wish.signal.aborted) return;
    const fresh = await eventsAfter(calls, executionArn, last?.id ?? 0, wish.data ?? false);
    yield* fresh;
    last = fresh.at(-1) ?? last;
    pause = fresh.length > 0 ? wish.pause.first : Math.min(pause * 1.5, wish.pause.longest);
  }
}

async function eventsAfter(
  calls: Calls<'getExecutionHistory'>,
  executionArn: string,
  known: number,
  data: boolean,
): Promise<HistoryEvent[]> {
  const found: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await calls.getExecutionHistory({
      executionArn,
      maxResults: PAGE,
      reverseOrder: true,
      includeExecutionData: data,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    for (const event of page.events ?? []) {
      if ((event.id ?? 0) <= known) return found.reverse();
      found.push(event);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found.reverse();
}

function isEnd(event: HistoryEvent | undefined): boolean {
  const kind = eventKind(event?.type);
  return kind.is === 'execution' && kind.phase !== 'started' && kind.phase !== 'redriven';
}

/** The same for whatever was found; of an Express execution, what its log has: see endOfExpress. */
export async function* followEvents(
  environment: Environment,
  found: FoundExecution,
  wish: Pick<FollowHistoryWish, 'data' | 'signal'>,
): AsyncGenerator<HistoryEvent> {
  const calls = await executionCalls(environment);
  const { executionArn } = found.execution;
  yield* isExpress(executionArn)
    ? historyEvents(calls, executionArn, { data: wish.data ?? false })
    : followHistory(calls, executionArn, { ...wish, sleep: pauseFor, pause: PAUSES[environment.kind] });
}

/**
 * What an Express execution did is in its log only, whose lines come late and in no order: it is told when the execution,
 * five minutes long at the most, has ended.
 *
 * @returns at once for any other
 * @throws Failure interrupted / terminated
 */
export async function endOfExpress(
  environment: Environment,
  execution: Execution,
  signal: AbortSignal,
): Promise<Execution> {
  if (!isExpress(execution.executionArn)) return execution;
  const wish = { signal, until: 'end', drive: false } as const;
  return (await followExecution(environment, execution.executionArn, wish)).execution;
}

function isExpress(executionArn: string): boolean {
  return parseExecutionArn(executionArn)?.type === 'express';
}
