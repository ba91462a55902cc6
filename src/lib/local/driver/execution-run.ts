import type {
  Effect,
  HistoryEvent,
  HistoryRecord,
  Instant,
  RunningExecution,
  Signal,
  Sources,
  Step,
} from '../../engine/protocol.js';
import { inTransaction, type Database } from '../store/database.js';
import type { ExecutionStore, StoredExecution } from '../store/execution-store.js';
import type { InjectionStore } from '../store/injection-store.js';
import type { LeaseStore } from '../store/lease-store.js';
import type { SignalStore } from '../store/signal-store.js';
import type { TaskTokenStore } from '../store/task-token-store.js';
import type { DriveOptions, DriveOutcome } from '../local-environment.js';
import type { Caller } from './caller.js';
import type { ExecutionClock } from './execution-clock.js';
import type { ChildOutcome, MapRuns, MapRunState, StartChildEffect } from './map-runs.js';
import { Timers } from './timers.js';

/** Waiting longer than this is no work: who drives only until idle lets go. */
const IDLE_MS = 2_000;
/** `wakesAt` of what waits for a callback only: nothing has to be done until one comes. */
const NEVER = 8_640_000_000_000_000;

export type InvokeEffect = Extract<Effect, { kind: 'invoke' }>;
export type EvaluateEffect = Extract<Effect, { kind: 'evaluate' }>;

/** What one batch begins with, besides signals. */
interface Advancing {
  readonly first?: Step;
  readonly effects?: readonly Effect[];
  /** Written in the same transaction. */
  readonly inTransaction?: () => void;
  /** The transaction is the caller's, who inserts the execution. */
  readonly inserted?: boolean;
}

/** What a run works with. */
export interface RunParts {
  readonly database: Database.Database;
  readonly executions: ExecutionStore;
  readonly leases: LeaseStore;
  readonly signals: SignalStore;
  readonly injections: InjectionStore;
  readonly tokens: TaskTokenStore;
  readonly mapRuns: MapRuns;
  /** Calls a service for a task; resolves with what it led to, `undefined` when it has no outcome (we are closing). */
  call(effect: InvokeEffect, caller: Caller): Promise<Signal | undefined>;
  /** Tells the execution that a `.sync` task has started to stop, inside the transaction that leaves the task. */
  stopNested(parent: number, call: string): void;
  /** Evaluates JSONata, by the execution's clock. */
  evaluate(effect: EvaluateEffect, clock: Sources): Promise<Signal>;
  /** A call that goes on although its state was left: on AWS it would end too. */
  orphaned(call: Promise<unknown>): void;
  /** Writes events to the machine's log group, inside the transaction that stores them. */
  log(events: readonly HistoryEvent[]): void;
}

/** The execution of the engine, and the first step that has not been stored yet. */
export interface EngineState {
  readonly execution: RunningExecution;
  readonly step: Step;
}

interface Watcher {
  readonly until: 'end' | 'idle';
  readonly options: DriveOptions;
  readonly resolve: (outcome: DriveOutcome | 'lost') => void;
  readonly reject: (error: unknown) => void;
}

/** The lease went to somebody else: nothing may be written any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * One execution while this process holds its lease. Between the engine and the world:
 *
 *     signal ─> engine ─> events ─> one transaction with the lease checked ─> effects begin ─> their outcomes are signals
 *
 * It performs effects only while somebody watches; without a watcher it takes in signals, stores what they lead to, and
 * leaves the effects to whoever drives next, for whom `restore` asks for them again.
 */
export class ExecutionRun {
  private readonly timers: Timers;
  /** Calls and evaluations that somebody waits for, by key. */
  private readonly calls = new Map<string, Promise<unknown>>();
  private readonly watchers = new Set<Watcher>();
  /** Tasks that wait for the end of an execution they have started, by key. */
  private readonly nested = new Set<string>();
  private waitingEffects: Effect[] = [];
  private performing = false;
  private released = false;
  /** The lease went with the event that ended the execution, in one transaction. */
  private leaseGone = false;
  private jump: NodeJS.Immediate | undefined;

  constructor(
    private readonly parts: RunParts,
    private readonly stored: StoredExecution,
    private readonly engine: EngineState['execution'],
    private readonly clock: ExecutionClock,
    private readonly onReleased: () => void,
  ) {
    this.timers = new Timers(clock, (keys) => {
      this.guarded(() => {
        this.advance(keys.map((key): Signal => ({ kind: 'timer', key })));
      });
    });
  }

  /** Stores the engine's first step; its effects wait for a watcher. */
  begin(step: Step): void {
    this.advance([], { first: step });
  }

  /** The same inside the transaction that inserts the execution: nobody else can have its lease. */
  beginInserted(step: Step): void {
    this.advance([], { first: step, inserted: true });
  }

