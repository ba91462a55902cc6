import type { Environment } from '../environment/environment.js';
import { exitOf } from '../execution/execution.js';
import { followExecution } from '../execution/follow-execution.js';
import type { Stayed } from './start-orders.js';

export interface StayWish {
  /** Stay to the end. */
  readonly wait: boolean;
  /** Epoch milliseconds at which nobody waits any longer. */
  readonly deadline?: number | undefined;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  now(): number;
}

export type Stay = (executionArn: string) => Promise<Stayed | undefined>;

/**
 * How bulk work stays with each of its executions: to the end where it waits; locally it also drives them, until they end or
 * only wait. @returns undefined where nobody has to stay
 */
export function stayWithEach(environment: Environment, wish: StayWish): Stay | undefined {
  if (!wish.wait && environment.local === undefined) return undefined;
  return async (executionArn) => {
    try {
      const { outcome, execution } = await followExecution(environment, executionArn, {
        until: wish.wait ? 'end' : 'idle',
        drive: true,
        // One of its own: whoever listens to it goes with it, and thousands follow one another here.
        signal: AbortSignal.any([wish.signal]),
        ...(wish.deadline === undefined ? {} : { timeout: Math.max(0, wish.deadline - wish.now()) }),
      });
      const { status, error } = execution;
      const exit = outcome === 'idle' ? 'done' : outcome === 'timed-out' ? 'stillRunning' : exitOf(status);
      return { status, ...(error === undefined ? {} : { error }), exit };
    } catch (error) {
      if (wish.signal.aborted) return undefined;
      throw error;
    }
  };
}
