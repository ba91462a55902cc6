import type { ParallelState } from '../../definition/types.js';
import type { Datum } from '../datum.js';
import { Frame, type Group } from '../frame.js';
import type { Run } from '../run.js';
import { isComputedLater } from './children.js';

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
  return {
    startedId,
    length,
    concurrency: length,
    ...(input === undefined ? {} : { input }),
    children,
    outputs: [],
    next: length,
    done: 0,
    lastOfEnded: startedId,
  };
}
