import type { Environment } from '../environment/environment.js';
import { describeExecution } from '../execution/execution.js';
import { executionCalls } from '../execution/execution-calls.js';
import { interruption, pauseFor } from '../execution/follow-execution.js';
import type { FoundExecution } from '../execution/resolve-execution.js';
import { PAUSES, waitForEnd } from '../execution/wait.js';
import { readStatus, type Status } from './status-report.js';

export interface WatchWish {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly signal: AbortSignal;
}

/**
 * Reads the status again and again until the execution ends or the time is over; `show` gets every reading.
 *
 * @returns the last reading
 * @throws Failure interrupted / terminated
 */
export async function watchStatus(
  environment: Environment,
  found: FoundExecution,
  wish: WatchWish,
  show: (status: Status) => Promise<void>,
): Promise<Status> {
  const sfn = await executionCalls(environment);
  let status: Status | undefined;
  const { outcome, execution } = await waitForEnd({
    async describe() {
      const execution = await describeExecution(sfn, found.execution.executionArn);
      status = await readStatus(environment, { ...found, execution }, Date.now());
      await show(status);
      return execution;
    },
    now: Date.now,
    sleep: pauseFor,
    pause: PAUSES[environment.kind],
    signal: wish.signal,
    ...(wish.timeout === undefined ? {} : { deadline: Date.now() + wish.timeout }),
  });
  if (outcome === 'interrupted') throw interruption(environment, execution, wish.signal.reason);
  return status ?? readStatus(environment, { ...found, execution }, Date.now());
}

/** What a new reading tells that the one before did not, as one line; nothing when nothing has changed. */
export function changeLine(before: Status | undefined, status: Status, now: number): string | undefined {
  const current = summary(status);
  return before !== undefined && summary(before) === current ? undefined : `${new Date(now).toISOString()}  ${current}`;
}

function summary({ answer }: Status): string {
  const open = answer.states
    .filter((state) => state.outcome === 'running')
    .map((state) => `${state.stateName}${state.attempts > 1 ? `, attempt ${state.attempts}` : ''}`);
  return open.length === 0 ? answer.status : `${answer.status}  ${open.join('; ')}`;
}

/** Draws a block of lines over the one before. */
export class Redrawing {
  private rows = 0;

  constructor(
    private readonly write: (text: string) => void,
    private readonly width: number,
  ) {}

  draw(text: string): void {
    const up = this.rows === 0 ? '' : `\x1b[${this.rows}A\r`;
    this.write(`${up}\x1b[0J${text}`);
    this.rows = text
      .split('\n')
      .slice(0, -1)
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(visibleLength(line) / this.width)), 0);
  }
}

function visibleLength(line: string): number {
  return line.replace(/\x1b\[[0-9;]*m/g, '').length;
}
