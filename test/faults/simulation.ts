import { publish, sendMessage } from '../../src/lib/local/driver/integrations/services.js';
import { signalOf } from '../../src/lib/local/driver/integrations/outcome.js';
import type { WireResponse } from '../../src/lib/local/ports.js';
import { Execution } from '../../src/lib/engine/execution.js';
import type { Effect, ExecutionSetup, HistoryRecord, Signal, Step } from '../../src/lib/engine/protocol.js';
import type { Handler } from '../../workflows/order-processing/functions/boundary.js';
import type { CallMark } from './functions.js';
import type { OutsideRequest } from './outside-request.js';
import type { World } from './world.js';

type Invoke = Extract<Effect, { kind: 'invoke' }>;

/** A function at work, or what Step Functions asks of a service itself. */
export interface Call extends CallMark {
  /** State and, in a Map, item: `ProcessItem.1`; the second call for the same is `ProcessItem.1~2`. */
  readonly label: string;
  readonly state: string;
  readonly startedAt: number;
  /** Milliseconds each of its requests takes. */
  readonly pace: number;
  readonly run: SimulatedExecution | undefined;
  readonly key: string | undefined;
  /** Requests made so far. */
  effects: number;
  /** Requests that are not answered yet. */
  pending: number;
  /** Its code has something to do or waits for an answer. */
  alive: boolean;
  /** Timers its code has set and waits for. */
  timers: number;
  /** Its process stands still: timers that ring meanwhile are heard when it goes on. */
  hanging: boolean;
  unheardTimers: (() => void)[];
  /** Nobody hears of its end. */
  unheard: boolean;
}

/** An execution in the simulation. */
export interface SimulatedExecution {
  readonly number: number;
  readonly setup: ExecutionSetup;
  readonly pace: number;
  readonly records: HistoryRecord[];
  execution: Execution;
  steps: number;
  /** Timers by key. */
  readonly timers: Map<string, { cancelled: boolean }>;
  /** Calls so far by state and item. */
  readonly calls: Map<string, number>;
  readonly open: Map<string, Call>;
  whenAtRest: (() => void)[];
}

/** What a request meets on its way; calls exactly one of the continuations, at once or later. */
export type Interception = (
  call: Call,
  at: string,
  request: OutsideRequest,
  answer: {
    readonly perform: () => Promise<void>;
    readonly give: (response: WireResponse) => void;
    readonly fail: (error: Error) => void;
    readonly performOnly: () => Promise<WireResponse>;
  },
) => void | Promise<void>;

export interface Hooks {
  readonly intercept: Interception;
  /** After a step was stored; true when its effects are not to be performed. */
  readonly stepped: (run: SimulatedExecution, step: number) => boolean;
  /** Resolves when functions that have something to do had the chance to do it; default: when all promises are followed. */
  readonly settled?: (() => Promise<void>) | undefined;
}

/** Milliseconds of real time; loading a function's modules on a busy machine takes seconds. */
const GIVEN_UP_AFTER = 120_000;

/** Ticks that were asked for in a promise's continuation come when no continuation is left. */
const promisesFollowed = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/**
 * Executions, functions and services on one clock that jumps to whatever is due next. Functions run concurrently, as far
 * as the order of their requests goes: each request takes its call's pace, and happens in one moment.
 */
export class Simulation {
  readonly executions: SimulatedExecution[] = [];
  readonly calls = new Map<object | string, Call>();
  private readonly alive = new Set<Call>();
  private readonly due: {
    readonly at: number;
    readonly order: number;
    readonly act: () => void;
    readonly timer?: { cancelled: boolean };
  }[] = [];
  private ordered = 0;
  /** Requests that a service is at. */
  private performing = 0;
  private handlers: Readonly<Record<string, Handler>> = {};

  constructor(
    private readonly world: World,
    private readonly hooks: Hooks,
  ) {}

