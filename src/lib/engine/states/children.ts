import type { ParallelState } from '../../definition/types.js';
import { Datum } from '../datum.js';
import { languageOf, type Frame, type Group } from '../frame.js';
import type { Run } from '../run.js';
import type { FailureReason } from '../state-failure.js';
import { abortMapRun, groupOf, halt } from './halting.js';

/** What a branch or iteration that has not entered a state yet begins with. */
export function inputOfChild(parent: Frame, index: number, run: Run): Datum {
  const group = groupOf(parent);
  const { state } = parent.at;
  if (state.Type === 'Map') {
    return run.flow(parent).itemInput(parent, state, index, group.items ?? []);
  }
  group.input ??= run.flow(parent).parameters(parent, (state as ParallelState).Parameters);
  return group.input;
}

/** A branch or iteration has come to its end. */
export function childEnded(parent: Frame, child: Frame, output: Datum, run: Run): void {
  const group = groupOf(parent);
  noteEnd(group, child, output);
  const { name, state } = parent.at;
  let cause = group.lastOfEnded;
  if (state.Type === 'Map') {
    const details = { index: child.index, name };
    cause = run.record(child, 'MapIterationSucceeded', cause, 'mapIterationSucceededEventDetails', details).id;
  }
  if (group.done === group.length) {
    endGroup(parent, cause, run);
  }
}

/** Keeps a child's output and forgets the rest of it. */
export function noteEnd(group: Group, child: Frame, output: Datum): void {
  group.children.delete(child.index);
  group.outputs[child.index] = output;
  group.done += 1;
  group.lastOfEnded = child.last;
}

/** All have ended: their outputs are the state's result. */
export function endGroup(frame: Frame, cause: number, run: Run): void {
  const group = groupOf(frame);
  run.record(frame, `${frame.at.state.Type}StateSucceeded`, cause);
  // StateExited points to the same event as StateSucceeded does.
  frame.last = cause;
  frame.phase = { kind: 'result', result: resultOf(group) };
  run.push(frame);
}

export function resultOf(group: Group): Datum {
  return Datum.ofArray(
    Array.from({ length: group.length }, (_, index) => group.outputs[index] ?? Datum.ofText('null')),
  );
}

/**
 * A branch or iteration has failed: its siblings are stopped, and so the state fails. All events of this point to the
 * failing one. A function that runs in a sibling is not stopped, only nobody listens to it any more.
 */
export function childFailed(parent: Frame, child: Frame, reason: FailureReason, failedId: number, run: Run): void {
  const { name, state, group } = parent.at;
  const isMap = state.Type === 'Map';
  if (isMap) {
    run.record(child, 'MapIterationFailed', failedId, 'mapIterationFailedEventDetails', { index: child.index, name });
  }
  for (const open of group?.children.values() ?? []) {
    abort(open, failedId, run);
    if (isMap && open !== child) {
      run.record(open, 'MapIterationAborted', failedId, 'mapIterationAbortedEventDetails', { index: open.index, name });
    }
  }
  parent.last = failedId;
  run.fail(parent, reason, failedId);
}

/** The states in which an execution can be interrupted have an event for it; inner ones come first. */
function abort(frame: Frame, failedId: number, run: Run): void {
  const { visit, phase } = frame;
  run.release(frame);
  abortMapRun(frame, run);
  frame.halted = true;
  if (visit === undefined || phase.kind === 'done') {
    return;
  }
  const alreadyFailed = phase.kind === 'failed';
  if (!(alreadyFailed && visit.group !== undefined)) {
    for (const open of visit.group?.children.values() ?? []) {
      abort(open, failedId, run);
    }
  }
  const { Type } = visit.state;
  const interruptible = Type === 'Task' || Type === 'Wait' || Type === 'Map' || Type === 'Parallel';
  // A Parallel or Map that has failed has said so itself.
  const closed = alreadyFailed && (Type === 'Map' || Type === 'Parallel');
  if (interruptible && !closed) {
    run.record(frame, `${Type}StateAborted`, failedId);
  }
}

/** Drops all children, as a retry or a catcher does. */
export function dropGroup(frame: Frame, run: Run): void {
  for (const child of frame.at.group?.children.values() ?? []) {
    halt(child, run);
  }
  frame.at.group = undefined;
}

/** JSONata's answers come later, so what they were has to be stored. */
export function isComputedLater(frame: Frame, run: Run): boolean {
  return languageOf(frame.at.state, run.setup.definition.QueryLanguage) === 'JSONata';
}
