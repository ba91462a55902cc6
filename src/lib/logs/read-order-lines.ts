import { LineCollector, TooManyLines, type Range } from './collect-lines.js';
import type { IdSequence } from './id-sequence.js';
import { LATE_WINDOW, OVERLAP, type LogClock, type LogsCalls } from './log-calls.js';
import { LineMerger, type MergedLine } from './line-merger.js';
import type { OrderLine, ShownLine } from './order-line.js';
import type { OrderScope } from './order-scope.js';
import type { LineTagger, Tag } from './tag-lines.js';

/** As many lines, and characters of them, are held at once; a range with more is read in halves. */
const MOST = { lines: 20_000, characters: 32_000_000 };
/** Between two rounds of a follower: grows while nothing comes; milliseconds. */
const PAUSE = { first: 2_000, longest: 10_000 };

export interface OrderLogSources {
  readonly calls: Pick<LogsCalls, 'filterLogEvents'>;
  readonly clock: LogClock;
  readonly scope: OrderScope;
  /** Ids of the execution's events that were read. */
  readonly ids: IdSequence;
  readonly tagger: LineTagger;
  readonly limits?: { readonly lines: number; readonly characters: number };
}

export interface FollowWish {
  /** Whether the execution has ended by now. */
  hasEnded(): Promise<boolean>;
  readonly signal: AbortSignal;
  /** How late lines may come; 0 where they never do, milliseconds. */
  readonly late: number;
  /** How far their times may be ahead of our clock; milliseconds. */
  readonly ahead: number;
}

/** Lines of one order, merged: all there are, or those to come as well. */
export class OrderLog {
  private readonly collector: LineCollector;

  constructor(private readonly sources: OrderLogSources) {
    const { calls, scope, ids, tagger, limits } = sources;
    this.collector = new LineCollector(calls, scope, ids, tagger, limits ?? MOST);
  }

  /** Groups that do not exist or may not be read -> why. */
  get unreadable(): ReadonlyMap<string, string> {
    return this.collector.unreadable;
  }

  /** A request that the execution's history tells of, and whose it is. @param time epoch milliseconds */
  expect(requestId: string, time: number, tag: Tag | undefined): void {
    this.collector.expect(requestId, time);
    if (tag !== undefined) this.sources.tagger.learn(requestId, tag);
  }

  /**
   * Everything of a range, in order, each line once, however the pages are cut. A range that holds too much is split, and
   * each half read by itself: two halves share no moment, so that order and memory are both kept.
   */
  async *read(range: Range): AsyncGenerator<ShownLine> {
    yield* this.readPart(range, false);
  }

  private async *readPart(range: Range, learned: boolean): AsyncGenerator<ShownLine> {
    const merger = new LineMerger<OrderLine>();
    try {
      await this.collector.collect(range, merger, { bounded: range.to - range.from > 1 });
    } catch (error) {
      if (!(error instanceof TooManyLines)) throw error;
      if (!learned) await this.collector.learnRequests(range);
      const middle = range.from + Math.floor((range.to - range.from) / 2);
      yield* this.readPart({ from: range.from, to: middle }, true);
      yield* this.readPart({ from: middle, to: range.to }, true);
      return;
    }
    yield* this.shown(merger.release());
  }

  /**
   * Everything from a moment on, until the execution has ended and late lines have had their time.
   *
   *     from ──── read once ──── now - OVERLAP ──── read in rounds, each again over what is younger than OVERLAP
   *                                     out, when older than the late window ──┘
   *
   * A line waits for the late window before it goes out, so that what arrives behind it can still go out before it.
   */
  async *follow(from: number, wish: FollowWish): AsyncGenerator<ShownLine> {
    const { clock } = this.sources;
    const overlap = Math.max(OVERLAP, wish.late);
    let edge = Math.max(from, clock.now() - overlap);
    yield* this.read({ from, to: edge });
    const merger = new LineMerger<OrderLine>();
    let endSeen: number | undefined;
    let pause = PAUSE.first;
    for (;;) {
      const asked = clock.now();
      const ended = endSeen !== undefined || (await wish.hasEnded());
      if (ended) endSeen ??= asked;
      const before = merger.size;
      await this.collector.collect({ from: edge, to: asked + wish.ahead }, merger, { bounded: false, since: from });
      const isLast = endSeen !== undefined && asked >= endSeen + wish.late;
      yield* this.shown(merger.release(isLast ? undefined : asked - wish.late));
      if (isLast || wish.signal.aborted) return;
      pause = merger.size > before ? PAUSE.first : Math.min(pause * 1.5, PAUSE.longest);
      merger.forget(edge);
      edge = Math.max(edge, asked - overlap);
      await clock.pause(endSeen === undefined ? pause : Math.min(pause, Math.max(1, wish.late)), wish.signal);
      if (wish.signal.aborted) return;
    }
  }

  /** Events are followed in the order of their ids, whatever their times say; then all lines get their tags. */
  private *shown(merged: readonly MergedLine<OrderLine>[]): Generator<ShownLine> {
    const { tagger } = this.sources;
    const tags = new Map<OrderLine, ReturnType<LineTagger['tagEvent']>>();
    const events = merged.map(({ line }) => line).filter((line) => line.event !== undefined);
    for (const line of events.sort((one, other) => (one.sequence ?? 0) - (other.sequence ?? 0))) {
      if (line.event) tags.set(line, tagger.tagEvent(line.event));
    }
    for (const { line, late } of merged) {
      const tag = line.said === undefined ? tags.get(line) : tagger.tagLine(line.said);
      yield { line, late, ...(tag === undefined ? {} : { tag }) };
    }
  }
}

/** Where lines come from this machine itself nothing is late. */
export function lateWindow(isLocal: boolean): number {
  return isLocal ? 0 : LATE_WINDOW;
}
