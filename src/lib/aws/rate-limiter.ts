import { ourShare, quotaOf, type Quota } from './quotas.js';
import { retryVerdict } from './retry-verdict.js';
import { TokenBucket } from './token-bucket.js';

/** Said once an operation and reason, when its waits add up to a second. */
export interface Wait {
  /** As the SDK calls it: `ListExecutions`. */
  readonly operation: string;
  /** `quota`: we hold back so as not to be throttled. `throttled`: AWS has answered so. */
  readonly reason: 'quota' | 'throttled';
  /** Calls a second that are taken of the quota, where it is known. */
  readonly perSecond?: number;
  /** Milliseconds of throttling answers in a row after which the call fails. */
  readonly patience: number;
}

/** The limits of an environment, as commands and bulk work see them. They apply to every call of its clients by themselves. */
export interface RateLimits {
  /**
   * What we allow ourselves of an operation: AWS's quota less a margin. For telling how long many calls will take, and for the default
   * pace of bulk work. `undefined`: no figure is known, or nothing is limited (the local environment).
   */
  share(operation: string): Quota | undefined;
  /** Express machines may be started faster. */
  forMachine(type: 'STANDARD' | 'EXPRESS'): void;
  /** Milliseconds that one call may wait for throttling to end; bulk work has more than a command with a reader before it. */
  setPatience(milliseconds: number): void;
  /** One listener; a later one takes its place. */
  onWait(listener: (wait: Wait) => void): void;
  /** Waits end at once, with the signal's reason as the error, when it is aborted. */
  stopOn(signal: AbortSignal): void;
}

export interface LimiterSources {
  /** Milliseconds of a clock that does not jump. */
  now(): number;
  /** Resolves after so many milliseconds, early when a signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** From 0 to below 1. */
  random(): number;
}

export interface LimiterSettings {
  /** Undefined while it is not known: then the smallest quotas count. */
  region?: string | undefined;
  /** Milliseconds; see RateLimits.setPatience. */
  patience: number;
  /** Tries of a call in all, where the connection or the service breaks. */
  tries: number;
}

export interface CallOptions {
  /** Whether AWS's quotas hold where the call goes; a served local environment has none. */
  readonly paced: boolean;
  readonly signal?: AbortSignal | undefined;
}

const SHORTEST_TELLING_MS = 1_000;
const TRANSIENT_BASE_MS = 100;
const THROTTLED_BASE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;

/**
 * The one place that decides when a call is sent and whether it is sent again; the SDK's own retries are off.
 *
 *     take a token ── none? wait ──> send ── answer ──────────────────────────> done
 *          ^                          │ throttled: slow down, wait (full jitter), until patience ends
 *          └──────────────────────────┤
 *                                     │ outage: wait (full jitter), three tries in all
 *                                     └ anything else ──────────────────────> its error
 *
 * Full jitter is a pause of random length below a bound that doubles [AWS Architecture Blog, "Exponential Backoff And Jitter"].
 * It knows this process only: two commands side by side, and the account's other programs, meet in AWS's throttling answers.
 */
export class RateLimiter implements RateLimits {
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly waited = new Map<string, number>();
  private machine: 'STANDARD' | 'EXPRESS' = 'STANDARD';
  private listener: ((wait: Wait) => void) | undefined;
  private stop: AbortSignal | undefined;

  constructor(
    private readonly settings: LimiterSettings,
    private readonly sources: LimiterSources,
  ) {}

  setRegion(region: string): void {
    this.settings.region = region;
  }

  share(operation: string): Quota | undefined {
    const quota = quotaOf(operation, this.settings.region, this.machine);
    return quota === undefined ? undefined : ourShare(quota);
  }

  forMachine(type: 'STANDARD' | 'EXPRESS'): void {
    if (this.machine === type) return;
    this.machine = type;
    this.buckets.delete('StartExecution');
  }

  setPatience(milliseconds: number): void {
    this.settings.patience = milliseconds;
  }

  onWait(listener: (wait: Wait) => void): void {
    this.listener = listener;
  }

  stopOn(signal: AbortSignal): void {
    this.stop = signal;
  }

  /**
   * @param send one try
   * @throws the last try's error; after patience has ended `waitedFor` knows how long that took
   */
  async call<T>(operation: string, options: CallOptions, send: () => Promise<T>): Promise<T> {
    const { sources } = this;
    let throttledSince: number | undefined;
    let throttled = 0;
    let broken = 0;
    for (;;) {
      await this.turn(operation, options);
      try {
        const answer = await send();
        this.buckets.get(operation)?.succeeded(sources.now());
        return answer;
      } catch (error) {
        const verdict = retryVerdict(error);
        if (verdict === undefined) throw error;
        if (verdict.kind === 'transient') {
          broken += 1;
          if (broken >= this.settings.tries) throw error;
          await this.pause(Math.max(verdict.asked ?? 0, this.jitter(TRANSIENT_BASE_MS, broken)), options.signal);
          continue;
        }
        const now = sources.now();
        this.buckets.get(operation)?.throttled(now);
        throttledSince ??= now;
        throttled += 1;
        const pause = Math.max(verdict.asked ?? 0, this.jitter(THROTTLED_BASE_MS, throttled));
        if (now + pause - throttledSince > this.settings.patience) {
          noteWaiting(error, operation, now - throttledSince);
          throw error;
        }
        this.count(operation, 'throttled', pause);
        await this.pause(pause, options.signal);
      }
    }
  }

  /** Waits for the operation's token. */
  private async turn(operation: string, { paced, signal }: CallOptions): Promise<void> {
    if (!paced) return;
    let bucket = this.buckets.get(operation);
    if (bucket === undefined) {
      const share = this.share(operation);
      if (share === undefined) return;
      this.buckets.set(operation, (bucket = new TokenBucket(share, this.sources.now())));
    }
    const pause = bucket.take(this.sources.now());
    if (pause === 0) return;
    this.count(operation, 'quota', pause);
    await this.pause(pause, signal);
  }

  private jitter(base: number, failures: number): number {
    return this.sources.random() * Math.min(LONGEST_PAUSE_MS, base * 2 ** Math.min(failures, 16));
  }

  private async pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    const signals = [signal, this.stop].filter((one) => one !== undefined);
    const any = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    any?.throwIfAborted();
    await this.sources.sleep(milliseconds, any);
    any?.throwIfAborted();
  }

  private count(operation: string, reason: Wait['reason'], pause: number): void {
    const key = `${reason} ${operation}`;
    const before = this.waited.get(key) ?? 0;
    this.waited.set(key, before + pause);
    if (before >= SHORTEST_TELLING_MS || before + pause < SHORTEST_TELLING_MS) return;
    const perSecond = this.share(operation)?.perSecond;
    this.listener?.({
      operation,
      reason,
      patience: this.settings.patience,
      ...(perSecond === undefined ? {} : { perSecond }),
    });
  }
}

/** How long a call was held up by throttling before it was given up. */
export interface Waited {
  readonly operation: string;
  readonly milliseconds: number;
}

const waits = new WeakMap<Error, Waited>();

function noteWaiting(error: unknown, operation: string, milliseconds: number): void {
  if (error instanceof Error) waits.set(error, { operation, milliseconds });
}

/** @returns undefined for errors of calls that did not wait */
export function waitedFor(error: Error): Waited | undefined {
  return waits.get(error);
}

/** Nothing is limited: the embedded environment, where a call costs nobody anything. */
export const NO_LIMITS: RateLimits = {
  share: () => undefined,
  forMachine() {},
  setPatience() {},
  onWait() {},
  stopOn() {},
};
