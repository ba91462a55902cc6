/**
 * What goes into the engine and what comes out.
 *
 * The engine is a synchronous step: (execution so far, signal, now) -> (new history events, effects wanted).
 * It never waits, reads or writes. A driver performs the effects, stores the events, and answers with signals.
 *
 *     signal ──> Execution.handle ──> events   (appended to the store, in one transaction, BEFORE effects are performed)
 *                                └──> effects  (invoke, timer, cancel, evaluate; start-child and its like for a Map Run)
 *
 * An execution IS its list of records: `Execution.restore(setup, records)` gives the same execution back and asks again
 * for the effects that are still open, so a crash resumes and a redrive continues.
 */
import type { StateMachine } from '../definition/types.js';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Milliseconds since the epoch. */
export type Instant = number;

export type MachineType = 'STANDARD' | 'EXPRESS';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One event as GetExecutionHistory gives it; `timestamp` in epoch milliseconds; payloads are JSON texts. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: Instant;
  readonly type: string;
  /** `stateEnteredEventDetails`, `taskFailedEventDetails` ... at most one of them. */
  readonly [details: `${string}EventDetails`]: Readonly<Record<string, unknown>>;
}

/**
 * An event and what AWS keeps to itself but a restart needs (whose branch it is in, a drawn back-off ...).
 * `note` is small, is stored beside the event and never shown.
 */
export interface HistoryRecord {
  readonly event: HistoryEvent;
  readonly note?: Json;
}

/** All that does not change during an execution. */
export interface ExecutionSetup {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly region: string;
  readonly accountId: string;
  readonly type: MachineType;
  readonly definition: StateMachine;
  /** The JSON text as it was sent. */
  readonly input: string;
  readonly startedAt: Instant;
}

/** Where time and chance come from. */
export interface Sources {
  now(): Instant;
  /** 0 <= x < 1 */
  random(): number;
  uuid(): string;
}

export type IntegrationPattern = 'request-response' | 'sync' | 'sync:2' | 'wait-for-task-token';

/** Which service a Task's Resource names, e.g. {service: 'lambda', action: 'invoke'}; a function ARN is {service: 'lambda-arn'}. */
export interface ResourceReference {
  readonly arn: string;
  readonly service: string;
  readonly action: string;
  readonly pattern: IntegrationPattern;
}

export type Effect =
  /** Call a service. Answered by task-started and then task-succeeded, task-failed or (never left our side) task-not-scheduled. */
  | {
      readonly kind: 'invoke';
      /** Names this call in later signals; unique in the execution, the same again after a restart. */
      readonly key: string;
      readonly resource: ResourceReference;
      /** Resolved Parameters / Arguments (for a function or activity ARN: the input). */
      readonly parameters: Json;
      /** The same as JSON text, numbers written as they came. */
      readonly parametersText: string;
      readonly stateName: string;
      readonly retryCount: number;
      /** Given for wait-for-task-token and activities. */
      readonly taskToken?: string;
      /** Whether task-started was already recorded before a restart. */
      readonly started: boolean;
      /** Whether task-submitted was: the request has arrived, only its end is awaited. */
      readonly submitted: boolean;
    }
  /** Send {kind: 'timer', key} at `at`. Asked for again under the same key, it replaces the earlier one. */
  | { readonly kind: 'timer'; readonly key: string; readonly at: Instant }
  /** A timer is no longer wanted, or nobody listens to a call any more (a Lambda that runs goes on running). */
  | { readonly kind: 'cancel'; readonly key: string }
  /** Evaluate something asynchronous (JSONata); answered by `evaluated`. */
  | { readonly kind: 'evaluate'; readonly key: string; readonly expression: string; readonly bindings: Json }
  | MapRunEffect;

/**
 * A distributed Map's items run in executions of their own, which the driver keeps: (Map Run, index) names one for good.
 * Nothing of a child is in its parent's records, so a restored parent asks for every child again, and the driver answers
 * for those that have ended from what it has stored.
 */
