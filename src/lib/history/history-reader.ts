import { detailsOf, textOf, timeOf, type EventSource, type HistoryEvent } from './event.js';
import { eventKind, type EventKind } from './event-kind.js';
import { enclosing, EventGraph, openLeaves, type Frame, type Position, type VisitNode } from './event-graph.js';
import { findRootCause, type RootCause } from './root-cause.js';
import type { Attempt, PathStep, Visit } from './visit.js';

export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What a list of events says, without the events. Times are epoch milliseconds. */
export interface ExecutionHistory {
  /** In the order in which the states were entered. */
  readonly visits: readonly Visit[];
  readonly status: 'RUNNING' | EndStatus;
  readonly started?: number;
  readonly ended?: number;
  /** The original run and one for each redrive, in order; at least one. */
  readonly runs: readonly Run[];
  readonly eventCount: number;
  /** Why the last run did not succeed. */
  readonly failure?: RootCause;
  /** Event types this program does not know; they are counted and otherwise left alone. */
  readonly unknownTypes: readonly string[];
}

/** From a start or redrive to the end that followed. Between two runs nothing happens, sometimes for days. */
export interface Run {
  readonly start: number;
  end?: number;
}

export interface ReadingOptions {
  /** Keep inputs and outputs of the states: as large as the history itself. */
  readonly data?: boolean;
}

/** Reads events in the order of their ids, one at a time; keeps a small record per event and never the event itself. */
export async function readHistory(events: EventSource, options: ReadingOptions = {}): Promise<ExecutionHistory> {
  const reader = new HistoryReader(options);
  for await (const event of events) reader.add(event);
  return reader.result();
}

/** A survived attempt's cause is cut to this many characters. */
const SURVIVED_CAUSE = 500;

/**
 *     Entered ── Scheduled ── Started ── Failed ── Scheduled ── ... ── Succeeded ── Exited      a visit with two attempts
 *        │
 *        └── BranchesStarted ─┬─ Entered ...      each a frame of its own,
 *                             └─ Entered ...      found again through previousEventId
 */
export class HistoryReader {
  private readonly graph = new EventGraph();
  private readonly visits: Visit[] = [];
  private readonly unknownTypes = new Set<string>();
  readonly runs: Run[] = [];
  private readonly keepData: boolean;
  private status: ExecutionHistory['status'] = 'RUNNING';
  private failure: RootCause | undefined;
  private eventCount = 0;
  private clock = 0;

  constructor(options: ReadingOptions = {}) {
    this.keepData = options.data ?? false;
  }

  /** @returns the visit that the event belongs to, if it belongs to one. */
  add(event: HistoryEvent): Visit | undefined {
    this.eventCount += 1;
    const time = timeOf(event) ?? this.clock;
    this.clock = time;
    if (this.runs.length === 0) this.runs.push({ start: time });
    const kind = eventKind(event.type);
    const before = this.graph.at(event.previousEventId);
    const position = this.apply(event, kind, before, time);
    this.graph.add(event.id, event.previousEventId ?? 0, kind.is, position);
    if (kind.is === 'execution') this.applyToExecution(event, kind.phase, time);
    return kind.is === 'execution' ? undefined : position.node?.visit;
  }

  result(): ExecutionHistory {
    const started = this.runs[0]?.start;
    const ended = this.runs.at(-1)?.end;
    return {
      visits: this.visits,
      status: this.status,
      ...(started === undefined ? {} : { started }),
      ...(ended === undefined ? {} : { ended }),
      runs: this.runs,
      eventCount: this.eventCount,
      ...(this.failure ? { failure: this.failure } : {}),
      unknownTypes: [...this.unknownTypes],
    };
  }

  /** Where the execution stands: the innermost open states. */
  open(): readonly Visit[] {
    return [...openLeaves(this.graph.root)].map((node) => node.visit);
  }

  /** @returns where the event happened. */
  private apply(event: HistoryEvent, kind: EventKind, before: Position, time: number): Position {
    switch (kind.is) {
      case 'entered':
        return this.enter(event, kind.stateType, before, time);
      case 'exited':
        return this.exit(event, before, time);
      case 'scheduled':
        return this.schedule(before, time);
      case 'succeeded':
        endAttempt(before.node, time, 'succeeded');
        return before;
      case 'failed':
        return this.failAttempt(event, kind.timedOut, before, time);
      case 'branches-started':
        return this.startBranches(event, kind.stateType, before, time);
      case 'branches-succeeded':
      case 'branches-failed':
        return this.endBranches(kind.stateType, kind.is === 'branches-succeeded', before, time);
      case 'iteration':
        return this.iterate(event, kind.phase, before);
      case 'map-run-started':
        return this.startMapRun(event, before, time);
      case 'map-run-ended':
        return kind.failed ? this.failAttempt(event, false, before, time) : before;
      case 'other':
        if (event.type !== undefined) this.unknownTypes.add(event.type);
        return before;
      case 'started':
      case 'state-aborted':
      case 'execution':
        return before;
    }
  }

