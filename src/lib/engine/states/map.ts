import type { MapState, StateGraph } from '../../definition/types.js';
import { Frame, type Group } from '../frame.js';
import { INLINE_CONCURRENCY } from '../limits.js';
import type { Json } from '../protocol.js';
import type { Note } from '../recorder.js';
import type { Run } from '../run.js';
import { endGroup, isComputedLater } from './children.js';
import { groupOf } from './halting.js';
import { takeItems } from './map-run-items.js';

/** Starts as many iterations as may run at once; the others follow as these end. */
export function runMap(frame: Frame, state: MapState, run: Run): void {
  const { items, concurrency } = workOf(frame, state, run);
  const note: Note | undefined = isComputedLater(frame, run)
    ? { group: { items: items as Json, concurrency } }
    : undefined;
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
  if (state.Type === 'Map' && group.run !== undefined) {
    if (group.run.settings.reader === undefined && group.run.open) {
      takeItems(group, group.items ?? run.flow(frame).items(frame, state));
    }
  } else if (state.Type === 'Map' && group.items === undefined) {
    Object.assign(group, workOf(frame, state, run));
  }
  for (const child of group.children.values()) {
    restoreWork(child, run);
  }
}

export function mapGroup(
  startedId: number,
  length: number,
  concurrency: number,
  items: readonly Json[] | undefined,
): Group {
  return {
    startedId,
    length,
    concurrency,
    ...(items === undefined ? {} : { items }),
    children: new Map(),
    outputs: [],
    next: 0,
    done: 0,
    lastOfEnded: startedId,
  };
}

/** Starts the next iteration if there is one and room for it, and comes back for more once that one waits or has ended. */
export function fillMap(frame: Frame, run: Run): void {
  const group = groupOf(frame);
  if (group.next >= group.length || group.children.size >= group.concurrency) {
    return;
  }
  const index = group.next;
  if (group.run !== undefined) {
    const child = addIteration(frame, group, index, group.run.startedId);
    run.push(frame);
    run.push(child);
    return;
  }
  // The first ones start with the Map; a later one takes the place of the one that has just ended.
  const cause = index < group.concurrency ? group.startedId : group.lastOfEnded;
  const event = run.record(frame, 'MapIterationStarted', cause, 'mapIterationStartedEventDetails', {
    index,
    name: frame.at.name,
  });
  const child = addIteration(frame, group, index, event.id);
  run.push(frame);
  run.push(child);
}

export function addIteration(frame: Frame, group: Group, index: number, startedId: number): Frame {
  const child = new Frame(processorOf(frame.at.state as MapState), frame, index, {
    variables: frame.variables,
    last: startedId,
  });
  group.children.set(index, child);
  group.next = index + 1;
  return child;
}

function processorOf(state: MapState): StateGraph {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) {
    throw new Error('a Map state without ItemProcessor');
  }
  return processor;
}
