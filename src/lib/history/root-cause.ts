import { decodeCause, type DecodedCause } from './cause.js';
import { errorClass, type ErrorClass } from './error-class.js';
import type { HistoryEvent } from './event.js';
import type { EventGraph, VisitNode } from './event-graph.js';
import type { PathStep, Visit } from './visit.js';

/** Why an execution did not succeed. */
export interface RootCause {
  /**
   * task: a call failed · state: a state could not be carried out (a path, an expression, a limit) · fail-state: the
   * workflow decided so · map-run: too many child executions failed · timed-out, aborted: the execution as a whole
   */
  readonly kind: 'task' | 'state' | 'fail-state' | 'map-run' | 'timed-out' | 'aborted';
  /** The state where the trouble began: not its handler, not a Fail state that only reports it. */
  readonly stateName?: string;
  readonly path: readonly PathStep[];
  readonly error?: string;
  readonly cause?: DecodedCause;
  readonly class: ErrorClass;
  /** Tries of the failing state in its last run. */
  readonly attempts: number;
  /** The event in which the error stands. */
  readonly eventId?: number;
  /** The Fail state in which the execution ended: a redrive would only enter it again. */
  readonly failState?: string;
  /** An error that was caught on the way: the failing state is its handler, or stands behind it. */
  readonly caughtBefore?: { readonly stateName: string; readonly error: string; readonly message?: string };
  /** Where the execution stood when it was stopped or ran out of time. */
  readonly openStates?: readonly string[];
  /** The distributed Map that failed: its child executions hold the errors. */
  readonly mapRunArn?: string;
}

export interface End {
  readonly graph: EventGraph;
  readonly visits: readonly Visit[];
  readonly phase: 'failed' | 'timed-out' | 'aborted';
  readonly event: HistoryEvent;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The innermost states that were open at the end. */
  readonly open: readonly VisitNode[];
}

/** AWS writes the place of a failure that has no event of its own into its cause [recorded]. */
const PLACE_IN_TEXT = /the state '(?<name>[^']+)' \(entered at the event id #(?<id>[0-9]+)\)/;

/**
 * Follows previousEventId back from the end: past ParallelStateFailed, MapStateFailed, MapIterationFailed, the nameless
 * ...StateAborted, and past ExecutionRedriven to the failure of the run before (a redriven Fail state leaves no other trace).
 */
export function findRootCause(end: End): RootCause {
  if (end.phase !== 'failed') return cutShort(end);
  const origin = end.graph.origin(end.event.previousEventId ?? 0);
  // A Fail state may repeat a caught error with its text, and then it is the Fail state that ended the execution.
  if (origin?.node?.visit.stateType === 'Fail') return endedInFailState(end, origin.node);
  const node = placeInText(end) ?? origin?.node ?? lastFailed(end);
  if (node === undefined) return describe('state', end, undefined);
  if (node.visit.stateType === 'Fail') return endedInFailState(end, node);
  const called = node.visit.attempts.at(-1);
  const kind =
    origin?.kind === 'map-run-ended'
      ? 'map-run'
      : origin?.kind === 'failed' && called?.error === end.error
        ? 'task'
        : 'state';
  const caught = lastCaught(end, node);
  return {
    ...describe(kind, end, node.visit),
    ...(caught ? { caughtBefore: caughtError(throwerOf(end, caught)) } : {}),
  };
}

function describe(kind: RootCause['kind'], end: End, visit: Visit | undefined): RootCause {
  const last = visit?.attempts.at(-1);
  // The execution repeats its error and cause in full; a failure event of the state says the same.
  const error = end.error ?? last?.error;
  const cause = decodeCause(end.cause ?? last?.cause);
  const eventId = last?.eventId ?? visit?.enteredEventId;
  return {
    kind,
    ...(visit ? { stateName: visit.stateName } : {}),
    path: visit?.path ?? [],
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    class: errorClass(error),
    attempts: Math.max(1, last?.number ?? 1),
    ...(eventId === undefined ? {} : { eventId }),
    ...mapRunOf(visit),
  };
}

function mapRunOf(visit: Visit | undefined): Pick<RootCause, 'mapRunArn'> {
  return visit?.mapRunArn === undefined ? {} : { mapRunArn: visit.mapRunArn };
}

