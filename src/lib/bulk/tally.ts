import type { ExitName } from '../cli/exit-codes.js';

/** How many items came out which way, and what the whole exits with. */
export class Tally {
  private readonly counts = new Map<ExitName, number>();

  add(exit: ExitName, count = 1): void {
    if (count === 0) return;
    this.counts.set(exit, (this.counts.get(exit) ?? 0) + count);
  }

  entries(): IterableIterator<[ExitName, number]> {
    return this.counts.entries();
  }

  get counted(): Partial<Record<ExitName, number>> {
    return Object.fromEntries(this.counts);
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** All alike: what each of them alone would exit with. Otherwise the work succeeded only in part. */
  get exit(): ExitName {
    const kinds = [...this.counts.keys()];
    return kinds.length > 1 ? 'partial' : (kinds[0] ?? 'done');
  }
}
