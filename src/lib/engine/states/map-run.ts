import type { MapState } from '../../definition/types.js';
import { Suspended } from '../data-flow/data-flow.js';
import { Datum } from '../datum.js';
import type { Frame, Group } from '../frame.js';
import { exceedsPayloadLimit } from '../limits.js';
import type { MapRun, MapRunSettings } from '../map-run.js';
import type { Json, Signal } from '../protocol.js';
import type { Run } from '../run.js';
import { dataLimitExceeded, StateFailure, type FailureReason } from '../state-failure.js';
import { isComputedLater, noteEnd, resultOf } from './children.js';
import { closeMapRun, groupOf, tellOfMapRun } from './halting.js';
import { mapGroup } from './map.js';
import { itemsOf, runOf, takeItems } from './map-run-items.js';
import { concurrencyOf, settingsOf } from './map-run-settings.js';

/*
 * A distributed Map's children are executions of their own: in the parent they are frames that wait for one signal, and no
 * event tells of them. Source of the events and texts: the recordings with a distributed Map; developer guide for the rest.
 *
 *     MapStateStarted ─ MapRunStarted ─ [read the items] ─ children ─ [write the results] ─ MapRunSucceeded ─ MapStateSucceeded
 *                                                             └── too many failed ── MapRunFailed ─ MapStateFailed
 */

const READER_FAILED = 'States.ItemReaderFailed';
const WRITER_FAILED = 'States.ResultWriterFailed';
const TOO_MANY: FailureReason = {
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
};

export function isDistributed(state: MapState): boolean {
  return (state.ItemProcessor ?? state.Iterator)?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

export function runDistributedMap(frame: Frame, state: MapState, run: Run): void {
  const flow = run.flow(frame);
  const concurrency = concurrencyOf(frame, flow);
  const items = state.ItemReader === undefined ? flow.items(frame, state) : undefined;
  let settings: MapRunSettings = {};
  let refusal: Error | undefined;
  try {
    settings = settingsOf(frame, state, flow);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Suspended || isComputedLater(frame, run)) {
      throw error;
    }
    // JSONPath's numbers are looked at when the state has started (recordings test_map_state_tolerated_failure_*).
    refusal = error;
  }
  const stored = isComputedLater(frame, run) && items !== undefined ? { items: items as Json } : {};
  const length = items?.length ?? 0;
  const note = { group: { ...stored, concurrency, settings } };
  const started = run.record(frame, 'MapStateStarted', frame.last, 'mapStateStartedEventDetails', { length }, note);
  if (refusal !== undefined) {
    throw refusal;
  }
  const group = distributedGroup(started.id, concurrency, settings);
  frame.at.group = group;
  const mapRun = runOf(group);
  mapRun.arn = newArn(state, run);
  const event = run.record(frame, 'MapRunStarted', started.id, 'mapRunStartedEventDetails', { mapRunArn: mapRun.arn });
  mapRun.startedId = event.id;
  begin(frame, group, items, run);
}

/** After MapRunStarted or MapRunRedriven. */
function begin(frame: Frame, group: Group, items: readonly Json[] | undefined, run: Run): void {
  const mapRun = runOf(group);
  const { reader, maxItems } = mapRun.settings;
  mapRun.open = true;
  if (reader !== undefined) {
    if (maxItems !== undefined && maxItems < 0) {
      tellOfMapRun(frame, mapRun, 'RUNNING', run);
      run.fail(frame, { error: READER_FAILED, cause: 'field MaxItems must be positive' }, mapRun.startedId);
      return;
    }
    tellOfMapRun(frame, mapRun, 'RUNNING', run);
    askForItems(frame, run);
    return;
  }
  takeItems(group, items ?? group.items ?? run.flow(frame).items(frame, frame.at.state as MapState));
  start(frame, group, run);
}

function start(frame: Frame, group: Group, run: Run): void {
  tellOfMapRun(frame, runOf(group), 'RUNNING', run);
  frame.phase = { kind: 'group' };
  frame.last = runOf(group).startedId;
  if (group.length === 0) {
    conclude(frame, group, run);
  } else {
    run.push(frame);
  }
}

export function distributedGroup(startedId: number, concurrency: number, settings: MapRunSettings): Group {
  const run: MapRun = { arn: '', startedId, settings, open: true, redriveCount: 0, failedItems: 0 };
  return { ...mapGroup(startedId, 0, concurrency, undefined), run };
}