  /** The functions, which have to know the simulation. */
  use(handlers: Readonly<Record<string, Handler>>): void {
    this.handlers = handlers;
  }

  later(milliseconds: number, act: () => void, timer?: { cancelled: boolean }): void {
    this.ordered += 1;
    this.due.push({ at: this.world.now + milliseconds, order: this.ordered, act, ...(timer && { timer }) });
  }

  start(setup: ExecutionSetup, pace: number): SimulatedExecution {
    const sources = this.sources();
    const { execution, step } = Execution.start(setup, sources);
    const run: SimulatedExecution = {
      number: this.executions.length + 1,
      setup,
      pace,
      records: [],
      execution,
      steps: 0,
      timers: new Map(),
      calls: new Map(),
      open: new Map(),
      whenAtRest: [],
    };
    this.executions.push(run);
    this.take(run, step);
    return run;
  }

  send(run: SimulatedExecution, signal: Signal): void {
    this.take(run, run.execution.handle(signal));
  }

  /** Another process takes over what is stored; calls of the old one go on unheard. */
  restart(run: SimulatedExecution): void {
    for (const call of run.open.values()) call.unheard = true;
    run.open.clear();
    for (const timer of run.timers.values()) timer.cancelled = true;
    run.timers.clear();
    const stored = JSON.parse(JSON.stringify(run.records)) as HistoryRecord[];
    const { execution, step } = Execution.restore(run.setup, stored, this.sources());
    run.execution = execution;
    this.take(run, step);
  }

  /** A function of nobody's execution, e.g. the operator's; answers with its error's name, if it fails. */
  call(functionName: string, label: string, payload: object, pace: number): Promise<string | undefined> {
    return new Promise((resolve) => {
      const call = this.newCall(label, label, pace, undefined, undefined);
      this.invoke(call, functionName, payload, (end) => resolve(end.ok ? undefined : end.error.name));
    });
  }

  /** A timer that a function sets. A process that died has none. */
  readonly arm = (call: Call, milliseconds: number, ring: () => void): { cancel(): void } => {
    const timer = { cancelled: false };
    const cancel = (): void => {
      if (!timer.cancelled) call.timers -= 1;
      timer.cancelled = true;
    };
    const due = (): void => {
      if (timer.cancelled || !call.alive) return;
      if (call.hanging) return void call.unheardTimers.push(due);
      cancel();
      ring();
    };
    call.timers += 1;
    this.later(milliseconds, due, timer);
    return { cancel };
  };

  /** The call's process stands still until what is returned is called; then it does `act` first. */
  hang(call: Call, act: () => Promise<void>): () => void {
    call.hanging = true;
    return () => {
      call.hanging = false;
      void act();
      for (const due of call.unheardTimers.splice(0)) this.later(1, due);
    };
  }

  /** The function's process dies. */
  die(call: Call, error: string): void {
    this.alive.delete(call);
    call.alive = false;
    if (call.run !== undefined && call.key !== undefined && !call.unheard) {
      call.run.open.delete(call.key);
      const cause = JSON.stringify({ errorType: error, errorMessage: 'RequestId: x Error: exited', trace: [] });
      this.send(call.run, { kind: 'task-failed', key: call.key, error, cause });
    }
  }

  /** Until nothing is due any more. */
  async drive(): Promise<void> {
    for (;;) {
      await this.settle();
      const next = this.next();
      if (next === undefined) return;
      this.world.now = Math.max(this.world.now, next.at);
      next.act();
    }
  }

  /** Takes requests of the functions across. */
  readonly carry = (mark: object | string | undefined, request: OutsideRequest): Promise<WireResponse> => {
    const call = this.calls.get(mark ?? '');
    if (call === undefined) throw new Error(`nobody made this request: ${request.operation}`);
    return this.request(call, request);
  };