/** The workflow caught an error, tidied up and ended in a Fail state: the error it caught is the cause, if one can be told. */
function endedInFailState(end: End, node: VisitNode): RootCause {
  const failState = node.visit.stateName;
  const caught = lastCaught(end, node, end.error) ?? caughtOnTheWay(end, node);
  const own = describe('fail-state', end, node.visit);
  if (caught === undefined) {
    return {
      ...own,
      class: own.class === 'bug' && !(own.error ?? '').startsWith('States.') ? 'business' : own.class,
      failState,
    };
  }
  // A Parallel or Map catches what one of its branches or items threw: that state is the one.
  const thrower = throwerOf(end, caught);
  const last = thrower.attempts.at(-1);
  const sameError = last?.error === end.error;
  const cause = decodeCause(sameError ? (end.cause ?? last?.cause) : last?.cause);
  return {
    kind: 'fail-state',
    stateName: thrower.stateName,
    path: thrower.path,
    ...(last?.error === undefined ? {} : { error: last.error }),
    ...(cause === undefined ? {} : { cause }),
    class: errorClass(last?.error),
    attempts: last?.number ?? 1,
    ...(last?.eventId === undefined ? {} : { eventId: last.eventId }),
    failState,
    ...mapRunOf(thrower),
  };
}

/** Stopped from outside, or out of time as a whole: no state failed, but one stood open. */
function cutShort(end: End): RootCause {
  const kind = end.phase === 'aborted' ? 'aborted' : 'timed-out';
  const [first] = end.open;
  const last = first?.visit.attempts.at(-1);
  const cause = decodeCause(end.cause);
  return {
    kind,
    ...(first ? { stateName: first.visit.stateName } : {}),
    path: first?.visit.path ?? [],
    ...(end.error === undefined ? {} : { error: end.error }),
    ...(cause === undefined ? {} : { cause }),
    class: 'infrastructure',
    attempts: last?.number ?? 1,
    openStates: end.open.map((node) => node.visit.stateName),
  };
}

function placeInText(end: End): VisitNode | undefined {
  if (end.error?.startsWith('States.') !== true) return undefined;
  const place = PLACE_IN_TEXT.exec(end.cause ?? '')?.groups;
  if (place === undefined) return undefined;
  const id = Number(place.id);
  const node = end.graph.knows(id) ? end.graph.at(id).node : undefined;
  return node?.visit.stateName === place.name ? node : undefined;
}

/** When the chain is broken (events missing, ids unusable): an open state whose last try carries this very error. */
function lastFailed(end: End): VisitNode | undefined {
  return end.open.findLast((node) => node.visit.attempts.at(-1)?.error === end.error) ?? end.open.at(-1);
}

/**
 * The latest caught error before `node`, in the frames around it or in branches that have joined; what happened in
 * another branch or item beside it does not count.
 */
function lastCaught(end: End, node: VisitNode, error?: string): Visit | undefined {
  return end.visits.findLast(
    (visit) =>
      visit.outcome === 'caught' &&
      visit !== node.visit &&
      visit.enteredEventId < node.visit.enteredEventId &&
      visit.attempts.at(-1)?.error !== undefined &&
      (error === undefined || visit.attempts.at(-1)?.error === error) &&
      !diverges(visit.path, node.visit.path),
  );
}

/** A caught error whose handlers lead straight to `node`. Where a Choice decided in between, the error did not. */
function caughtOnTheWay(end: End, node: VisitNode): Visit | undefined {
  for (const left of end.graph.leftBefore(node.visit.enteredEventId)) {
    if (left.visit.stateType === 'Choice') return undefined;
    if (left.visit.outcome === 'caught') return left.visit;
  }
  return undefined;
}

function throwerOf(end: End, caught: Visit): Visit {
  const eventId = caught.attempts.at(-1)?.eventId;
  return (end.graph.knows(eventId) ? end.graph.at(eventId).node?.visit : undefined) ?? caught;
}

function diverges(left: readonly PathStep[], right: readonly PathStep[]): boolean {
  return left.some((step, depth) => {
    const other = right[depth];
    return other !== undefined && (other.stateName !== step.stateName || other.index !== step.index);
  });
}

function caughtError(visit: Visit): NonNullable<RootCause['caughtBefore']> {
  const last = visit.attempts.at(-1);
  const message = decodeCause(last?.cause)?.message;
  return { stateName: visit.stateName, error: last?.error ?? 'unknown', ...(message === undefined ? {} : { message }) };
}
