import type { TaskState } from '../definition/types.js';
import { Datum } from './datum.js';
import { backOff } from './failing.js';
import { languageOf, type Frame } from './frame.js';
import type { Interpreter } from './interpreter.js';
import type { ExecutionStatus, HistoryEvent, HistoryRecord, Json } from './protocol.js';
import type { Note } from './recorder.js';
import { readResource } from './resource.js';
import { noteEnd, resultOf } from './states/children.js';
import { groupOf } from './states/halting.js';
import { addIteration, mapGroup, restoreWork } from './states/map.js';
import { applyRedriven, askForItems, distributedGroup, isDistributed, resumeMapRun } from './states/map-run.js';
import { runOf } from './states/map-run-items.js';
import { parallelGroup } from './states/parallel.js';
import { askForTask, scheduled } from './states/task.js';
import { askForWaking, runWait } from './states/wait.js';

const ENDINGS: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionFailed: 'FAILED',
  ExecutionAborted: 'ABORTED',
  ExecutionTimedOut: 'TIMED_OUT',
};

/**
 * Brings a fresh interpreter to where the records end, one record at a time: the same frames in the same phases as when
 * they were written. A cut must lie between two steps, which is how a store that writes a step in one transaction keeps it.
 */
export function restore(interpreter: Interpreter, records: Iterable<HistoryRecord>): void {
  for (const record of records) {
    apply(interpreter, record.event, (record.note ?? {}) as Note);
  }
  restoreWork(interpreter.root, interpreter);
}

/** Asks again for all that is open, and readies what can go on by itself. */
export function resume(interpreter: Interpreter): void {
  if (interpreter.status === 'RUNNING') {
    interpreter.askForDeadline(interpreter.redrivenAt ?? interpreter.setup.startedAt);
    resumeFrame(interpreter, interpreter.root);
  }
}

function apply(interpreter: Interpreter, event: HistoryEvent, note: Note): void {
  interpreter.recorder.lastId = event.id;
  const { type } = event;
  if (type.startsWith('Execution')) {
    applyToExecution(interpreter, event);
  } else if (!type.endsWith('StateAborted')) {
    applyToFrame(interpreter, event, note);
  }
  if (note.retry !== undefined) {
    const { at, index, until, failedId } = note.retry;
    backOff(frameAt(interpreter.root, at), index, until, failedId);
  }
  if (note.caught !== undefined) {
    const { at, catcher, failedId, ...reason } = note.caught;
    const frame = frameAt(interpreter.root, at);
    frame.last = failedId;
    frame.at.group = undefined;
    frame.phase = { kind: 'caught', catcher, reason };
  }
}

function applyToExecution(interpreter: Interpreter, event: HistoryEvent): void {
  const ending = ENDINGS[event.type];
  if (ending !== undefined) {
    interpreter.status = ending;
    interpreter.reason = detailsOf(event);
  } else if (event.type === 'ExecutionSucceeded') {
    interpreter.status = 'SUCCEEDED';
    interpreter.output = Datum.ofText(text(detailsOf(event)['output']));
  } else if (event.type === 'ExecutionRedriven') {
    interpreter.reopen(event);
  }
}

function applyToFrame(interpreter: Interpreter, event: HistoryEvent, note: Note): void {
  const { type, id } = event;
  const details = detailsOf(event);
  if (type.startsWith('MapIteration')) {
    if (type === 'MapIterationStarted') {
      const frame = frameAt(interpreter.root, note.at);
      addIteration(frame, groupOf(frame), Number(details['index']), id);
    }
    return;
  }
  const frame = frameAt(interpreter.root, note.at);
  if (type.startsWith('MapRun')) {
    applyMapRun(frame, event, details);
    return;
  }
  if (type.endsWith('StateEntered')) {
    frame.enter(text(details['name']), Datum.ofText(text(details['input'])), event);
    return;
  }
  if (type.endsWith('StateExited')) {
    applyExit(frame, id, details, note);
    return;
  }
  frame.last = id;
  if (type.endsWith('StateStarted')) {
    applyGroupStart(frame, id, details, note);
  } else if (type.endsWith('StateSucceeded')) {
    frame.last = event.previousEventId;
    applyGroupSuccess(frame, note);
  } else if (type.endsWith('Scheduled')) {
    applySchedule(frame, event, details, note);
  } else if (type.endsWith('Started')) {
    if (frame.phase.kind === 'task') {
      frame.phase.started = true;
    }
  } else if (type.endsWith('Succeeded')) {
    frame.phase = { kind: 'result', result: Datum.ofText(text(details['output'])) };
  } else if (type.endsWith('Submitted')) {
    if (frame.phase.kind === 'task') {
      frame.phase.submitted = true;
    }
  } else {
    frame.phase = { kind: 'failed' };
  }
}

/** A Map Run's children leave no events here; when it goes on, all of them are asked for again. */
function applyMapRun(frame: Frame, event: HistoryEvent, details: Readonly<Record<string, unknown>>): void {
  const group = groupOf(frame);
  const run = runOf(group);
  frame.last = event.id;
  if (event.type === 'MapRunFailed') {
    run.open = false;
    return;
  }
  if (event.type === 'MapRunSucceeded') {
    return;
  }
  run.arn = text(details['mapRunArn']);
  applyRedriven(group, event.id, Number(details['redriveCount'] ?? 0));
  frame.phase = run.settings.reader === undefined ? { kind: 'group' } : { kind: 'reading' };
}