export type MapRunEffect =
  /** The Map Run as it is now; to be stored in the transaction of the step's events. Not answered; comes again after a restart. */
  | {
      readonly kind: 'map-run';
      readonly key: string;
      readonly mapRunArn: string;
      readonly stateName: string;
      /** Anything but RUNNING: children that still run are to be stopped. */
      readonly status: MapRunStatus;
      readonly maxConcurrency: number;
      readonly toleratedFailureCount: number;
      readonly toleratedFailurePercentage: number;
      readonly redriveCount: number;
      /** Items of the whole run, once known. */
      readonly itemCount?: number;
    }
  /** Read the items. Answered by task-succeeded with the JSON text of an array, or task-failed. */
  | {
      readonly kind: 'read-items';
      readonly key: string;
      readonly resource: string;
      readonly parameters: Json;
      readonly config: Json;
      /** Read no more than these. */
      readonly maxItems?: number;
    }
  /** Have the execution for this item (or batch) run. Answered by child-ended; `cancel` means that nobody waits for it. */
  | {
      readonly kind: 'start-child';
      readonly key: string;
      readonly mapRunArn: string;
      readonly stateName: string;
      readonly index: number;
      /** How many items it works on. */
      readonly itemCount: number;
      /** JSON text. */
      readonly input: string;
      readonly executionType: MachineType;
      /** Redrives of the Map Run: a child that failed before the latest of them runs again. */
      readonly redriveCount: number;
    }
  /** Export the children's results. Answered by task-succeeded with {Bucket, Key} of the manifest, or task-failed. */
  | {
      readonly kind: 'write-results';
      readonly key: string;
      readonly mapRunArn: string;
      readonly resource: string;
      readonly parameters: Json;
      readonly config: Json;
    };

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

export type Signal =
  | { readonly kind: 'task-started'; readonly key: string; readonly details?: Record<string, Json> }
  /** `output`: the result's JSON text (for lambda:invoke the whole envelope). */
  | { readonly kind: 'task-succeeded'; readonly key: string; readonly output: string }
  | { readonly kind: 'task-failed'; readonly key: string; readonly error?: string; readonly cause?: string }
  /** The request could not be submitted: TaskSubmitFailed / LambdaFunctionScheduleFailed ... */
  | { readonly kind: 'task-not-scheduled'; readonly key: string; readonly error: string; readonly cause: string }
  | { readonly kind: 'task-submitted'; readonly key: string; readonly output: string }
  | { readonly kind: 'task-heartbeat'; readonly key: string }
  | { readonly kind: 'timer'; readonly key: string }
  /** `output`: a succeeded child's output, for any other all that is known of it, as ResultWriter exports it; JSON text. */
  | {
      readonly kind: 'child-ended';
      readonly key: string;
      readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
      readonly output: string;
    }
  | { readonly kind: 'evaluated'; readonly key: string; readonly value?: Json; readonly failure?: string }
  | { readonly kind: 'stop'; readonly error?: string; readonly cause?: string }
  | { readonly kind: 'redrive' };

/** What one step gives. */
export interface Step {
  readonly records: readonly HistoryRecord[];
  readonly effects: readonly Effect[];
  readonly status: ExecutionStatus;
  /** Given when the step ended the execution. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/**
 * The engine's surface, implemented by `Execution` in execution.ts:
 *
 *   Execution.start(setup, sources): { execution, step }
 *   Execution.restore(setup, records, sources): { execution, step }   // step.records is empty, step.effects are the open ones
 *   execution.handle(signal): Step                                    // unknown or stale keys give an empty step
 *   execution.status, execution.redriveCount, execution.lastEventId
 */
export interface RunningExecution {
  readonly status: ExecutionStatus;
  readonly redriveCount: number;
  readonly lastEventId: number;
  handle(signal: Signal): Step;
}
