import type { QueryLanguage, State, StateGraph } from '../definition/types.js';
import type { Datum } from './datum.js';
import type { Instant, Json, ResourceReference } from './protocol.js';
import type { FailureReason } from './state-failure.js';
import type { MapRun } from './map-run.js';

export type Variables = Readonly<Record<string, Json>>;

/**
 * One thread of states: the execution's own, a Parallel's branch, a Map's iteration. Frames form the tree of what is open;
 * what has ended leaves only its output behind.
 *
 *     root ── in state Parallel ──┬── branch 0, in state A
 *                                 └── branch 1, in state Map ──── iteration 3, in state B
 */
export class Frame {
  /** Position in the tree: child indices joined by dots; empty for the root. Stored with the events. */
  readonly path: string;
  readonly variablesAround: Variables;
  variables: Variables;
  phase: Phase;
  visit: Visit | undefined;
  /** The event that the next one points to. */
  last: number;
  /** Set when nobody may advance this frame any more: its execution or its parent state has ended or failed. */
  halted = false;
  /** Signals it listens to. */
  keys: string[] = [];
  /** What JSONata has answered so far for the evaluation under way, by request. */
  answers: Map<string, Answer> | undefined;

  constructor(
    readonly graph: StateGraph,
    readonly parent: Frame | undefined,
    readonly index: number,
    start: { readonly variables: Variables; readonly last: number; readonly input?: Datum },
  ) {
    this.path = parent === undefined ? '' : parent.path === '' ? String(index) : `${parent.path}.${index}`;
    this.variablesAround = start.variables;
    this.variables = start.variables;
    this.last = start.last;
    this.phase = start.input === undefined ? { kind: 'start' } : { kind: 'start', input: start.input };
  }

  /** The visit under way. */
  get at(): Visit {
    if (this.visit === undefined) {
      throw new Error(`frame '${this.path}' is in no state`);
    }
    return this.visit;
  }

  /** Opens a visit; `event` is its StateEntered. */
  enter(
    name: string,
    input: Datum,
    event: { readonly id: number; readonly previousEventId: number; readonly timestamp: Instant },
  ): void {
    const state = this.graph.States[name];
    if (state === undefined) {
      throw new Error(`no state '${name}' in this definition`);
    }
    this.visit = {
      name,
      state,
      input,
      enteredId: event.id,
      enteredAfter: event.previousEventId,
      enteredAt: event.timestamp,
      resumedAt: event.timestamp,
      retryCount: 0,
      retriesUsed: [],
      group: undefined,
    };
    this.last = event.id;
    this.phase = READY;
    this.answers = undefined;
  }

  assign(assigned: Variables | undefined): void {
    if (assigned !== undefined) {
      this.variables = { ...this.variables, ...assigned };
    }
  }
}

/** What JSONata gave for one expression. */
export interface Answer {
  readonly value?: Json;
  readonly failure?: string;
}

/** One stay in one state, over all its retries and redrives. */
export interface Visit {
  readonly name: string;
  readonly state: State;
  readonly input: Datum;
  readonly enteredId: number;
  /** The event before StateEntered, which evaluation failures point to. */
  readonly enteredAfter: number;
  readonly enteredAt: Instant;
  /** When waiting began: the entry, or the latest redrive. */
  resumedAt: Instant;
  retryCount: number;
  /** Uses of each retrier. */
  retriesUsed: number[];
  /** Branches or iterations, while the state is a Parallel or Map that has started. */
  group: Group | undefined;
}

/** The children of a Parallel or Map. */
export interface Group {
  /** The *StateStarted event. */
  readonly startedId: number;
  length: number;
  /** Map: how many at once. Parallel: all. */
  concurrency: number;
  /** Map: the items. */
  items?: readonly Json[];
  /** Parallel: what the branches start with; absent until first needed after a restart. */
  input?: Datum;
  /** Those under way or failed. */
  readonly children: Map<number, Frame>;
  readonly outputs: (Datum | undefined)[];
  /** The next to start. */
  next: number;
  done: number;
  /** The last event of the child that ended last. */
  lastOfEnded: number;
  /** Distributed Map: its children are executions of their own. */
  run?: MapRun;
}

export type Phase =
  /** Created, no state entered yet. */
  | { readonly kind: 'start'; readonly input?: Datum }
  /** In a state that is to be executed. */
  | { readonly kind: 'ready' }
  | TaskPhase
  /** Between attempts. */
  | { readonly kind: 'backoff'; readonly failedId: number; readonly until: Instant }
  | { readonly kind: 'until'; readonly at: Instant }
  /** A Parallel or Map whose children are at work. */
  | { readonly kind: 'group' }
  /** A distributed Map whose items are being read, whose results are being written, or that has been redriven. */
  | { readonly kind: 'reading' }
  | { readonly kind: 'writing' }
  | { readonly kind: 'redriven' }
  /** An item of a distributed Map: an execution of its own is at work. */
  | { readonly kind: 'child'; readonly key: string }
  /** The state's work is done, its output is to be made. */
  | { readonly kind: 'result'; readonly result: Datum }
  | { readonly kind: 'caught'; readonly reason: FailureReason; readonly catcher: number }
  | { readonly kind: 'failed' }
  | { readonly kind: 'done' };

export interface TaskPhase {
  readonly kind: 'task';
  readonly scheduledId: number;
  readonly resource: ResourceReference;
  readonly parameters: Datum;
  readonly token: string | undefined;
  readonly deadline: Instant | undefined;
  /** Milliseconds. */
  readonly heartbeat: number | undefined;
  started: boolean;
  /** The request has arrived at its service; somebody there answers later. */
  submitted: boolean;
  /** When the next heartbeat is due at the latest. */
  beatBy?: Instant;
}

export const READY: Phase = { kind: 'ready' };

/** Which language a state is written in; states inherit the machine's. */
export function languageOf(state: State, machine: QueryLanguage | undefined): QueryLanguage {
  return state.QueryLanguage ?? machine ?? 'JSONPath';
}
