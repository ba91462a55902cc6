import { HISTORY_LIMIT } from './limits.js';
import type { HistoryEvent, HistoryRecord, Instant, Json, MachineType } from './protocol.js';
import type { MapRunSettings } from './map-run.js';

/** Thrown when only one event is left, which must say that the history is full. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

/** What the engine notes beside an event to find its way back after a restart. All members are optional. */
export interface Note {
  /** Path of the frame that the event belongs to; absent for the root. */
  readonly at?: string;
  /** A StateExited that ended its branch or iteration. */
  readonly end?: true;
  /** A Scheduled event's task token. */
  readonly token?: string;
  /** After this event the frame at this path waits for its next attempt. */
  readonly retry?: RetryNote;
  /** After this event the frame at this path goes to its catcher. */
  readonly caught?: CaughtNote;
  /** What a Parallel's branches or a Map's iterations work on, where it cannot be computed again at once. */
  readonly group?: {
    readonly input?: string;
    readonly items?: Json;
    readonly concurrency?: number;
    readonly settings?: MapRunSettings;
  };
  /** What a distributed Map's children have made: their executions are not in these records. */
  readonly result?: string;
}

export interface RetryNote {
  readonly at: string;
  /** Which retrier. */
  readonly index: number;
  readonly until: Instant;
  /** The event that the next attempt points to. */
  readonly failedId: number;
}

export interface CaughtNote {
  readonly at: string;
  readonly catcher: number;
  readonly error?: string;
  readonly cause?: string;
  readonly failedId: number;
}

/** Gives the events of one step their ids. */
export class Recorder {
  records: HistoryRecord[] = [];
  now: Instant = 0;

  constructor(
    private readonly type: MachineType,
    public lastId = 0,
  ) {}

  /** @throws HistoryFull */
  record(
    type: string,
    previousEventId: number,
    detailsName?: string,
    details?: Readonly<Record<string, unknown>>,
    note?: Note,
  ): HistoryEvent {
    if (this.lastId >= HISTORY_LIMIT - 1 && this.type === 'STANDARD' && !type.startsWith('Execution')) {
      throw new HistoryFull();
    }
    const id = ++this.lastId;
    const event: HistoryEvent =
      detailsName === undefined
        ? { id, previousEventId, timestamp: this.now, type }
        : { id, previousEventId, timestamp: this.now, type, [detailsName]: details };
    this.records.push(note === undefined ? { event } : { event, note: note as Json });
    return event;
  }

  /**
   * Adds to the note of the step's last event. A step without events leaves nothing behind, and does not have to: after a
   * restart its cause comes again and so does its decision.
   */
  annotate(note: Note): void {
    const last = this.records.pop();
    if (last !== undefined) {
      this.records.push({ event: last.event, note: { ...(last.note as Note | undefined), ...note } as Json });
    }
  }

  /** Hands the events over and starts the next step. */
  take(): HistoryRecord[] {
    const taken = this.records;
    this.records = [];
    return taken;
  }
}
