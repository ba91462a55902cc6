/** First and last of a run of numbers. */
export type Span = readonly [from: number, to: number];

/** Which ids of a sequence 1, 2, 3 ... have been seen, as runs: small however many there are. */
export class IdSequence {
  private readonly runs: [number, number][] = [];

  /** @returns false for an id that was there before. */
  add(id: number): boolean {
    const at = this.firstRunEndingAtOrAfter(id - 1);
    const run = this.runs[at];
    if (run === undefined || id < run[0] - 1) {
      this.runs.splice(at, 0, [id, id]);
      return true;
    }
    if (id >= run[0] && id <= run[1]) return false;
    if (id === run[0] - 1) {
      run[0] = id;
      return true;
    }
    run[1] = id;
    const next = this.runs[at + 1];
    if (next?.[0] === id + 1) {
      run[1] = next[1];
      this.runs.splice(at + 1, 1);
    }
    return true;
  }

  has(id: number): boolean {
    const run = this.runs[this.firstRunEndingAtOrAfter(id)];
    return run !== undefined && run[0] <= id;
  }

  /** The first id seen; 1 before there is one. */
  get lowest(): number {
    return this.runs[0]?.[0] ?? 1;
  }

  get highest(): number {
    return this.runs.at(-1)?.[1] ?? 0;
  }

  /** What is missing below the highest id seen. @param first where the sequence is expected to begin */
  gaps(first = 1): Span[] {
    const gaps: Span[] = [];
    let expected = first;
    for (const [from, to] of this.runs) {
      if (from > expected) gaps.push([expected, from - 1]);
      expected = Math.max(expected, to + 1);
    }
    return gaps;
  }

  private firstRunEndingAtOrAfter(id: number): number {
    let low = 0;
    let high = this.runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.runs[middle]?.[1] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