  private request(call: Call, request: OutsideRequest): Promise<WireResponse> {
    const at = `${call.label}/${call.effects}`;
    call.effects += 1;
    call.pending += 1;
    let awaited = true;
    const heard = (): void => {
      if (awaited) call.pending -= 1;
      awaited = false;
    };
    void request.abandoned?.then(heard);
    return new Promise((resolve, reject) => {
      const performOnly = async (): Promise<WireResponse> => {
        this.performing += 1;
        try {
          return await this.world.perform(request);
        } finally {
          this.performing -= 1;
        }
      };
      const give = (response: WireResponse): void => {
        heard();
        resolve(response);
      };
      const fail = (error: Error): void => {
        heard();
        reject(error);
      };
      const perform = async (): Promise<void> => give(await performOnly());
      this.later(call.pace, () => {
        if (!call.alive) return;
        void this.hooks.intercept(call, at, request, { perform, give, fail, performOnly });
      });
    });
  }

  private take(run: SimulatedExecution, step: Step): void {
    run.records.push(...step.records);
    run.steps += 1;
    if (this.hooks.stepped(run, run.steps)) return;
    for (const effect of step.effects) this.perform(run, effect);
    if (run.execution.status !== 'RUNNING') {
      for (const timer of run.timers.values()) timer.cancelled = true;
      run.timers.clear();
      for (const call of run.open.values()) call.unheard = true;
      run.open.clear();
      for (const act of run.whenAtRest.splice(0)) act();
    }
  }

  private perform(run: SimulatedExecution, effect: Effect): void {
    switch (effect.kind) {
      case 'invoke':
        return this.invokeFor(run, effect);
      case 'timer': {
        this.cancelTimer(run, effect.key);
        const timer = { cancelled: false };
        run.timers.set(effect.key, timer);
        return this.later(
          Math.max(0, effect.at - this.world.now),
          () => this.send(run, { kind: 'timer', key: effect.key }),
          timer,
        );
      }
      case 'cancel': {
        this.cancelTimer(run, effect.key);
        const call = run.open.get(effect.key);
        if (call !== undefined) call.unheard = true;
        run.open.delete(effect.key);
        return;
      }
      default:
        throw new Error(`the order workflow wants no ${effect.kind}`);
    }
  }

  private cancelTimer(run: SimulatedExecution, key: string): void {
    const timer = run.timers.get(key);
    if (timer !== undefined) timer.cancelled = true;
    run.timers.delete(key);
  }

  private invokeFor(run: SimulatedExecution, effect: Invoke): void {
    const { key, stateName: state, parameters } = effect;
    const members = parameters as { FunctionName?: string; Payload?: { index?: number } };
    const item = members.Payload?.index;
    const place = `${run.number === 1 ? '' : `${run.number}:`}${state}${item === undefined ? '' : `.${item}`}`;
    const count = (run.calls.get(place) ?? 0) + 1;
    run.calls.set(place, count);
    const call = this.newCall(count === 1 ? place : `${place}~${count}`, state, run.pace, run, key);
    run.open.set(key, call);
    this.later(1, () => {
      if (call.unheard) return void this.alive.delete(call);
      if (!effect.started) this.send(run, { kind: 'task-started', key });
      if (effect.resource.service === 'lambda') {
        const name = members.FunctionName?.split(':').at(-2) ?? '';
        this.invoke(call, name, members.Payload ?? {}, (end) => this.report(call, end));
      } else {
        void this.callService(call, effect);
      }
    });
  }

  private report(call: Call, end: { ok: true; value: unknown } | { ok: false; error: Error }): void {
    const { run, key } = call;
    if (run === undefined || key === undefined) return;
    this.later(1, () => {
      if (call.unheard) return;
      run.open.delete(key);
      if (end.ok) {
        const output = `{"ExecutedVersion":"1","Payload":${JSON.stringify(end.value ?? null)},"StatusCode":200}`;
        return this.send(run, { kind: 'task-succeeded', key, output });
      }
      const { name, message } = end.error;
      const cause = JSON.stringify({ errorType: name, errorMessage: message, trace: [] });
      this.send(run, { kind: 'task-failed', key, error: name, cause });
    });
  }

