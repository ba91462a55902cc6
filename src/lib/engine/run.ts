import type { DataFlow } from './data-flow/data-flow.js';
import type { Datum } from './datum.js';
import type { Frame } from './frame.js';
import type { Effect, ExecutionSetup, HistoryEvent, Instant, Sources } from './protocol.js';
import type { Note } from './recorder.js';
import type { FailureReason } from './state-failure.js';

/** What the state types need of the interpreter that runs them. */
export interface Run {
  readonly setup: ExecutionSetup;
  readonly sources: Sources;
  /** Time of this step. */
  readonly now: Instant;

  flow(frame: Frame): DataFlow;
  /** Records an event of this frame. */
  record(
    frame: Frame,
    type: string,
    previousEventId: number,
    detailsName?: string,
    details?: Readonly<Record<string, unknown>>,
    note?: Note,
  ): HistoryEvent;
  annotate(note: Note): void;
  /** Asks for something and listens to its key. */
  request(frame: Frame, effect: Effect): void;
  /** Asks for something that nobody waits for. */
  tell(effect: Effect): void;
  /** Stops listening to all that the frame asked for; `answered` needs no cancelling any more. */
  release(frame: Frame, answered?: string): void;
  /** Have the frame advanced before anything that waits already. */
  push(frame: Frame): void;
  /** The state has failed; `failedId` is the event that says so, or the last one before. */
  fail(frame: Frame, reason: FailureReason, failedId: number): void;
  succeedExecution(output: Datum): void;
  failExecution(reason: FailureReason, previousEventId: number): void;
}
