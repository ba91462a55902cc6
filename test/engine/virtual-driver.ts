import { childIdentity, childSetup } from '../../src/lib/engine/child-execution.js';
import { Execution } from '../../src/lib/engine/execution.js';
import type {
  Effect,
  ExecutionSetup,
  HistoryRecord,
  Instant,
  Signal,
  Sources,
  Step,
} from '../../src/lib/engine/protocol.js';

export type Invocation = Extract<Effect, { kind: 'invoke' }>;
export type StartChild = Extract<Effect, { kind: 'start-child' }>;
export type Evaluation = Extract<Effect, { kind: 'evaluate' }>;

/** Answers a call: signals, each so many milliseconds after the call was first made. */
export type Answerer = (call: Invocation) => readonly { readonly after: number; readonly signal: Signal }[];

/** Where a history may be cut: after a step. */
export interface Cut {
  readonly records: number;
  readonly now: Instant;
  /** How many uuids had been drawn. */
  readonly drawn: number;
}

export interface DriverOptions {
  readonly answer: Answerer;
  readonly evaluate?: (evaluation: Evaluation, sources: Sources) => Promise<Signal>;
  readonly startAt?: Instant;
  /** Reads items or writes results. */
  readonly storage?: (effect: Extract<Effect, { kind: 'read-items' | 'write-results' }>) => Signal;
  /** Nothing that children do happens after it. */
  readonly childHorizon?: Instant;
}

interface Due {
  readonly at: Instant;
  readonly order: number;
  readonly signal: Signal;
}

/**
 * Performs an execution's effects in memory on a clock of its own, which jumps to whatever is due next.
 * Signals of the same moment come in the order of the events that asked for them, so that a restored execution, which asks
 * for all of them at once, hears them in the same order.
 */
export class VirtualDriver {
  readonly records: HistoryRecord[] = [];
  readonly cuts: Cut[] = [];
  readonly sources: Sources;
  readonly steps: Step[] = [];
  now: Instant;
  execution!: Execution;
  private readonly due: Due[] = [];
  /** When each call was first made. */
  private readonly calls = new Map<string, Instant>();
  private readonly evaluations: Promise<Signal>[] = [];
  /** Children that were asked for; each runs to its end by itself, on a clock that starts where this one is. */
  private readonly starting: StartChild[] = [];
  /** Children of all Map Runs by run and index, kept over restarts. */
  readonly children = new Map<string, VirtualDriver>();
  readonly mapRuns: Extract<Effect, { kind: 'map-run' }>[] = [];
  private drawn = 0;
  private scheduled = 0;

  constructor(
    private readonly setup: ExecutionSetup,
    private readonly options: DriverOptions,
  ) {
    this.now = options.startAt ?? setup.startedAt;
    this.sources = {
      now: () => this.now,
      random: () => 0.5,
      uuid: () => `00000000-0000-4000-8000-${String(++this.drawn).padStart(12, '0')}`,
    };
  }

  start(): this {
    const { execution, step } = Execution.start(this.setup, this.sources);
    this.execution = execution;
    this.take(step);
    return this;
  }

  /** A second process: takes over what this one had stored when the step was done. */
  restoredAt(cut: Cut): VirtualDriver {
    const other = new VirtualDriver(this.setup, this.options);
    other.now = cut.now;
    other.drawn = cut.drawn;
    for (const [key, at] of this.calls) {
      other.calls.set(key, at);
    }
    for (const [key, child] of this.children) {
      other.children.set(key, child);
    }
    other.records.push(...this.records.slice(0, cut.records));
    // Records come back from a store as JSON.
    const stored = JSON.parse(JSON.stringify(other.records)) as HistoryRecord[];
    const { execution, step } = Execution.restore(this.setup, stored, other.sources);
    other.execution = execution;
    other.take(step);
    return other;
  }

  send(signal: Signal): Step {
    const step = this.execution.handle(signal);
    this.take(step);
    return step;
  }