  private enter(event: HistoryEvent, stateType: string, before: Position, time: number): Position {
    const details = detailsOf(event);
    const frame = this.frameFor(before);
    const input = textOf(details, 'input');
    const visit: Visit = {
      stateName: textOf(details, 'name') ?? '?',
      stateType,
      path: frame.path,
      enteredEventId: event.id ?? 0,
      entered: time,
      outcome: stateType === 'Fail' ? 'failed' : 'running',
      attempts: [],
      ...(this.keepData && input !== undefined ? { input } : {}),
    };
    const node: VisitNode = { visit, frame, frames: [] };
    frame.current = node;
    this.visits.push(visit);
    return { frame, node };
  }

  /** The frame of a state that is entered: a new branch right behind the start of a Parallel, else the frame it comes from. */
  private frameFor(before: Position): Frame {
    const node = before.node;
    if (node?.visit.stateType !== 'Parallel' || node.visit.outcome !== 'running') return before.frame;
    const step: PathStep = { kind: 'branch', stateName: node.visit.stateName, index: node.frames.length };
    const frame: Frame = { parent: node, path: [...node.frame.path, step] };
    node.frames.push(frame);
    return frame;
  }

  private exit(event: HistoryEvent, before: Position, time: number): Position {
    const details = detailsOf(event);
    const name = textOf(details, 'name');
    let node = before.node;
    for (const candidate of enclosing(before)) {
      if (candidate.visit.stateName === name && candidate.visit.exited === undefined) {
        node = candidate;
        break;
      }
    }
    if (node === undefined || node.visit.stateName !== name) return before;
    const { visit } = node;
    // What this program could not place (an event missing, a type unknown) ends with the state around it.
    closeFrames(node.frames, time, undefined);
    endAttempt(node, time, 'succeeded');
    visit.exited = time;
    const last = visit.attempts.at(-1);
    visit.outcome = last !== undefined && last.outcome !== 'succeeded' ? 'caught' : 'succeeded';
    const output = textOf(details, 'output');
    if (this.keepData && output !== undefined) visit.output = output;
    return { frame: node.frame, node };
  }

  private schedule(before: Position, time: number): Position {
    if (before.node === undefined) return before;
    this.reopen(before.node, time);
    this.begin(before.node, time);
    return before;
  }

  /** After a redrive a state goes on that had ended as failed or aborted; so do the states around it. */
  private reopen(node: VisitNode, time: number): void {
    for (let at: VisitNode | undefined = node; at; at = at.frame.parent) {
      if (at.visit.outcome === 'running') continue;
      at.visit.outcome = 'running';
      if (at !== node && at.visit.attempts.at(-1)?.run !== this.run) this.begin(at, time);
    }
  }

  /** 0 for the original run, N for the Nth redrive. */
  private get run(): number {
    return Math.max(0, this.runs.length - 1);
  }

  private begin(node: VisitNode, time: number): void {
    const run = this.run;
    const last = node.visit.attempts.at(-1);
    if (last?.cause !== undefined && last.cause.length > SURVIVED_CAUSE) last.cause = `${last.cause.slice(0, SURVIVED_CAUSE)}...`;
    node.visit.attempts.push({ number: last?.run === run ? last.number + 1 : 1, run, start: time, outcome: 'running' });
  }

  private failAttempt(event: HistoryEvent, timedOut: boolean, before: Position, time: number): Position {
    const node = before.node;
    if (node === undefined) return before;
    const details = detailsOf(event);
    if (node.visit.attempts.at(-1)?.outcome !== 'running') this.begin(node, time);
    const error = textOf(details, 'error') ?? (timedOut ? 'States.Timeout' : undefined);
    const cause = textOf(details, 'cause');
    endAttempt(node, time, timedOut ? 'timed-out' : 'failed', {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      ...(event.id === undefined ? {} : { eventId: event.id }),
    });
    return before;
  }

  private startBranches(event: HistoryEvent, stateType: string, before: Position, time: number): Position {
    const node = nearest(before, (candidate) => candidate.visit.stateType === stateType && candidate.visit.exited === undefined);
    if (node === undefined) return before;
    this.endRound(node, before, time);
    this.reopen(node, time);
    this.begin(node, time);
    node.frames = [];
    const items = detailsOf(event)['length'];
    if (typeof items === 'number') node.visit.items = items;
    return { frame: node.frame, node };
  }

  private endBranches(stateType: string, succeeded: boolean, before: Position, time: number): Position {
    const node = nearest(
      before,
      (candidate) => candidate.visit.stateType === stateType && candidate.visit.exited === undefined && candidate.visit.outcome === 'running',
    );
    if (node === undefined) return before;
    if (succeeded) {
      endAttempt(node, time, 'succeeded');
    } else {
      this.endRound(node, before, time);
      if (node.visit.attempts.length === 0) this.begin(node, time);
      endAttempt(node, time, 'failed');
      node.visit.outcome = 'failed';
    }
    return { frame: node.frame, node };
  }