  get hasEnded(): boolean {
    return this.engine.status !== 'RUNNING';
  }

  /** Drives until the watcher's wish is fulfilled. `lost`: another process has taken over. */
  watch(options: DriveOptions): Promise<DriveOutcome | 'lost'> {
    const { until = 'end', signal } = options;
    return new Promise((resolve, reject) => {
      if (this.released) {
        // It was let go between being found and being watched: begin again.
        resolve('lost');
        return;
      }
      const watcher: Watcher = { until, options, resolve, reject };
      this.watchers.add(watcher);
      const interrupt = () => {
        if (!this.watchers.delete(watcher)) return;
        resolve({ kind: 'interrupted' });
        this.releaseUnwatched();
      };
      if (signal?.aborted === true) {
        interrupt();
        return;
      }
      signal?.addEventListener('abort', interrupt, { once: true });
      this.guarded(() => {
        this.perform();
        this.settle();
      });
    });
  }

  /** Takes in what has come from outside: stops and callbacks. */
  takeSignals(): void {
    this.guarded(() => {
      const waiting = this.parts.signals.waitingFor(this.stored.id);
      if (waiting.length === 0) return;
      this.advance(
        waiting.map(({ signal }) => signal),
        {
          inTransaction: () => {
            this.parts.signals.remove(waiting);
          },
        },
      );
    });
  }

  /** Reopens the ended execution. @returns when, by its own clock. */
  redrive(clientToken: string | undefined): Instant {
    const redrivenAt = this.clock.now();
    const { executions, injections, signals } = this.parts;
    const { id, name } = this.stored;
    this.advance([{ kind: 'redrive' }], {
      inTransaction: () => {
        executions.noteRedrive(id, redrivenAt, clientToken);
        injections.apply(name, id);
        // What was sent to the run before and came too late for it.
        signals.remove(signals.waitingFor(id));
      },
    });
    return redrivenAt;
  }

  /** Whether the lease has been taken away; to be asked now and then. */
  checkLease(): void {
    if (!this.released && !this.parts.leases.isOurs(this.stored.id)) this.abandon();
  }

  /** Lets go unless somebody watches. */
  releaseUnwatched(): void {
    if (this.watchers.size === 0) this.release();
  }

  /** Lets go whoever watches; the execution stays as the store has it. */
  interrupt(): void {
    for (const watcher of this.takeWatchers()) watcher.resolve({ kind: 'interrupted' });
    this.release();
  }

  fail(error: unknown): void {
    if (error instanceof LeaseLost) {
      this.abandon();
      return;
    }
    const watchers = this.takeWatchers();
    try {
      this.release();
    } finally {
      for (const watcher of watchers) watcher.reject(error);
    }
  }

  private perform(): void {
    if (this.performing || this.engine.status !== 'RUNNING') return;
    this.performing = true;
    // Read now, for a redrive may have changed it.
    const waiting = this.waitingEffects;
    this.waitingEffects = [];
    this.advance([], { effects: waiting });
  }

  /** One batch: signals in, events stored, effects begun. */
  private advance(
    signals: readonly Signal[],
    { first, effects = [], inTransaction: also, inserted = false }: Advancing = {},
  ): void {
    if (this.released) return;
    const records: HistoryRecord[] = [];
    const begun: Effect[] = [];
    const faults: number[] = [];
    const mapRuns: MapRunState[] = [];
    const queue = [...signals];
    let last: Step | undefined;

    const accept = (wanted: readonly Effect[]) => {
      const cancelled = cancelledKeys(wanted);
      for (const effect of wanted) {
        if (effect.kind === 'map-run') {
          mapRuns.push(effect);
          continue;
        }
        if (effect.kind === 'invoke' && waitsForExecution(effect)) this.nested.add(effect.key);
        if (effect.kind !== 'invoke' || !this.performing || cancelled.has(effect.key)) {
          begun.push(effect);
          continue;
        }
        // Nobody takes tasks off an activity here; it stays scheduled until it times out.
        if (!effect.started && effect.resource.service !== 'activity')
          queue.push({ kind: 'task-started', key: effect.key });
        const fault = this.nextFault(effect.stateName, faults);
        if (fault === undefined) {
          begun.push(effect);
        } else {
          faults.push(fault.position);
          queue.push({ kind: 'task-failed', key: effect.key, error: fault.error, cause: 'injected fault' });
        }
      }
    };
    const absorb = (step: Step) => {
      records.push(...step.records);
      accept(step.effects);
      // A signal that came too late gives an empty step, which must not hide how the execution ended.
      if (step.records.length > 0) last = step;
    };

    if (first !== undefined) absorb(first);
    accept(effects);
    for (let signal = queue.shift(); signal !== undefined; signal = queue.shift()) absorb(this.engine.handle(signal));

    if (records.length > 0 || mapRuns.length > 0 || also !== undefined) {
      const write = () => {
        // Most new executions that end at once have never asked for anything.
        this.write(records, last, begun, faults, !inserted || begun.length > 0);
        for (const mapRun of mapRuns) this.parts.mapRuns.note(this.stored.id, mapRun, this.clock.now());
      };
      if (inserted) write();
      else this.commit(write, also);
      this.leaseGone = this.hasEnded;
    }
    if (this.performing) this.beginEffects(begun);
    else this.waitingEffects.push(...begun);
    if (records.length > 0) this.tell(records.map(({ event }) => event));
    this.settle();
  }