  /** Until the execution has ended, nothing is due, or only what is due after `horizon`. */
  async drive(horizon: Instant = Infinity): Promise<this> {
    for (;;) {
      while (this.evaluations.length > 0) {
        this.send(await this.evaluations.shift()!);
      }
      while (this.starting.length > 0) {
        await this.runChild(this.starting.shift()!);
      }
      const next = this.nextDue(horizon);
      if (next === undefined || this.execution.status !== 'RUNNING') {
        return this;
      }
      this.now = Math.max(this.now, next.at);
      this.send(next.signal);
    }
  }

  take(step: Step): void {
    this.steps.push(step);
    this.records.push(...step.records);
    this.cuts.push({ records: this.records.length, now: this.now, drawn: this.drawn });
    for (const effect of step.effects) {
      this.perform(effect);
    }
  }

  private perform(effect: Effect): void {
    switch (effect.kind) {
      case 'invoke':
        this.call(effect);
        return;
      case 'timer':
        this.remove(effect.key);
        this.schedule(effect.at, { kind: 'timer', key: effect.key });
        return;
      case 'cancel':
        this.remove(effect.key);
        return;
      case 'evaluate':
        if (this.options.evaluate === undefined) {
          throw new Error(`nobody evaluates ${effect.expression}`);
        }
        this.evaluations.push(this.options.evaluate(effect, this.sources));
        return;
      case 'start-child':
        this.starting.push(effect);
        return;
      case 'map-run':
        this.mapRuns.push(effect);
        return;
      case 'read-items':
      case 'write-results':
        if (this.options.storage === undefined) {
          throw new Error('there is no bucket');
        }
        this.schedule(this.now, this.options.storage(effect));
        return;
    }
  }

  private async runChild(effect: StartChild): Promise<void> {
    const id = `${effect.mapRunArn}#${effect.index}`;
    let child = this.children.get(id);
    if (child === undefined) {
      const identity = childIdentity(effect.mapRunArn, `child-${effect.index}`, effect.executionType, '0');
      const given = { type: effect.executionType, input: effect.input, startedAt: this.now };
      child = new VirtualDriver(childSetup(this.setup, effect.stateName, identity, given), this.options).start();
      this.children.set(id, child);
      await child.drive(this.options.childHorizon);
    } else if (child.execution.status !== 'SUCCEEDED' && child.execution.redriveCount < effect.redriveCount) {
      child.now = this.now;
      child.send({ kind: 'redrive' });
      await child.drive(this.options.childHorizon);
    }
    const { status } = child.execution;
    if (status === 'RUNNING') {
      return;
    }
    const last = child.steps.findLast((step) => step.status === status && step.records.length > 0);
    const report = {
      Status: status,
      Name: `child-${effect.index}`,
      Error: last?.error ?? null,
      Cause: last?.cause ?? null,
    };
    const output = status === 'SUCCEEDED' ? (last?.output ?? 'null') : JSON.stringify(report);
    this.schedule(Math.max(this.now, child.now), { kind: 'child-ended', key: effect.key, status, output });
  }

  private call(effect: Invocation): void {
    const since = this.calls.get(effect.key) ?? this.now;
    this.calls.set(effect.key, since);
    for (const { after, signal } of this.options.answer(effect)) {
      if (!(effect.started && signal.kind === 'task-started')) {
        this.schedule(since + after, signal);
      }
    }
  }

  private schedule(at: Instant, signal: Signal): void {
    const cause = 'key' in signal ? Number(/\d+$/.exec(signal.key)?.[0] ?? 0) : 0;
    this.due.push({ at, order: cause * 1_000_000 + (this.scheduled += 1), signal });
  }

  private remove(key: string): void {
    for (let index = this.due.length - 1; index >= 0; index -= 1) {
      const { signal } = this.due[index]!;
      if ('key' in signal && signal.key === key) {
        this.due.splice(index, 1);
      }
    }
  }

  private nextDue(horizon: Instant): Due | undefined {
    let best: Due | undefined;
    for (const candidate of this.due) {
      if (best === undefined || candidate.at < best.at || (candidate.at === best.at && candidate.order < best.order)) {
        best = candidate;
      }
    }
    if (best === undefined || best.at > horizon) {
      return undefined;
    }
    this.due.splice(this.due.indexOf(best), 1);
    return best;
  }
}
