import { Failure } from '../cli/failure.js';
import type { Environment } from '../environment/environment.js';
import type { HistoryEvent } from '../history/event.js';
import { isDriven } from './driver-state.js';
import { describeExecution, hasEnded, type Execution } from './execution.js';
import { executionCalls } from './execution-calls.js';
import { pauseFor } from './pause.js';
import { PAUSES, waitForEnd } from './wait.js';

export { pauseFor } from './pause.js';

export interface FollowWish {
  /** `idle`: on the local environment, also come back when it only waits for more than 2 seconds. AWS: until the end. */
  readonly until: 'end' | 'idle';
  /** Drive it, where the environment needs somebody to; otherwise only look. */
  readonly drive: boolean;
  /** Milliseconds; bounds this wait, never the execution. */
  readonly timeout?: number;
  readonly signal: AbortSignal;
  /** Local, driving: each event as it happens. */
  onEvent?(event: HistoryEvent): void;
  onLook?(execution: Execution): void;
}

export interface Followed {
  readonly outcome: 'ended' | 'idle' | 'timed-out';
  readonly execution: Execution;
}

/**
 * Stays with an execution until it ends, until the time is over, or until somebody interrupts.
 *
 * @throws Failure interrupted / terminated: nothing was done to the execution, and the message says so
 */
export async function followExecution(
  environment: Environment,
  executionArn: string,
  wish: FollowWish,
): Promise<Followed> {
  const sfn = await executionCalls(environment);
  const describe = (): Promise<Execution> => describeExecution(sfn, executionArn);
  const followed =
    environment.local !== undefined && wish.drive
      ? await driveLocally(environment.local, describe, executionArn, wish)
      : await look(environment, describe, wish);
  if (followed.outcome !== 'interrupted') return { outcome: followed.outcome, execution: followed.execution };
  throw interruption(environment, followed.execution, wish.signal.reason);
}

type Outcome = { outcome: Followed['outcome'] | 'interrupted'; execution: Execution };

async function driveLocally(
  local: NonNullable<Environment['local']>,
  describe: () => Promise<Execution>,
  executionArn: string,
  wish: FollowWish,
): Promise<Outcome> {
  const limit = wish.timeout === undefined ? undefined : AbortSignal.timeout(wish.timeout);
  const driven = await local.drive(executionArn, {
    until: wish.until,
    signal: limit ? AbortSignal.any([wish.signal, limit]) : wish.signal,
    onRecords: (events) => events.forEach((event) => wish.onEvent?.(event)),
  });
  const execution = await describe();
  if (hasEnded(execution.status)) return { outcome: 'ended', execution };
  if (wish.signal.aborted) return { outcome: 'interrupted', execution };
  return { outcome: driven.kind === 'idle' ? 'idle' : 'timed-out', execution };
}

async function look(environment: Environment, describe: () => Promise<Execution>, wish: FollowWish): Promise<Outcome> {
  return waitForEnd({
    describe,
    now: Date.now,
    sleep: pauseFor,
    pause: PAUSES[environment.kind],
    signal: wish.signal,
    ...(wish.timeout === undefined ? {} : { deadline: Date.now() + wish.timeout }),
    ...(wish.onLook ? { onLook: (execution) => wish.onLook?.(execution) } : {}),
  });
}

/** What to end with when somebody stopped waiting: it is not the execution that stopped. */
export function interruption(environment: Environment, execution: Execution, reason: unknown): Failure {
  const driven = isDriven(environment, execution) ?? true;
  const state = driven ? 'goes on' : 'stays RUNNING, but nobody drives it now';
  return new Failure(
    reason instanceof Failure ? reason.exit : 'interrupted',
    `interrupted; the execution ${execution.name} ${state}`,
    {
      suggestions: driven
        ? [`orders status ${execution.executionArn}`]
        : ['the next orders start, orders redrive or orders local serve drives it on'],
    },
  );
}