function applyGroupSuccess(frame: Frame, note: Note): void {
  const group = groupOf(frame);
  const { run } = group;
  const result = run === undefined || note.result === undefined ? resultOf(group) : Datum.ofText(note.result);
  if (run !== undefined) {
    run.open = false;
    run.result = result;
    frame.last = run.startedId;
  }
  frame.phase = { kind: 'result', result };
}

function applyExit(frame: Frame, id: number, details: Readonly<Record<string, unknown>>, note: Note): void {
  frame.last = id;
  frame.at.group = undefined;
  frame.phase = { kind: 'done' };
  const assigned = details['assignedVariables'] as Readonly<Record<string, string>> | undefined;
  if (assigned !== undefined) {
    frame.assign(
      Object.fromEntries(Object.entries(assigned).map(([name, value]) => [name, JSON.parse(value) as Json])),
    );
  }
  if (note.end === true && frame.parent !== undefined) {
    noteEnd(groupOf(frame.parent), frame, Datum.ofText(text(details['output'])));
  }
}

function applyGroupStart(frame: Frame, id: number, details: Readonly<Record<string, unknown>>, note: Note): void {
  const { state } = frame.at;
  frame.phase = { kind: 'group' };
  if (state.Type === 'Parallel') {
    const input = note.group?.input;
    frame.at.group = parallelGroup(frame, state, id, input === undefined ? undefined : Datum.ofText(input));
  } else if (state.Type === 'Map' && isDistributed(state)) {
    frame.at.group = distributedGroup(id, note.group?.concurrency ?? 0, note.group?.settings ?? {});
    const items = note.group?.items as readonly Json[] | undefined;
    if (items !== undefined) {
      frame.at.group.items = items;
    }
  } else {
    const items = note.group?.items as readonly Json[] | undefined;
    // Without a note both follow from the state's input, once all records are there.
    frame.at.group = mapGroup(id, Number(details['length']), note.group?.concurrency ?? 0, items);
  }
}

function applySchedule(
  frame: Frame,
  event: HistoryEvent,
  details: Readonly<Record<string, unknown>>,
  note: Note,
): void {
  const resource = readResource((frame.at.state as TaskState).Resource);
  frame.phase = scheduled(resource, event, {
    parameters: Datum.ofText(text(details['parameters'] ?? details['input'])),
    token: note.token,
    timeout: details['timeoutInSeconds'] as number | undefined,
    heartbeat: details['heartbeatInSeconds'] as number | undefined,
  });
}

function resumeFrame(interpreter: Interpreter, frame: Frame): void {
  const { phase } = frame;
  switch (phase.kind) {
    case 'task':
      askForTask(frame, phase, interpreter);
      return;
    case 'backoff':
    case 'until':
      askForWaking(frame, interpreter);
      return;
    case 'group':
      resumeGroup(interpreter, frame);
      return;
    case 'reading':
      resumeMapRun(frame, interpreter);
      askForItems(frame, interpreter);
      return;
    case 'ready':
      resumeReady(interpreter, frame);
      return;
    case 'start':
    case 'result':
    case 'caught':
    case 'redriven':
      interpreter.push(frame);
      return;
    case 'writing':
    case 'child':
    case 'failed':
    case 'done':
  }
}

function resumeGroup(interpreter: Interpreter, frame: Frame): void {
  const group = groupOf(frame);
  if (group.run !== undefined) {
    resumeMapRun(frame, interpreter);
  }
  if (group.next < group.length && group.children.size < group.concurrency) {
    interpreter.push(frame);
  }
  const children = [...group.children.values()].sort((one, other) => other.index - one.index);
  for (const child of children) {
    resumeFrame(interpreter, child);
  }
}

/** A Wait leaves no event of its own when it begins, so its timer is asked for here; JSONata has to be asked for it first. */
function resumeReady(interpreter: Interpreter, frame: Frame): void {
  const { state } = frame.at;
  const language = languageOf(state, interpreter.setup.definition.QueryLanguage);
  if (state.Type === 'Wait' && language === 'JSONPath') {
    try {
      runWait(frame, state, interpreter);
      return;
    } catch {
      // It fails when it is advanced, as it would have.
    }
  }
  interpreter.push(frame);
}

function frameAt(root: Frame, path: string | undefined): Frame {
  let frame = root;
  for (const index of path === undefined || path === '' ? [] : path.split('.')) {
    const child = frame.visit?.group?.children.get(Number(index));
    if (child === undefined) {
      throw new Error(`the history names the branch '${path}', which is not open`);
    }
    frame = child;
  }
  return frame;
}

/** The one member of an event that holds its details. */
function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  for (const name in event) {
    if (name.endsWith('EventDetails')) {
      return event[name as `${string}EventDetails`] ?? {};
    }
  }
  return {};
}

function text(value: unknown): string {
  if (typeof value !== 'string') {
    throw new Error(`the history lacks a text where it should have one: ${JSON.stringify(value)}`);
  }
  return value;
}