export function askForItems(frame: Frame, run: Run): void {
  const mapRun = runOf(groupOf(frame));
  const { reader, maxItems } = mapRun.settings;
  if (reader === undefined) {
    throw new Error(`the Map '${frame.at.name}' has no ItemReader`);
  }
  frame.phase = { kind: 'reading' };
  run.request(frame, {
    kind: 'read-items',
    key: `items:${mapRun.startedId}`,
    ...reader,
    ...(maxItems === undefined || maxItems === 0 ? {} : { maxItems }),
  });
}

/** What a child is given. @throws as DataFlow.itemInput does. */
export function inputOfItem(parent: Frame, group: Group, index: number, run: Run): Datum {
  const state = parent.at.state as MapState;
  const flow = run.flow(parent);
  const items = group.items ?? [];
  const { batch } = runOf(group).settings;
  if (batch === undefined) {
    return flow.itemInput(parent, state, index, items);
  }
  const { from, to } = itemsOf(group, index);
  const chosen: Json[] = [];
  let suspended: Suspended | undefined;
  for (let item = from; item < to; item += 1) {
    try {
      chosen.push(flow.itemInput(parent, state, item, items).value);
    } catch (error) {
      if (!(error instanceof Suspended)) {
        throw error;
      }
      // All of them are asked for at once.
      suspended = error;
    }
  }
  if (suspended !== undefined) {
    throw suspended;
  }
  return Datum.ofValue({ ...(batch.input === undefined ? {} : { BatchInput: batch.input }), Items: chosen });
}

export function askForChild(parent: Frame, child: Frame, input: Datum, run: Run): void {
  const { name, state } = parent.at;
  const group = groupOf(parent);
  const { arn, startedId, redriveCount } = runOf(group);
  if (exceedsPayloadLimit(input.text)) {
    throw new StateFailure(dataLimitExceeded(name));
  }
  const { ItemProcessor, Iterator } = state as MapState;
  const { from, to } = itemsOf(group, child.index);
  const key = `child:${child.index}:${startedId}`;
  child.phase = { kind: 'child', key };
  run.request(child, {
    kind: 'start-child',
    key,
    mapRunArn: arn,
    stateName: name,
    index: child.index,
    itemCount: to - from,
    input: input.text,
    executionType: (ItemProcessor ?? Iterator)?.ProcessorConfig?.ExecutionType ?? 'STANDARD',
    redriveCount,
  });
}

/** A child has ended, the items are there, or the results are written. */
export function hearMapRun(frame: Frame, signal: Signal, run: Run): void {
  const { phase, parent } = frame;
  if (phase.kind === 'child' && signal.kind === 'child-ended' && parent !== undefined) {
    run.release(frame, phase.key);
    frame.halted = true;
    hearChild(parent, frame, signal, run);
  } else if (phase.kind === 'reading' && (signal.kind === 'task-succeeded' || signal.kind === 'task-failed')) {
    run.release(frame, signal.key);
    hearItems(frame, signal, run);
  } else if (phase.kind === 'writing' && (signal.kind === 'task-succeeded' || signal.kind === 'task-failed')) {
    run.release(frame, signal.key);
    hearWritten(frame, signal, run);
  }
}

type TaskEnd = Extract<Signal, { kind: 'task-succeeded' | 'task-failed' }>;

function hearChild(
  parent: Frame,
  child: Frame,
  { status, output }: Extract<Signal, { kind: 'child-ended' }>,
  run: Run,
): void {
  const group = groupOf(parent);
  const mapRun = runOf(group);
  noteEnd(group, child, Datum.ofText(output));
  if (status !== 'SUCCEEDED') {
    const { from, to } = itemsOf(group, child.index);
    mapRun.failedItems += to - from;
    if (isIntolerable(mapRun, group.items?.length ?? group.length)) {
      run.fail(parent, TOO_MANY, mapRun.startedId);
      return;
    }
  }
  if (group.done === group.length) {
    conclude(parent, group, run);
  } else {
    run.push(parent);
  }
}

/** Without either limit one failure is too many. */
function isIntolerable({ failedItems, settings }: MapRun, total: number): boolean {
  const { toleratedCount, toleratedPercentage } = settings;
  if (toleratedCount === undefined && toleratedPercentage === undefined) {
    return failedItems > 0;
  }
  return (
    failedItems > (toleratedCount ?? Infinity) ||
    (failedItems * 100) / Math.max(1, total) > (toleratedPercentage ?? Infinity)
  );
}

