import type { ExitName } from '../cli/exit-codes.js';
import type { Environment } from '../environment/environment.js';
import { exitOf } from '../execution/execution.js';
import { followExecution } from '../execution/follow-execution.js';
import { historyEvents } from '../execution/read-history.js';
import { ProgressReport } from './progress-report.js';

export interface DriveWish {
  /** Stay to the end. Otherwise the local environment comes back when the execution only waits. */
  readonly wait: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly signal: AbortSignal;
  /** Takes one line of progress. */
  tell(line: string): void;
}

/**
 * Stays with an execution that was just started or redriven, drives it where that is needed, and tells its steps.
 *
 * @returns what to exit with; `done` also for an execution that waits
 * @throws Failure interrupted / terminated
 */
export async function followWithProgress(environment: Environment, executionArn: string, wish: DriveWish): Promise<ExitName> {
  const progress = new ProgressReport();
  if (environment.local) {
    // What happened before we came gives the events that follow their place.
    for await (const event of historyEvents(await environment.clients.sfn(), executionArn)) progress.line(event);
  }
  const { outcome, execution } = await followExecution(environment, executionArn, {
    ...(wish.timeout === undefined ? {} : { timeout: wish.timeout }),
    until: wish.wait ? 'end' : 'idle',
    drive: true,
    signal: wish.signal,
    onEvent(event) {
      const line = progress.line(event);
      if (line !== undefined) wish.tell(line);
    },
  });
  if (outcome === 'idle') return 'done';
  return outcome === 'timed-out' ? 'stillRunning' : exitOf(execution.status);
}
