import type { ExitName } from '../cli/exit-codes.js';
import type { Progress } from '../cli/progress.js';
import type { Environment } from '../environment/environment.js';
import { exitOf } from '../execution/execution.js';
import { executionCalls } from '../execution/execution-calls.js';
import { followExecution, type Followed, type FollowWish } from '../execution/follow-execution.js';
import type { HistoryEvent } from '../history/event.js';
import { historyEvents } from '../execution/read-history.js';
import { ProgressReport } from './progress-report.js';

export interface DriveWish {
  /** Stay to the end. Otherwise the local environment comes back when the execution only waits. */
  readonly wait: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly signal: AbortSignal;
  /** Takes one line about a step. */
  tell(line: string): void;
  /** Shows that there is something to wait for; seen on a terminal only. */
  progress(text: string): Progress;
}

/**
 * Stays with an execution that was just started or redriven, drives it where that is needed, and tells its steps.
 *
 * @returns what to exit with; `done` also for an execution that waits
 * @throws Failure interrupted / terminated
 */
export async function followWithProgress(
  environment: Environment,
  executionArn: string,
  wish: DriveWish,
): Promise<ExitName> {
  const base = {
    ...(wish.timeout === undefined ? {} : { timeout: wish.timeout }),
    until: wish.wait ? ('end' as const) : ('idle' as const),
    drive: true,
    signal: wish.signal,
  };
  const { outcome, execution } = environment.local
    ? await followExecution(environment, executionArn, {
        ...base,
        onEvent: await tellSteps(environment, executionArn, wish),
      })
    : await lookOn(environment, executionArn, base, wish.progress('waiting for the execution'));
  if (outcome === 'idle') return 'done';
  return outcome === 'timed-out' ? 'stillRunning' : exitOf(execution.status);
}

/** Locally every event passes by: each step is told as it ends. */
async function tellSteps(
  environment: Environment,
  executionArn: string,
  wish: DriveWish,
): Promise<(event: HistoryEvent) => void> {
  const report = new ProgressReport();
  // What happened before we came gives the events that follow their place.
  for await (const event of historyEvents(await executionCalls(environment), executionArn)) report.line(event);
  return (event) => {
    const line = report.line(event);
    if (line !== undefined) wish.tell(line);
  };
}

/** On AWS a look tells the status only: reading the history for each would eat the account's quota. */
async function lookOn(
  environment: Environment,
  executionArn: string,
  wish: FollowWish,
  progress: Progress,
): Promise<Followed> {
  try {
    return await followExecution(environment, executionArn, {
      ...wish,
      onLook: ({ name, status, startDate }) => progress.update(`${name} ${status}, started ${startDate.toISOString()}`),
    });
  } finally {
    progress.stop();
  }
}

/**
 * Local: drives what other processes have left behind, until it ends or waits. The order that was asked for is through by then, so an
 * interruption or a failure here changes nothing about the answer.
 */
export async function adoptAbandoned(
  environment: Environment,
  wish: Pick<DriveWish, 'signal' | 'tell'>,
): Promise<void> {
  if (environment.local === undefined || wish.signal.aborted) return;
  const interrupted = new Promise<void>((resolve) =>
    wish.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  const adopted = environment.local.adopt().catch((error: unknown) => {
    if (!wish.signal.aborted)
      wish.tell(`could not go on with abandoned executions: ${error instanceof Error ? error.message : String(error)}`);
  });
  await Promise.race([adopted, interrupted]);
}
