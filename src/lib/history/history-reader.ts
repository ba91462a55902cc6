import { closeFrames } from './attempts.js';
import { detailsOf, textOf, timeOf, type EventSource, type HistoryEvent } from './event.js';
import { eventKind, type EventKind } from './event-kind.js';
import { EventGraph, openLeaves } from './event-graph.js';
import { findRootCause, type RootCause } from './root-cause.js';
import type { Visit } from './visit.js';
import { VisitTracker } from './visit-tracker.js';

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
  /** Events below the highest id that were not among those read (lost log lines, a history cut off); absent: none. */
  readonly missingEvents?: number;
}

/** From a start or redrive to the end that followed. Between two runs nothing happens, sometimes for days. */
export interface Run {
  readonly start: number;
  end?: number;
  /** Absent while it goes on. */
  status?: EndStatus;
  /** Why this run did not succeed. */
  failure?: RootCause;
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

/** The events so far, read one by one: for those who want to know before the end. */
export class HistoryReader {
  private readonly graph = new EventGraph();
  private readonly tracker: VisitTracker;
  readonly runs: Run[] = [];
  private status: ExecutionHistory['status'] = 'RUNNING';
  private failure: RootCause | undefined;
  private eventCount = 0;
  private clock = 0;

  constructor(options: ReadingOptions = {}) {
    this.tracker = new VisitTracker(options.data ?? false);
  }

  /** @returns the visit that the event belongs to, if it belongs to one. */
  add(event: HistoryEvent): Visit | undefined {
    this.eventCount += 1;
    const time = timeOf(event) ?? this.clock;
    this.clock = time;
    if (this.runs.length === 0) this.runs.push({ start: time });
    const kind = eventKind(event.type);
    const before = this.graph.at(event.previousEventId);
    const position = this.tracker.apply(event, kind, before, time);
    this.graph.add(event.id, event.previousEventId ?? 0, kind, position);
    if (kind.is === 'execution') this.applyToExecution(event, kind.phase, time);
    return kind.is === 'execution' ? undefined : position.node?.visit;
  }

  result(): ExecutionHistory {
    const started = this.runs[0]?.start;
    const ended = this.runs.at(-1)?.end;
    return {
      visits: this.tracker.visits,
      status: this.status,
      ...(started === undefined ? {} : { started }),
      ...(ended === undefined ? {} : { ended }),
      runs: this.runs,
      eventCount: this.eventCount,
      ...(this.failure ? { failure: this.failure } : {}),
      unknownTypes: [...this.tracker.unknownTypes],
      ...(this.graph.missing > 0 ? { missingEvents: this.graph.missing } : {}),
    };
  }

  private applyToExecution(event: HistoryEvent, phase: (EventKind & { is: 'execution' })['phase'], time: number): void {
    switch (phase) {
      case 'started':
        return;
      case 'redriven':
        this.runs.push({ start: time });
        this.tracker.run += 1;
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
    this.failure = undefined;
    const run = this.runs.at(-1);
    if (run) Object.assign(run, { end: time, status });
  }

  private endBadly(event: HistoryEvent, phase: 'failed' | 'timed-out' | 'aborted', time: number): void {
    this.end(phase === 'failed' ? 'FAILED' : phase === 'timed-out' ? 'TIMED_OUT' : 'ABORTED', time);
    const details = detailsOf(event);
    this.failure = findRootCause({
      graph: this.graph,
      visits: this.tracker.visits,
      phase,
      event,
      error: textOf(details, 'error'),
      cause: textOf(details, 'cause'),
      open: [...openLeaves(this.graph.root)],
    });
    const run = this.runs.at(-1);
    if (run) run.failure = this.failure;
    const failing = phase === 'failed' ? this.graph.origin(event.previousEventId ?? 0)?.node : undefined;
    closeFrames([this.graph.root], time, failing, phase === 'timed-out' ? 'timed-out' : 'aborted');
  }
}
