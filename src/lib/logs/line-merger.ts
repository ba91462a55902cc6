import { compareLines, lineKey, type LogLine } from './log-line.js';

/** A line on its way out. `late`: lines of a later time have gone out before it. */
export interface MergedLine<L extends LogLine = LogLine> {
  readonly line: L;
  readonly late: boolean;
}

/**
 * Puts lines from many pages, streams and groups into one order, each once.
 *
 *     add ──> known already? dropped
 *        └──> held back ── release(until) ──> out, sorted, everything up to that moment
 *
 * What is added after its moment has gone out is not lost: it goes out with the next release, marked as late.
 */
export class LineMerger<L extends LogLine = LogLine> {
  private readonly known = new Map<string, number>();
  private held: L[] = [];
  private last: L | undefined;
  /** Characters of the messages held back. */
  characters = 0;

  /** @returns false for a line that was there before. */
  add(line: L): boolean {
    const key = lineKey(line);
    if (this.known.has(key)) return false;
    this.known.set(key, line.timestamp);
    this.held.push(line);
    this.characters += line.message.length;
    return true;
  }

  get size(): number {
    return this.held.length;
  }

  /** Lines of this moment (epoch milliseconds) and before, in order. */
  release(until = Number.POSITIVE_INFINITY): MergedLine<L>[] {
    const ready = this.held.filter((line) => line.timestamp <= until).sort(compareLines);
    if (ready.length === 0) return [];
    this.held = this.held.filter((line) => line.timestamp > until);
    for (const line of ready) this.characters -= line.message.length;
    const before = this.last;
    const newest = ready.at(-1);
    if (newest !== undefined && (before === undefined || compareLines(before, newest) < 0)) this.last = newest;
    return ready.map((line) => ({ line, late: before !== undefined && compareLines(line, before) < 0 }));
  }

  /** Drops what is remembered of lines before this moment, which nobody reads again; memory stays flat. */
  forget(before: number): void {
    for (const [key, timestamp] of this.known) if (timestamp < before) this.known.delete(key);
  }
}