  private commit(write: () => void, also: (() => void) | undefined): void {
    const { database, leases } = this.parts;
    const { id } = this.stored;
    inTransaction(database, () => {
      if (!leases.isOurs(id)) throw new LeaseLost(`the lease of ${this.stored.arn} is lost`);
      write();
      if (this.hasEnded) leases.release(id);
      also?.();
    });
  }

  private write(
    records: readonly HistoryRecord[],
    last: Step | undefined,
    effects: readonly Effect[],
    faults: readonly number[],
    mayHaveTokens: boolean,
  ): void {
    const { executions, injections, tokens } = this.parts;
    const { id } = this.stored;
    if (last !== undefined) {
      executions.advance(id, {
        records,
        status: this.engine.status,
        ...(last.output !== undefined && { output: last.output }),
        ...(last.error !== undefined && { error: last.error }),
        ...(last.cause !== undefined && { cause: last.cause }),
        skippedMs: this.clock.skippedMs,
        now: records.at(-1)?.event.timestamp ?? this.clock.now(),
      });
    }
    for (const position of faults) injections.consume(id, position);
    for (const effect of effects) {
      if (effect.kind === 'invoke' && effect.taskToken !== undefined) {
        tokens.add(effect.taskToken, { execution: id, key: effect.key, resource: effect.resource.arn });
      } else if (effect.kind === 'cancel') {
        tokens.closeCall(id, effect.key);
        if (this.nested.has(effect.key)) this.stopNested(effect.key);
      }
    }
    if (this.hasEnded) for (const key of this.nested) this.stopNested(key);
    if (this.hasEnded && mayHaveTokens) tokens.closeAll(id);
    this.parts.log(records.map(({ event }) => event));
  }

  private beginEffects(effects: readonly Effect[]): void {
    const cancelled = cancelledKeys(effects);
    for (const effect of effects) {
      switch (effect.kind) {
        case 'timer':
          if (!cancelled.has(effect.key)) this.timers.set(effect.key, effect.at);
          break;
        case 'cancel':
          this.timers.cancel(effect.key);
          this.orphan(effect.key);
          break;
        case 'invoke':
          if (!cancelled.has(effect.key)) this.await(effect.key, this.call(effect));
          break;
        case 'evaluate':
          if (!cancelled.has(effect.key)) this.await(effect.key, this.parts.evaluate(effect, this.clock));
          break;
        case 'start-child':
          if (!cancelled.has(effect.key)) this.await(effect.key, this.runChild(effect));
          break;
        case 'read-items':
          if (!cancelled.has(effect.key)) this.await(effect.key, this.parts.mapRuns.read(effect));
          break;
        case 'write-results':
          if (!cancelled.has(effect.key)) this.await(effect.key, this.parts.mapRuns.write(effect));
          break;
        case 'map-run':
          // Stored with the events.
          break;
      }
    }
  }

  private async runChild(effect: StartChildEffect): Promise<Signal | undefined> {
    const outcome: ChildOutcome | undefined = await this.parts.mapRuns.child(effect, this.stored, this.clock.now());
    if (outcome !== undefined) this.catchUp(outcome.skippedMs);
    return outcome?.signal;
  }

  private call(effect: InvokeEffect): Promise<Signal | undefined> {
    const { key } = effect;
    const caller: Caller = {
      execution: this.stored,
      now: this.clock.now(),
      isWanted: () => this.nested.has(key) || !waitsForExecution(effect),
      submitted: (output) => {
        if (!this.calls.has(key) || this.released) return;
        this.guarded(() => {
          this.advance([{ kind: 'task-submitted', key, output }]);
        });
      },
      skipped: (milliseconds) => {
        this.catchUp(milliseconds);
      },
    };
    // A child that is known already is submitted at once, but not in the middle of the step that asks for it.
    if (waitsForExecution(effect)) return Promise.resolve().then(() => this.parts.call(effect, caller));
    return this.parts.call(effect, caller);
  }

