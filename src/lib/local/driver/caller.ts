import type { Instant } from '../../engine/protocol.js';
import type { StoredExecution } from '../store/execution-store.js';

/** The execution whose task calls a service. */
export interface Caller {
  readonly execution: StoredExecution;
  /** What the execution's own clock shows. */
  readonly now: Instant;
  /** Whether the task still waits for the call's end. */
  isWanted(): boolean;
  /** The request has arrived; its end follows as the call's outcome. */
  submitted(output: string): void;
  /** Waiting that the child has skipped, which its parent has not waited for either. */
  skipped(milliseconds: number): void;
}
