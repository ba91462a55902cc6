import type { Instant, Sources } from '../../engine/protocol.js';
import type { LocalSources } from '../ports.js';

/** The clock one execution lives by: the real one, and ahead of it by what fast-forward has skipped. */
export class ExecutionClock implements Sources {
  constructor(
    private readonly sources: LocalSources,
    public skippedMs: number,
  ) {}

  now(): Instant {
    return this.sources.now() + this.skippedMs;
  }

  random(): number {
    return this.sources.random();
  }

  uuid(): string {
    return this.sources.uuid();
  }

  /** Milliseconds of real waiting until a time on this clock. */
  until(at: Instant): number {
    return Math.max(0, at - this.now());
  }

  /** The real time at which this clock shows `at`. */
  realTimeOf(at: Instant): Instant {
    return at - this.skippedMs;
  }

  /** Makes `at` the present, unless it is past already. */
  skipTo(at: Instant): void {
    this.skippedMs += this.until(at);
  }
}
