import type { Quota } from './quotas.js';

/** How far throttling answers may push the rate down. */
const SLOWEST = 0.1;
/** What a second of calls that get through gives back of the rate. */
const RECOVERY_PER_SECOND = 0.05;
/** Answers to calls that were under way together are one complaint, not many; milliseconds. */
const ONE_COMPLAINT_MS = 1_000;

/**
 * One operation's allowance. Calls take a token each; when there is none they take one of the future, so that they come
 * out in the order they came in.
 *
 *     throttled   the bucket was emptier than we thought: what is left is gone, and the rate is halved
 *     succeeded   the rate recovers, by a twentieth of the quota a second
 *
 * Time is an argument everywhere: milliseconds of any one clock.
 */
export class TokenBucket {
  private tokens: number;
  private at: number;
  private rate = 1;
  private complainedAt = Number.NEGATIVE_INFINITY;
  private recoveredAt = 0;

  constructor(
    private readonly quota: Quota,
    now: number,
  ) {
    this.tokens = quota.bucket;
    this.at = now;
  }

  /** Calls a second that it allows at present. */
  get perSecond(): number {
    return this.quota.perSecond * this.rate;
  }

  /** Takes a token. @returns milliseconds to wait before the call may be sent; 0 for now */
  take(now: number): number {
    this.refill(now);
    this.tokens -= 1;
    return this.tokens >= 0 ? 0 : (-this.tokens / this.perSecond) * 1_000;
  }

  /** Gives back a token that was not used. */
  giveBack(now: number): void {
    this.refill(now);
    this.tokens = Math.min(this.quota.bucket, this.tokens + 1);
  }

  throttled(now: number): void {
    this.refill(now);
    this.tokens = Math.min(0, this.tokens);
    if (now - this.complainedAt < ONE_COMPLAINT_MS) return;
    this.complainedAt = now;
    this.recoveredAt = now;
    this.rate = Math.max(SLOWEST, this.rate / 2);
  }

  succeeded(now: number): void {
    if (this.rate === 1) return;
    this.refill(now);
    const seconds = Math.max(0, now - this.recoveredAt) / 1_000;
    this.recoveredAt = Math.max(this.recoveredAt, now);
    this.rate = Math.min(1, this.rate + RECOVERY_PER_SECOND * Math.min(1, seconds));
  }

  private refill(now: number): void {
    const elapsed = Math.max(0, now - this.at);
    this.tokens = Math.min(this.quota.bucket, this.tokens + (elapsed / 1_000) * this.perSecond);
    this.at = Math.max(this.at, now);
  }
}
