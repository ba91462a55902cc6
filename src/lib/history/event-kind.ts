/**
 * What an event does to its state. AWS has 62 event types and adds more; their names are regular, so the name is read
 * and not looked up: a type of tomorrow that follows the pattern is understood, any other is `other`.
 */
export type EventKind =
  | { readonly is: 'entered'; readonly stateType: string }
  | { readonly is: 'exited' }
  /** A call was asked for (again): one attempt begins. */
  | { readonly is: 'scheduled' }
  | { readonly is: 'started' }
  | { readonly is: 'succeeded' }
  /** A call, or an expression, failed: this is where errors come from. */
  | { readonly is: 'failed'; readonly timedOut: boolean; readonly expression?: true }
  /** Parallel, Map or Map Run took its branches up: one attempt of the state begins. */
  | { readonly is: 'branches-started'; readonly stateType: string }
  | { readonly is: 'branches-succeeded'; readonly stateType: string }
  /** The error of a branch or item became the error of the state around it. */
  | { readonly is: 'branches-failed'; readonly stateType: string }
  | { readonly is: 'map-run-started' }
  | { readonly is: 'map-run-ended'; readonly failed: boolean }
  | { readonly is: 'iteration'; readonly phase: 'started' | 'succeeded' | 'failed' | 'aborted' }
  /** Nameless: "one open state of the failed Parallel or Map was abandoned". */
  | { readonly is: 'state-aborted' }
  | {
      readonly is: 'execution';
      readonly phase: 'started' | 'succeeded' | 'failed' | 'timed-out' | 'aborted' | 'redriven';
    }
  | { readonly is: 'other' };

const OTHER: EventKind = { is: 'other' };

const EXECUTION: Readonly<Record<string, EventKind>> = {
  ExecutionStarted: { is: 'execution', phase: 'started' },
  ExecutionSucceeded: { is: 'execution', phase: 'succeeded' },
  ExecutionFailed: { is: 'execution', phase: 'failed' },
  ExecutionTimedOut: { is: 'execution', phase: 'timed-out' },
  ExecutionAborted: { is: 'execution', phase: 'aborted' },
  ExecutionRedriven: { is: 'execution', phase: 'redriven' },
};

const ITERATION: Readonly<Record<string, EventKind>> = {
  MapIterationStarted: { is: 'iteration', phase: 'started' },
  MapIterationSucceeded: { is: 'iteration', phase: 'succeeded' },
  MapIterationFailed: { is: 'iteration', phase: 'failed' },
  MapIterationAborted: { is: 'iteration', phase: 'aborted' },
};

const STATE_EVENT = /^(?<stateType>[A-Z][a-z]+)State(?<verb>[A-Z][A-Za-z]+)$/;
const CALL_EVENT = /^(?:Task|LambdaFunction|Activity)(?<verb>[A-Z][A-Za-z]+)$/;

/** Reads the name of an event type (AWS API reference, HistoryEvent `type`). */
export function eventKind(type: string | undefined): EventKind {
  if (type === undefined) return OTHER;
  const known = EXECUTION[type] ?? ITERATION[type];
  if (known) return known;
  const state = STATE_EVENT.exec(type)?.groups;
  if (state) return stateEvent(state.stateType ?? '', state.verb ?? '');
  if (type === 'EvaluationFailed') return { is: 'failed', timedOut: false, expression: true };
  if (type === 'MapRunStarted' || type === 'MapRunRedriven') return { is: 'map-run-started' };
  if (/^MapRun(?:Failed|Aborted|TimedOut|Succeeded)$/.test(type))
    return { is: 'map-run-ended', failed: type !== 'MapRunSucceeded' };
  const verb = CALL_EVENT.exec(type)?.groups?.verb;
  return verb === undefined ? OTHER : callEvent(verb);
}

function stateEvent(stateType: string, verb: string): EventKind {
  switch (verb) {
    case 'Entered':
      return { is: 'entered', stateType };
    case 'Exited':
      return { is: 'exited' };
    case 'Started':
      return { is: 'branches-started', stateType };
    case 'Succeeded':
      return { is: 'branches-succeeded', stateType };
    case 'Failed':
      return { is: 'branches-failed', stateType };
    case 'Aborted':
      return { is: 'state-aborted' };
    default:
      return OTHER;
  }
}

function callEvent(verb: string): EventKind {
  switch (verb) {
    case 'Scheduled':
      return { is: 'scheduled' };
    case 'Started':
    case 'Submitted':
      return { is: 'started' };
    case 'Succeeded':
      return { is: 'succeeded' };
    case 'TimedOut':
      return { is: 'failed', timedOut: true };
    // ScheduleFailed and StartFailed: the call never reached the service; SubmitFailed: the service refused it.
    case 'Failed':
    case 'ScheduleFailed':
    case 'StartFailed':
    case 'SubmitFailed':
      return { is: 'failed', timedOut: false };
    default:
      return OTHER;
  }
}
