import type { Instant } from '../../engine/protocol.js';
import type { ExecutionClock } from './execution-clock.js';

/** Longer waits are waited in pieces: setTimeout takes 31 bits. */
const LONGEST_MS = 2_147_483_647;

/** The timers an execution has asked for, by key. */
export class Timers {
  private readonly open = new Map<string, { readonly at: Instant; handle: NodeJS.Timeout }>();

  constructor(
    private readonly clock: ExecutionClock,
    /** All that are due, earliest first. */
    private readonly fire: (keys: readonly string[]) => void,
  ) {}

  get size(): number {
    return this.open.size;
  }

  set(key: string, at: Instant): void {
    this.cancel(key);
    this.open.set(key, { at, handle: this.schedule(key, at) });
  }

  cancel(key: string): void {
    clearTimeout(this.open.get(key)?.handle);
    this.open.delete(key);
  }

  cancelAll(): void {
    for (const key of [...this.open.keys()]) this.cancel(key);
  }

  /** When the next one is due, by the execution's clock. */
  earliest(): Instant | undefined {
    let earliest: Instant | undefined;
    for (const { at } of this.open.values()) if (earliest === undefined || at < earliest) earliest = at;
    return earliest;
  }

  /** After the clock has skipped ahead: all are due sooner by what was skipped. */
  reschedule(): void {
    for (const [key, timer] of this.open) {
      clearTimeout(timer.handle);
      timer.handle = this.schedule(key, timer.at);
    }
  }

  private takeDue(): string[] {
    const now = this.clock.now();
    const due = [...this.open].filter(([, { at }]) => at <= now).sort(([, one], [, other]) => one.at - other.at);
    for (const [key] of due) this.cancel(key);
    return due.map(([key]) => key);
  }

  private schedule(key: string, at: Instant): NodeJS.Timeout {
    return setTimeout(
      () => {
        const timer = this.open.get(key);
        if (timer === undefined) return;
        // A timeout may come a moment early, and a long wait comes in pieces.
        if (this.clock.until(at) > 0) {
          timer.handle = this.schedule(key, at);
          return;
        }
        this.fire(this.takeDue());
      },
      Math.min(LONGEST_MS, Math.ceil(this.clock.until(at))),
    );
  }
}
