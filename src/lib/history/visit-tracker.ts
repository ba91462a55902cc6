import { beginAttempt, closeFrames, endAttempt } from './attempts.js';
import { detailsOf, textOf, type HistoryEvent } from './event.js';
import type { EventKind } from './event-kind.js';
import { enclosing, type Frame, type Position, type VisitNode } from './event-graph.js';
import type { PathStep, Visit } from './visit.js';

/**
 *     Entered ── Scheduled ── Started ── Failed ── Scheduled ── ... ── Succeeded ── Exited      a visit with two attempts
 *        │
 *        └── BranchesStarted ─┬─ Entered ...      each a frame of its own,
 *                             └─ Entered ...      found again through previousEventId
 */
export class VisitTracker {
  readonly visits: Visit[] = [];
  readonly unknownTypes = new Set<string>();
  /** 0 for the original run, N for the Nth redrive. */
  run = 0;

  constructor(private readonly keepData: boolean) {}

  /** @returns where the event happened. */
  apply(event: HistoryEvent, kind: EventKind, before: Position, time: number): Position {
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
    if (event.id !== undefined) visit.exitedEventId = event.id;
    const last = visit.attempts.at(-1);
    visit.outcome = last !== undefined && last.outcome !== 'succeeded' ? 'caught' : 'succeeded';
    const output = textOf(details, 'output');
    if (this.keepData && output !== undefined) visit.output = output;
    return { frame: node.frame, node };
  }

  private schedule(before: Position, time: number): Position {
    if (before.node === undefined) return before;
    this.reopen(before.node, time);
    beginAttempt(before.node, this.run, time);
    return before;
  }

  /** After a redrive a state goes on that had ended as failed or aborted; so do the states around it. */
  private reopen(node: VisitNode, time: number): void {
    for (let at: VisitNode | undefined = node; at; at = at.frame.parent) {
      if (at.visit.outcome === 'running') continue;
      at.visit.outcome = 'running';
      if (at !== node && at.visit.attempts.at(-1)?.run !== this.run) beginAttempt(at, this.run, time);
    }
  }

  private failAttempt(event: HistoryEvent, timedOut: boolean, before: Position, time: number): Position {
    const node = before.node;
    if (node === undefined) return before;
    const details = detailsOf(event);
    if (node.visit.attempts.at(-1)?.outcome !== 'running') beginAttempt(node, this.run, time);
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
    const node = nearest(
      before,
      (candidate) => candidate.visit.stateType === stateType && candidate.visit.exited === undefined,
    );
    if (node === undefined) return before;
    this.endRound(node, before, time);
    this.reopen(node, time);
    beginAttempt(node, this.run, time);
    node.frames = [];
    const items = detailsOf(event)['length'];
    if (typeof items === 'number') node.visit.items = items;
    return { frame: node.frame, node };
  }

  private endBranches(stateType: string, succeeded: boolean, before: Position, time: number): Position {
    const node = nearest(
      before,
      (candidate) =>
        candidate.visit.stateType === stateType &&
        candidate.visit.exited === undefined &&
        candidate.visit.outcome === 'running',
    );
    if (node === undefined) return before;
    if (succeeded) {
      endAttempt(node, time, 'succeeded');
    } else {
      this.endRound(node, before, time);
      if (node.visit.attempts.length === 0) beginAttempt(node, this.run, time);
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

  private iterate(
    event: HistoryEvent,
    phase: 'started' | 'succeeded' | 'failed' | 'aborted',
    before: Position,
  ): Position {
    const details = detailsOf(event);
    const name = textOf(details, 'name');
    const index = typeof details['index'] === 'number' ? details['index'] : 0;
    // With MaxConcurrency an item starts behind the end of another one [recorded], so the Map is looked for by its name.
    const map = nearest(
      before,
      (candidate) => candidate.visit.stateType === 'Map' && (name === undefined || candidate.visit.stateName === name),
    );
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
    if (node.visit.attempts.at(-1)?.outcome !== 'running') beginAttempt(node, this.run, time);
    if (arn !== undefined) node.visit.mapRunArn = arn;
    return { frame: node.frame, node };
  }
}

function nearest(position: Position, wanted: (node: VisitNode) => boolean): VisitNode | undefined {
  for (const node of enclosing(position)) if (wanted(node)) return node;
  return undefined;
}
