/** Where a state stands: in which branch of which Parallel, in which item of which Map, outermost first. */
export type PathStep =
  | { readonly kind: 'branch'; readonly stateName: string; readonly index: number }
  | { readonly kind: 'item'; readonly stateName: string; readonly index: number };

export type AttemptOutcome = 'running' | 'succeeded' | 'failed' | 'timed-out' | 'aborted';

/** One try of a state: a call of a Task, one round of branches of a Parallel or Map. Times are epoch milliseconds. */
export interface Attempt {
  /** 1 is the first try of its run: a redrive starts counting anew. */
  number: number;
  /** 0 is the original run, N the Nth redrive. */
  run: number;
  start: number;
  end?: number;
  outcome: AttemptOutcome;
  error?: string;
  /** As AWS gave it; shortened once a later attempt has taken over, so that a long history stays small. */
  cause?: string;
  /** The event the failure came with. */
  eventId?: number;
}

export type VisitOutcome = 'running' | 'succeeded' | 'caught' | 'failed' | 'timed-out' | 'aborted';

/** One stay in a state. A loop or a Map gives many visits of one name; a redrive goes on with the visit there is. */
export interface Visit {
  readonly stateName: string;
  readonly stateType: string;
  readonly path: readonly PathStep[];
  readonly enteredEventId: number;
  readonly entered: number;
  exited?: number;
  exitedEventId?: number;
  outcome: VisitOutcome;
  /** Empty for states that do not call anything and have no branches. */
  readonly attempts: Attempt[];
  /** Items of a Map. */
  items?: number;
  /** The child executions of a distributed Map. */
  mapRunArn?: string;
  /** JSON texts, kept only where they were asked for. */
  input?: string;
  output?: string;
}

/** "CheckInventoryAndCharge > branch 2" or "ProcessLineItems > item 4"; empty at the top. Numbers count from 1. */
export function pathText(path: readonly PathStep[]): string {
  return path
    .map((step) => `${step.stateName} > ${step.kind === 'branch' ? 'branch' : 'item'} ${step.index + 1}`)
    .join(' > ');
}