  /** What an execution inside this one has skipped is past for this one too. */
  private catchUp(skippedMs: number): void {
    if (skippedMs <= this.clock.skippedMs) return;
    this.clock.skippedMs = skippedMs;
    this.timers.reschedule();
  }

  private stopNested(key: string): void {
    this.nested.delete(key);
    this.parts.stopNested(this.stored.id, key);
  }

  private await(key: string, outcome: Promise<Signal | undefined>): void {
    this.calls.set(key, outcome);
    outcome.then(
      (signal) => {
        // A function whose state has been left goes on to its end, and nobody listens.
        if (this.calls.get(key) !== outcome || this.released) return;
        this.calls.delete(key);
        if (signal !== undefined) this.nested.delete(key);
        this.guarded(() => {
          if (signal === undefined) this.settle();
          else this.advance([signal]);
        });
      },
      (error: unknown) => {
        if (this.calls.get(key) !== outcome) return;
        this.calls.delete(key);
        this.fail(error);
      },
    );
  }

  /** Nobody listens to this call any more; what it does still happens. */
  private orphan(key: string): void {
    const call = this.calls.get(key);
    if (call !== undefined) this.parts.orphaned(call);
    this.calls.delete(key);
  }

  /** Tells watchers whose wish is fulfilled, lets go when none is left, and skips waiting if that was asked for. */
  private settle(): void {
    if (this.released) return;
    const { status } = this.engine;
    if (status !== 'RUNNING') {
      for (const key of [...this.calls.keys()]) this.orphan(key);
      const outcome: DriveOutcome = { kind: 'ended', status };
      const watchers = this.takeWatchers();
      if (watchers.length > 0) this.release();
      for (const watcher of watchers) watcher.resolve(outcome);
      return;
    }
    if (!this.performing || this.calls.size > 0) return;
    const earliest = this.timers.earliest();
    if (earliest !== undefined && this.fastForward()) {
      this.jump ??= setImmediate(() => {
        this.jump = undefined;
        this.skipWaiting();
      });
      return;
    }
    if (earliest !== undefined && this.clock.until(earliest) <= IDLE_MS) return;
    const until = earliest === undefined ? {} : { until: this.clock.realTimeOf(earliest) };
    const idle = [...this.watchers].filter((watcher) => watcher.until === 'idle');
    for (const watcher of idle) this.watchers.delete(watcher);
    if (idle.length > 0) this.releaseUnwatched();
    for (const watcher of idle) watcher.resolve({ kind: 'idle', ...until });
  }

  private skipWaiting(): void {
    const earliest = this.timers.earliest();
    if (this.released || this.calls.size > 0 || earliest === undefined || this.clock.until(earliest) === 0) return;
    this.clock.skipTo(earliest);
    this.timers.reschedule();
  }

  private fastForward(): boolean {
    return this.parts.executions.byId(this.stored.id)?.fastForward === 1;
  }

  private nextFault(stateName: string, taken: readonly number[]) {
    const uses = (position: number) => taken.filter((other) => other === position).length;
    return this.parts.injections
      .left(this.stored.id)
      .find((fault) => fault.stateName === stateName && fault.times > uses(fault.position));
  }

  private tell(events: readonly HistoryEvent[]): void {
    for (const watcher of [...this.watchers]) watcher.options.onRecords?.(events);
  }

  private takeWatchers(): Watcher[] {
    const watchers = [...this.watchers];
    this.watchers.clear();
    return watchers;
  }

  private abandon(): void {
    this.stop();
    for (const watcher of this.takeWatchers()) watcher.resolve('lost');
  }

  private release(): void {
    if (this.released) return;
    const earliest = this.timers.earliest();
    const idle = this.performing && this.calls.size === 0 && this.engine.status === 'RUNNING';
    this.stop();
    if (this.leaseGone) return;
    const { database, executions, leases } = this.parts;
    const { id } = this.stored;
    try {
      inTransaction(database, () => {
        if (!leases.isOurs(id)) return;
        if (idle) executions.noteWaking(id, earliest === undefined ? NEVER : this.clock.realTimeOf(earliest));
        leases.release(id);
      });
    } catch {
      // A full disk, most likely, and whoever drives has heard of it. A lease without its process, or without a run in its
      // process, counts as free.
    }
  }

  private stop(): void {
    if (this.released) return;
    this.released = true;
    clearImmediate(this.jump);
    this.timers.cancelAll();
    this.onReleased();
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }
}

function waitsForExecution({ resource: { service, pattern } }: InvokeEffect): boolean {
  return service === 'states' && (pattern === 'sync' || pattern === 'sync:2');
}

function cancelledKeys(effects: readonly Effect[]): Set<string> {
  return new Set(effects.flatMap((effect) => (effect.kind === 'cancel' ? [effect.key] : [])));
}
