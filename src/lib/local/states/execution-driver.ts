import type { Instant, Signal } from '../../engine/protocol.js';
import type { DriveOptions, DriveOutcome } from '../local-environment.js';
import type { StoredExecution } from '../store/execution-store.js';

/** What the API's operations need of those who drive executions. */
export interface ExecutionDriver {
  /** A new or redriven execution waits for somebody; a serving process takes it up at once. */
  offer(executionArn: string): void;
  /** Brings a signal to whoever drives; when nobody does, applies it here and lets go. Resolves when it has been applied. */
  deliver(execution: StoredExecution, signal: Signal): Promise<void>;
  /** Reopens an ended execution in one transaction. @returns when, by the execution's own clock. */
  redrive(execution: StoredExecution, clientToken: string | undefined): Promise<Instant>;
  drive(executionArn: string, options?: DriveOptions): Promise<DriveOutcome>;
}