  /** What the workflow asks of SQS, or (the blog post's) of SNS, without a function. */
  private async callService(call: Call, { resource, parameters, key }: Invoke): Promise<void> {
    const service = resource.service === 'sqs' ? 'sqs' : 'sns';
    this.alive.add(call);
    call.alive = true;
    const handle = (wire: OutsideRequest['wire']): Promise<WireResponse> =>
      this.request(call, { service, operation: resource.action, wire });
    const outcome = await (service === 'sqs' ? sendMessage(parameters, handle) : publish(parameters, handle)).catch(
      (error: unknown) => ({
        kind: 'failed' as const,
        error: `${service.toUpperCase()}.SdkClientException`,
        cause: String(error),
      }),
    );
    this.alive.delete(call);
    const signal = signalOf(key, outcome, false);
    if (signal === undefined || call.run === undefined) return;
    const run = call.run;
    this.later(1, () => {
      if (call.unheard) return;
      run.open.delete(key);
      this.send(run, signal);
    });
  }

  private invoke(
    call: Call,
    functionName: string,
    payload: object,
    ended: (end: { ok: true; value: unknown } | { ok: false; error: Error }) => void,
  ): void {
    const handler = this.handlers[functionName];
    if (handler === undefined) throw new Error(`no function is named ${functionName}`);
    call.alive = true;
    this.alive.add(call);
    const context = { awsRequestId: call.id, functionName, getRemainingTimeInMillis: () => 30_000 };
    handler(payload as Record<string, unknown>, context).then(
      (value) => {
        if (this.alive.delete(call)) ended({ ok: true, value });
      },
      (error: unknown) => {
        if (this.alive.delete(call)) ended({ ok: false, error: error as Error });
      },
    );
  }

  private newCall(
    label: string,
    state: string,
    pace: number,
    run: SimulatedExecution | undefined,
    key: string | undefined,
  ): Call {
    const call: Call = {
      id: `call-${this.calls.size + 1}`,
      label,
      state,
      startedAt: this.world.now,
      pace,
      run,
      key,
      effects: 0,
      pending: 0,
      timers: 0,
      hanging: false,
      unheardTimers: [],
      alive: false,
      unheard: false,
    };
    this.calls.set(call, call);
    this.calls.set(call.id, call);
    return call;
  }

  /**
   * Until every function waits for an answer. All of them work in the process: when no promise is left to be followed, they
   * do, but for the first call of all, which may load modules. How long that takes is the machine's; only a function that
   * does nothing for minutes is given up.
   */
  private async settle(): Promise<void> {
    let waitingSince: number | undefined;
    const { settled = promisesFollowed } = this.hooks;
    for (;;) {
      await settled();
      const busy = [...this.alive].find(({ pending, timers }) => pending + timers === 0);
      if (busy === undefined && this.performing === 0) return;
      await new Promise((resolve) => setImmediate(resolve));
      waitingSince ??= performance.now();
      if (performance.now() - waitingSince > GIVEN_UP_AFTER)
        throw new Error(`${busy?.label ?? 'a service'} works without end`);
    }
  }

  private next() {
    let best = -1;
    for (let index = this.due.length - 1; index >= 0; index -= 1) {
      const candidate = this.due[index]!;
      if (candidate.timer?.cancelled === true) {
        this.due.splice(index, 1);
        if (best > index) best -= 1;
        continue;
      }
      const leader = best === -1 ? undefined : this.due[best]!;
      if (
        leader === undefined ||
        candidate.at < leader.at ||
        (candidate.at === leader.at && candidate.order < leader.order)
      ) {
        best = index;
      }
    }
    return best === -1 ? undefined : this.due.splice(best, 1)[0];
  }

  private sources() {
    return { now: () => this.world.now, random: () => 0.5, uuid: () => this.world.uuid() };
  }
}