  /** A round of branches failed at `before`: that state failed, the other open ones were abandoned. */
  private endRound(node: VisitNode, before: Position, time: number): void {
    if (node.frames.length === 0 && node === before.node) return;
    const failing = before.node === node ? undefined : before.node;
    const last = failing?.visit.attempts.at(-1);
    closeFrames(node.frames, time, failing);
    endAttempt(node, time, 'failed', {
      ...(last?.error === undefined ? {} : { error: last.error }),
      ...(last?.eventId === undefined ? {} : { eventId: last.eventId }),
    });
  }

  private iterate(event: HistoryEvent, phase: 'started' | 'succeeded' | 'failed' | 'aborted', before: Position): Position {
    const details = detailsOf(event);
    const name = textOf(details, 'name');
    const index = typeof details['index'] === 'number' ? details['index'] : 0;
    // With MaxConcurrency an item starts behind the end of another one [recorded], so the Map is looked for by its name.
    const map = nearest(before, (candidate) => candidate.visit.stateType === 'Map' && (name === undefined || candidate.visit.stateName === name));
    if (map === undefined) return before;
    if (phase !== 'started') return before;
    const step: PathStep = { kind: 'item', stateName: map.visit.stateName, index };
    const frame: Frame = { parent: map, path: [...map.frame.path, step] };
    map.frames.push(frame);
    return { frame };
  }

  private startMapRun(event: HistoryEvent, before: Position, time: number): Position {
    const arn = textOf(detailsOf(event), 'mapRunArn');
    const node = nearest(before, (candidate) => candidate.visit.stateType === 'Map');
    if (node === undefined) return before;
    this.reopen(node, time);
    if (node.visit.attempts.at(-1)?.outcome !== 'running') this.begin(node, time);
    if (arn !== undefined) node.visit.mapRunArn = arn;
    return { frame: node.frame, node };
  }

  private applyToExecution(event: HistoryEvent, phase: (EventKind & { is: 'execution' })['phase'], time: number): void {
    switch (phase) {
      case 'started':
        return;
      case 'redriven':
        this.runs.push({ start: time });
        this.status = 'RUNNING';
        this.failure = undefined;
        return;
      case 'succeeded':
        this.end('SUCCEEDED', time);
        return;
      case 'failed':
      case 'timed-out':
      case 'aborted':
        this.endBadly(event, phase, time);
        return;
    }
  }

  private end(status: EndStatus, time: number): void {
    this.status = status;
    const run = this.runs.at(-1);
    if (run) run.end = time;
  }

  private endBadly(event: HistoryEvent, phase: 'failed' | 'timed-out' | 'aborted', time: number): void {
    this.end(phase === 'failed' ? 'FAILED' : phase === 'timed-out' ? 'TIMED_OUT' : 'ABORTED', time);
    const details = detailsOf(event);
    this.failure = findRootCause({
      graph: this.graph,
      visits: this.visits,
      phase,
      event,
      error: textOf(details, 'error'),
      cause: textOf(details, 'cause'),
      open: [...openLeaves(this.graph.root)],
    });
    const failing = phase === 'failed' ? this.graph.origin(event.previousEventId ?? 0)?.node : undefined;
    closeFrames([this.graph.root], time, failing, phase === 'timed-out' ? 'timed-out' : 'aborted');
  }
}

function nearest(position: Position, wanted: (node: VisitNode) => boolean): VisitNode | undefined {
  for (const node of enclosing(position)) if (wanted(node)) return node;
  return undefined;
}

function endAttempt(
  node: VisitNode | undefined,
  time: number,
  outcome: Attempt['outcome'],
  failure: Pick<Attempt, 'error' | 'cause' | 'eventId'> = {},
): void {
  const attempt = node?.visit.attempts.at(-1);
  if (attempt?.outcome !== 'running') return;
  Object.assign(attempt, { outcome, end: time }, failure);
}

/** Ends what is open in these frames: `failing` and the states around it failed, everything else was abandoned. */
function closeFrames(frames: readonly Frame[], time: number, failing: VisitNode | undefined, abandoned: 'aborted' | 'timed-out' = 'aborted'): void {
  for (const frame of frames) {
    const node = frame.current;
    if (node === undefined || node.visit.outcome !== 'running') continue;
    closeFrames(node.frames, time, failing, abandoned);
    const outcome = failing !== undefined && isWithin(failing, node) ? 'failed' : abandoned;
    endAttempt(node, time, outcome);
    node.visit.outcome = outcome;
  }
}

function isWithin(inner: VisitNode, outer: VisitNode): boolean {
  for (let node: VisitNode | undefined = inner; node; node = node.frame.parent) if (node === outer) return true;
  return false;
}
