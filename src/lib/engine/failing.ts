import type { TaskState } from '../definition/types.js';
import { languageOf, type Frame } from './frame.js';
import { LanguageError } from './language-error.js';
import type { Instant } from './protocol.js';
import { decideRetry, findCatcher } from './retry-and-catch.js';
import type { Run } from './run.js';
import { StateFailure, type Evaluation, type FailureReason } from './state-failure.js';
import { childFailed, dropGroup } from './states/children.js';
import { failMapRun } from './states/map-run.js';
import { askForWaking } from './states/wait.js';
import { leave } from './transitions.js';

/**
 * What becomes of a state that has failed: another attempt, its catcher, or the failure of what is around it.
 * @param failedId the event that says so, or the last one before
 */
export function fail(frame: Frame, reason: FailureReason, failedId: number, run: Run): void {
  const { state, retriesUsed, group } = frame.at;
  frame.last = failedId;
  // What goes wrong on the way to a catcher is not handled once more.
  const handlers = frame.phase.kind === 'caught' ? {} : handlersOf(frame);
  if (group?.run?.open === true) {
    failedId = failMapRun(frame, group.run, reason, run);
    frame.last = failedId;
  }
  const retry = decideRetry(handlers.Retry, reason, retriesUsed, () => run.sources.random());
  if (retry !== undefined) {
    dropGroup(frame, run);
    const until = run.now + retry.delay;
    backOff(frame, retry.index, until, failedId);
    run.annotate({ retry: { at: frame.path, index: retry.index, until, failedId } });
    askForWaking(frame, run);
    return;
  }
  if (group !== undefined) {
    run.record(frame, `${state.Type}StateFailed`, frame.last);
  }
  const catcher = findCatcher(handlers.Catch, reason);
  if (catcher !== undefined) {
    dropGroup(frame, run);
    if (languageOf(state, run.setup.definition.QueryLanguage) === 'JSONata') {
      // Its output takes until the next step to evaluate.
      run.annotate({ caught: { at: frame.path, catcher, ...reason, failedId: frame.last } });
    }
    frame.phase = { kind: 'caught', reason, catcher };
    run.push(frame);
    return;
  }
  frame.phase = { kind: 'failed' };
  if (frame.parent === undefined) {
    run.failExecution(reason, frame.last);
  } else {
    childFailed(frame.parent, frame, reason, frame.last, run);
  }
}

/** Puts a frame between two attempts. */
export function backOff(frame: Frame, retrier: number, until: Instant, failedId: number): void {
  const visit = frame.at;
  visit.retryCount += 1;
  visit.retriesUsed[retrier] = (visit.retriesUsed[retrier] ?? 0) + 1;
  visit.group = undefined;
  frame.last = failedId;
  frame.phase = { kind: 'backoff', until, failedId };
}

export function goToCatcher(frame: Frame, reason: FailureReason, index: number, run: Run): void {
  const catcher = handlersOf(frame).Catch?.[index];
  if (catcher === undefined) {
    throw new Error(`state '${frame.at.name}' has no catcher ${index}`);
  }
  const { output, assigned } = run.flow(frame).caught(frame, catcher, reason);
  leave(frame, output, assigned, catcher.Next, run);
}

/**
 * The state fails for what was thrown while it was advanced.
 * @throws what is no failure of a state
 */
export function failBecauseOf(frame: Frame, error: unknown, run: Run): void {
  if (error instanceof StateFailure) {
    const { reason, evaluation } = error;
    fail(frame, reason, evaluation === undefined ? frame.last : recordEvaluation(frame, reason, evaluation, run), run);
  } else if (error instanceof LanguageError) {
    const { name, enteredId } = frame.at;
    const where = `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}).`;
    fail(frame, { error: error.errorName, cause: `${where} ${error.message}` }, frame.last, run);
  } else {
    throw error;
  }
}

/**
 * What fails while a state is being evaluated points to the event before its entry, as if it had not been entered yet
 * (recordings test_undefined_reference); what turns out later points to what came last.
 */
function recordEvaluation(frame: Frame, reason: FailureReason, { location, afterEntry }: Evaluation, run: Run): number {
  const { name, enteredId, enteredAfter, state, group } = frame.at;
  const cause = frame.last === enteredId && !afterEntry ? enteredAfter : frame.last;
  const details = { ...reason, ...(location === undefined ? {} : { location }), state: name };
  const event = run.record(frame, 'EvaluationFailed', cause, 'evaluationFailedEventDetails', details);
  const startsNothing = (state.Type === 'Map' || state.Type === 'Parallel') && group === undefined;
  return startsNothing ? run.record(frame, `${state.Type}StateFailed`, event.id).id : event.id;
}

function handlersOf(frame: Frame): Pick<TaskState, 'Retry' | 'Catch'> {
  const { state } = frame.at;
  return state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map' ? state : {};
}
