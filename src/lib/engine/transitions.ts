import type { Datum } from './datum.js';
import type { Frame, Variables } from './frame.js';
import { exceedsPayloadLimit } from './limits.js';
import type { Run } from './run.js';
import { dataLimitExceeded, StateFailure } from './state-failure.js';
import { childEnded } from './states/children.js';

const complete = { truncated: false };

export function enter(frame: Frame, name: string, input: Datum, run: Run): void {
  const state = frame.graph.States[name];
  if (state === undefined) {
    throw new StateFailure({ error: 'States.Runtime', cause: `The state '${name}' does not exist.` });
  }
  const details = { input: input.text, inputDetails: complete, name };
  const event = run.record(frame, `${state.Type}StateEntered`, frame.last, 'stateEnteredEventDetails', details);
  frame.enter(name, input, event);
}

/** The state's work has this result: makes the output of it and leaves. */
export function conclude(frame: Frame, result: Datum, run: Run): void {
  const { state } = frame.at;
  const { output, assigned } = run.flow(frame).outcome(frame, result);
  leave(frame, output, assigned, 'Next' in state ? state.Next : undefined, run);
}

/**
 * Leaves the state for the next one; without a next one the branch, the iteration or the execution has ended.
 * @throws StateFailure for an output that is too large
 */
export function leave(
  frame: Frame,
  output: Datum,
  assigned: Variables | undefined,
  next: string | undefined,
  run: Run,
): void {
  const { name, state } = frame.at;
  const { text } = output;
  if (exceedsPayloadLimit(text)) {
    throw new StateFailure(dataLimitExceeded(name));
  }
  const { parent } = frame;
  const details = { name, output: text, outputDetails: complete, ...shownVariables(assigned) };
  const note = next === undefined && parent !== undefined ? { end: true as const } : undefined;
  run.record(frame, `${state.Type}StateExited`, frame.last, 'stateExitedEventDetails', details, note);
  frame.assign(assigned);
  if (next !== undefined) {
    enter(frame, next, output, run);
    return;
  }
  frame.phase = { kind: 'done' };
  if (parent === undefined) {
    run.succeedExecution(output);
  } else {
    frame.halted = true;
    childEnded(parent, frame, output, run);
    run.push(parent);
  }
}

function shownVariables(assigned: Variables | undefined): object {
  if (assigned === undefined) {
    return {};
  }
  const assignedVariables: Record<string, string> = {};
  for (const [name, value] of Object.entries(assigned)) {
    assignedVariables[name] = JSON.stringify(value);
  }
  return { assignedVariables, assignedVariablesDetails: complete };
}
