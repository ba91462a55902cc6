import type { Instant, Signal } from '../../engine/protocol.js';
import type { DriveOptions, DriveOutcome } from '../local-environment.js';
import type { InsertedExecution, NewExecution, StoredExecution } from '../store/execution-store.js';

/** What the API's operations need of those who drive executions. */
export interface ExecutionDriver {
  /**
   * Inserts an execution unless its ARN is taken; a serving process stores its first step with it and drives it on.
   * Resolves when that is on the disk. `onInserted` is called inside the transaction with the new row's id, again if the
   * transaction has to be repeated.
   */
  start(execution: NewExecution, onInserted: (id: number) => void): Promise<InsertedExecution>;
  /** A redriven execution waits for somebody; a serving process takes it up at once. */
  offer(executionArn: string): void;
  /** Brings a signal to whoever drives; when nobody does, applies it here and lets go. Resolves when it has been applied. */
  deliver(execution: StoredExecution, signal: Signal): Promise<void>;
  /** Reopens an ended execution in one transaction. @returns when, by the execution's own clock. */
  redrive(execution: StoredExecution, clientToken: string | undefined): Promise<Instant>;
  drive(executionArn: string, options?: DriveOptions): Promise<DriveOutcome>;
}