function hearItems(frame: Frame, signal: TaskEnd, run: Run): void {
  const group = groupOf(frame);
  const { startedId, settings } = runOf(group);
  if (signal.kind === 'task-failed') {
    run.fail(frame, reasonOf(signal, READER_FAILED), startedId);
    return;
  }
  const items = JSON.parse(signal.output) as readonly Json[];
  const { maxItems } = settings;
  takeItems(group, maxItems === undefined || maxItems === 0 ? items : items.slice(0, maxItems));
  start(frame, group, run);
}

function hearWritten(frame: Frame, signal: TaskEnd, run: Run): void {
  const group = groupOf(frame);
  const { arn, startedId } = runOf(group);
  if (signal.kind === 'task-failed') {
    run.fail(frame, reasonOf(signal, WRITER_FAILED), startedId);
    return;
  }
  succeed(frame, Datum.ofText(`{"MapRunArn":${JSON.stringify(arn)},"ResultWriterDetails":${signal.output}}`), run);
}

function reasonOf({ error, cause }: Extract<Signal, { kind: 'task-failed' }>, otherwise: string): FailureReason {
  return { error: error ?? otherwise, ...(cause === undefined ? {} : { cause }) };
}

/** All children have ended. */
function conclude(frame: Frame, group: Group, run: Run): void {
  const mapRun = runOf(group);
  const { writer } = mapRun.settings;
  if (writer === undefined) {
    succeed(frame, collected(frame, group), run);
    return;
  }
  frame.phase = { kind: 'writing' };
  run.request(frame, { kind: 'write-results', key: `results:${mapRun.startedId}`, mapRunArn: mapRun.arn, ...writer });
}

function collected(frame: Frame, group: Group): Datum {
  const whole = resultOf(group);
  const { ResultWriter } = frame.at.state as MapState;
  return ResultWriter?.WriterConfig?.Transformation === 'FLATTEN'
    ? Datum.ofValue((whole.value as Json[]).flat())
    : whole;
}

/**
 * StateExited points to MapRunStarted, as in recordings from November 2024 on; in those up to May 2024 it pointed to
 * MapRunSucceeded (docs/conformance.md).
 */
function succeed(frame: Frame, result: Datum, run: Run): void {
  const mapRun = runOf(groupOf(frame));
  const event = run.record(frame, 'MapRunSucceeded', mapRun.startedId);
  run.record(frame, 'MapStateSucceeded', event.id, undefined, undefined, { result: result.text });
  mapRun.result = result;
  mapRun.open = false;
  tellOfMapRun(frame, mapRun, 'SUCCEEDED', run);
  frame.last = mapRun.startedId;
  frame.phase = { kind: 'result', result };
  run.push(frame);
}

/** The Map fails while its children are at work: they are stopped. @returns the event that says so. */
export function failMapRun(frame: Frame, mapRun: MapRun, reason: FailureReason, run: Run): number {
  const event = run.record(frame, 'MapRunFailed', mapRun.startedId, 'mapRunFailedEventDetails', { ...reason });
  closeMapRun(frame, mapRun, 'FAILED', run);
  return event.id;
}

/** A redriven Map Run asks for all its children again; those that had succeeded are not run again. */
export function resumeRedriven(frame: Frame, run: Run): void {
  const group = groupOf(frame);
  const mapRun = runOf(group);
  const { arn, startedId, redriveCount } = mapRun;
  const details = { mapRunArn: arn, redriveCount: redriveCount + 1 };
  const event = run.record(frame, 'MapRunRedriven', startedId, 'mapRunRedrivenEventDetails', details);
  applyRedriven(group, event.id, redriveCount + 1);
  begin(frame, group, undefined, run);
}

export function applyRedriven(group: Group, eventId: number, redriveCount: number): void {
  Object.assign(runOf(group), { startedId: eventId, redriveCount, failedItems: 0, open: true });
  group.outputs.length = 0;
  group.children.clear();
  group.next = 0;
  group.done = 0;
}

/** After a restart: the Map Run is told of again. */
export function resumeMapRun(frame: Frame, run: Run): void {
  tellOfMapRun(frame, runOf(groupOf(frame)), 'RUNNING', run);
}

/** Without a Label AWS makes one up. A Map inside a child belongs to the same machine. */
function newArn(state: MapState, { setup, sources }: Run): string {
  const machine = setup.stateMachineName.split('/')[0];
  const label = state.Label ?? sources.uuid();
  return `arn:aws:states:${setup.region}:${setup.accountId}:mapRun:${machine}/${label}:${sources.uuid()}`;
}
