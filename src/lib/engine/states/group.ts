import type { MapState, ParallelState, StateGraph } from '../../definition/types.js';
import { Datum } from '../datum.js';
import { Frame, type Group } from '../frame.js';
import { INLINE_CONCURRENCY } from '../limits.js';
import type { Json } from '../protocol.js';
import type { Note } from '../recorder.js';
import type { Run } from '../run.js';
import type { FailureReason } from '../state-failure.js';

/** Starts all branches, each from the ParallelStateStarted event. */
export function runParallel(frame: Frame, state: ParallelState, run: Run): void {
  const input = run.flow(frame).parameters(frame, state.Parameters ?? state.Arguments);
  const note = isComputedLater(frame, run) ? { group: { input: input.text } } : undefined;
  const event = run.record(frame, 'ParallelStateStarted', frame.last, undefined, undefined, note);
  frame.phase = { kind: 'group' };
  frame.at.group = parallelGroup(frame, state, event.id, input);
  for (const child of [...frame.at.group.children.values()].reverse()) {
    run.push(child);
  }
}

export function parallelGroup(frame: Frame, state: ParallelState, startedId: number, input: Datum | undefined): Group {
  const children = new Map(
    state.Branches.map((branch, index) => [
      index,
      new Frame(branch, frame, index, { variables: frame.variables, last: startedId }),
    ]),
  );
  const length = state.Branches.length;
  return { startedId, length, concurrency: length, ...(input === undefined ? {} : { input }), children, outputs: [], next: length, done: 0, lastOfEnded: startedId };
}

/** Starts as many iterations as may run at once; the others follow as these end. */
export function runMap(frame: Frame, state: MapState, run: Run): void {
  const { items, concurrency } = workOf(frame, state, run);
  const note: Note | undefined = isComputedLater(frame, run) ? { group: { items: items as Json, concurrency } } : undefined;
  const details = { length: items.length };
  const event = run.record(frame, 'MapStateStarted', frame.last, 'mapStateStartedEventDetails', details, note);
  frame.phase = { kind: 'group' };
  frame.at.group = mapGroup(event.id, items.length, concurrency, items);
  if (items.length === 0) {
    endGroup(frame, event.id, run);
  } else {
    run.push(frame);
  }
}

/** What the iterations work on, and how many at once. */
function workOf(frame: Frame, state: MapState, run: Run): { items: readonly Json[]; concurrency: number } {
  const flow = run.flow(frame);
  const limit = flow.count(frame, 'MaxConcurrency');
  const concurrency = Math.min(limit === undefined || limit === 0 ? INLINE_CONCURRENCY : limit, INLINE_CONCURRENCY);
  return { items: flow.items(frame, state), concurrency };
}

/** After a restart: works the same out again for a Map that had started, and for those inside it. */
export function restoreWork(frame: Frame, run: Run): void {
  const group = frame.visit?.group;
  if (group === undefined) {
    return;
  }
  const { state } = frame.at;
  if (state.Type === 'Map' && group.items === undefined) {
    Object.assign(group, workOf(frame, state, run));
  }
  for (const child of group.children.values()) {
    restoreWork(child, run);
  }
}

export function mapGroup(startedId: number, length: number, concurrency: number, items: readonly Json[] | undefined): Group {
  return { startedId, length, concurrency, ...(items === undefined ? {} : { items }), children: new Map(), outputs: [], next: 0, done: 0, lastOfEnded: startedId };
}

/** Starts the next iteration if there is one and room for it, and comes back for more once that one waits or has ended. */
export function fillMap(frame: Frame, run: Run): void {
  const group = groupOf(frame);
  if (group.next >= group.length || group.children.size >= group.concurrency) {
    return;
  }
  const index = group.next;
  // The first ones start with the Map; a later one takes the place of the one that has just ended.
  const cause = index < group.concurrency ? group.startedId : group.lastOfEnded;
  const event = run.record(frame, 'MapIterationStarted', cause, 'mapIterationStartedEventDetails', { index, name: frame.at.name });
  const child = addIteration(frame, group, index, event.id);
  run.push(frame);
  run.push(child);
}

export function addIteration(frame: Frame, group: Group, index: number, startedId: number): Frame {
  const child = new Frame(processorOf(frame.at.state as MapState), frame, index, { variables: frame.variables, last: startedId });
  group.children.set(index, child);
  group.next = index + 1;
  return child;
}

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
  return Datum.ofArray(Array.from({ length: group.length }, (_, index) => group.outputs[index] ?? Datum.ofText('null')));
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

/** Nobody advances this frame and its children any more. */
export function halt(frame: Frame, run: Run): void {
  run.release(frame);
  frame.halted = true;
  for (const child of frame.visit?.group?.children.values() ?? []) {
    halt(child, run);
  }
}

function processorOf(state: MapState): StateGraph {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) {
    throw new Error('a Map state without ItemProcessor');
  }
  return processor;
}

function groupOf(frame: Frame): Group {
  const { group } = frame.at;
  if (group === undefined) {
    throw new Error(`state '${frame.at.name}' has not started its branches`);
  }
  return group;
}

/** JSONata's answers come later, so what they were has to be stored. */
function isComputedLater(frame: Frame, run: Run): boolean {
  return (frame.at.state.QueryLanguage ?? run.setup.definition.QueryLanguage) === 'JSONata';
}
