import type { State } from '../definition/types.js';
import type { ExecutionView } from './context-object.js';
import { Suspended, type DataFlow } from './data-flow/data-flow.js';
import { JsonPathFlow } from './data-flow/json-path-flow.js';
import { JsonataFlow } from './data-flow/jsonata-flow.js';
import { Datum } from './datum.js';
import { fail, failBecauseOf, goToCatcher } from './failing.js';
import { Frame, languageOf, type Phase } from './frame.js';
import { EXPRESS_LIMIT_SECONDS, HISTORY_LIMIT, STEP_LIMIT } from './limits.js';
import type {
  Effect,
  ExecutionSetup,
  ExecutionStatus,
  HistoryEvent,
  Instant,
  Json,
  Signal,
  Sources,
  Step,
} from './protocol.js';
import { HistoryFull, Recorder, type Note } from './recorder.js';
import { reopen } from './redrive.js';
import { Requests } from './requests.js';
import type { Run } from './run.js';
import type { FailureReason } from './state-failure.js';
import { inputOfChild } from './states/children.js';
import { runChoice } from './states/choice.js';
import { runFail } from './states/fail.js';
import { halt } from './states/halting.js';
import { fillMap, runMap } from './states/map.js';
import {
  askForChild,
  hearMapRun,
  inputOfItem,
  isDistributed,
  resumeRedriven,
  runDistributedMap,
} from './states/map-run.js';
import { runParallel } from './states/parallel.js';
import { runPass } from './states/pass.js';
import { runSucceed } from './states/succeed.js';
import { hearTask, runTask, timeOutTask } from './states/task.js';
import { runWait, wake } from './states/wait.js';
import { conclude, enter } from './transitions.js';

const CONTINUE = 'continue';
const complete = { truncated: false };

/**
 * Runs states. Its own state is the tree of open frames and the list of those that can go on at once:
 *
 *     signal ─> frame that listens to its key ─> ready list ─> advance, advance, ... ─> every frame waits or has ended
 *
 * A branch runs until it waits before its sibling begins, as recordings show.
 */
export class Interpreter implements Run, ExecutionView {
  readonly root: Frame;
  readonly recorder: Recorder;
  now: Instant;
  status: ExecutionStatus = 'RUNNING';
  redriveCount = 0;
  redrivenAt: Instant | undefined;
  output: Datum | undefined;
  reason: FailureReason = {};
  private readonly inputDatum: Datum;
  private readonly jsonPath: DataFlow;
  private readonly jsonata: DataFlow;
  /** Whose turn it is. */
  private advancing: Frame;
  private readonly requests = new Requests();
  private readonly ready: Frame[] = [];

  constructor(
    readonly setup: ExecutionSetup,
    readonly sources: Sources,
  ) {
    this.now = sources.now();
    this.inputDatum = Datum.ofText(setup.input);
    this.recorder = new Recorder(setup.type);
    this.root = new Frame(setup.definition, undefined, 0, { variables: {}, last: 0, input: this.inputDatum });
    this.advancing = this.root;
    this.jsonPath = new JsonPathFlow(this, sources);
    this.jsonata = new JsonataFlow(this, (location, expression, bindings) =>
      this.requests.ask(this.advancing, location, expression, bindings),
    );
  }

  get input(): Json {
    return this.inputDatum.value;
  }

  /** The first step of a new execution. */
  start(): Step {
    this.recorder.now = this.now;
    this.recorder.record('ExecutionStarted', 0, 'executionStartedEventDetails', {
      input: this.setup.input,
      inputDetails: complete,
      roleArn: this.setup.roleArn,
    });
    this.askForDeadline(this.setup.startedAt);
    this.push(this.root);
    return this.finishStep();
  }

  handle(signal: Signal): Step {
    this.now = this.sources.now();
    this.recorder.now = this.now;
    try {
      this.hear(signal);
    } catch (error) {
      this.endBecauseOf(error);
    }
    return this.finishStep();
  }

  private hear(signal: Signal): void {
    switch (signal.kind) {
      case 'redrive':
        this.redrive();
        return;
      case 'stop':
        this.stop(signal);
        return;
      case 'timer':
        this.hearTimer(signal.key);
        return;
      case 'evaluated':
        this.pushIfAny(this.requests.hearAnswer(signal));
        return;
      default: {
        const frame = this.requests.listener(signal.key);
        if (frame?.phase.kind === 'task' && signal.kind !== 'child-ended') {
          hearTask(frame, frame.phase, signal, this);
        } else if (frame !== undefined) {
          this.attempt(frame.phase.kind === 'child' ? (frame.parent ?? frame) : frame, () => {
            hearMapRun(frame, signal, this);
          });
        }
      }
    }
  }

  private hearTimer(key: string): void {
    if (this.status !== 'RUNNING' || key === CONTINUE) {
      return;
    }
    if (key === this.deadlineKey && this.deadlineSeconds !== undefined) {
      this.end('TIMED_OUT', {}, 'ExecutionTimedOut', 0);
      return;
    }
    const frame = this.requests.listener(key);
    if (frame === undefined) {
      return;
    }
    if (frame.phase.kind === 'task') {
      timeOutTask(frame, frame.phase, key, this);
    } else if (frame.phase.kind === 'until' || frame.phase.kind === 'backoff') {
      this.release(frame, key);
      wake(frame, this);
      this.push(frame);
    }
  }

  /** Advances all that can go on, up to the limit of one step. */
  private finishStep(): Step {
    this.advanceAll();
    return this.takeStep();
  }

  /** What this step has made; what can still go on is left to the next. */
  takeStep(): Step {
    if (this.status === 'RUNNING' && this.ready.length > 0) {
      this.requests.add({ kind: 'timer', key: CONTINUE, at: this.now });
    }
    const ended = this.status !== 'RUNNING';
    return {
      records: this.recorder.take(),
      effects: this.requests.take(),
      status: this.status,
      ...(ended && this.output !== undefined ? { output: this.output.text } : {}),
      ...(ended ? this.reason : {}),
    };
  }

  private advanceAll(): void {
    while (this.ready.length > 0 && this.status === 'RUNNING' && this.recorder.records.length < STEP_LIMIT) {
      const frame = this.ready.pop()!;
      try {
        this.advance(frame);
      } catch (error) {
        this.endBecauseOf(error);
      }
    }
  }

  private advance(frame: Frame): void {
    while (!frame.halted && this.status === 'RUNNING' && this.recorder.records.length < STEP_LIMIT) {
      const { phase } = frame;
      this.advancing = frame;
      try {
        this.advanceOnce(frame, phase);
        frame.answers = undefined;
      } catch (error) {
        if (error instanceof Suspended) {
          return;
        }
        failBecauseOf(frame, error, this);
      }
      if (!canAdvance(frame.phase)) {
        return;
      }
    }
    if (!frame.halted && canAdvance(frame.phase)) {
      this.ready.push(frame);
    }
  }

  private advanceOnce(frame: Frame, phase: Phase): void {
    switch (phase.kind) {
      case 'start':
        this.begin(frame, phase.input);
        return;
      case 'ready':
        this.runState(frame, frame.at.state);
        return;
      case 'group':
        if (frame.at.state.Type === 'Map') {
          fillMap(frame, this);
        }
        return;
      case 'redriven':
        resumeRedriven(frame, this);
        return;
      case 'result':
        conclude(frame, phase.result, this);
        return;
      case 'caught':
        goToCatcher(frame, phase.reason, phase.catcher, this);
        return;
      default:
    }
  }

  private begin(frame: Frame, input: Datum | undefined): void {
    const { parent } = frame;
    if (input !== undefined || parent === undefined) {
      enter(frame, frame.graph.StartAt, input ?? this.inputDatum, this);
      return;
    }
    const { group } = parent.at;
    const distributed = group?.run !== undefined;
    let given: Datum;
    try {
      given = distributed ? inputOfItem(parent, group, frame.index, this) : inputOfChild(parent, frame.index, this);
    } catch (error) {
      // Selecting an item is the Map's doing, not the iteration's.
      failBecauseOf(parent, error, this);
      return;
    }
    if (distributed) {
      askForChild(parent, frame, given, this);
    } else {
      enter(frame, frame.graph.StartAt, given, this);
    }
  }

  /** Does something on behalf of a frame, whose state fails for what is thrown. */
  private attempt(frame: Frame, work: () => void): void {
    try {
      work();
    } catch (error) {
      failBecauseOf(frame, error, this);
    }
  }

  private runState(frame: Frame, state: State): void {
    switch (state.Type) {
      case 'Pass':
        runPass(frame, state, this);
        return;
      case 'Task':
        runTask(frame, state, this);
        return;
      case 'Choice':
        runChoice(frame, state, this);
        return;
      case 'Wait':
        runWait(frame, state, this);
        return;
      case 'Parallel':
        runParallel(frame, state, this);
        return;
      case 'Map':
        if (isDistributed(state)) {
          runDistributedMap(frame, state, this);
        } else {
          runMap(frame, state, this);
        }
        return;
      case 'Succeed':
        runSucceed(frame, this);
        return;
      case 'Fail':
        runFail(frame, state, this);
        return;
    }
  }

  private endBecauseOf(error: unknown): void {
    if (!(error instanceof HistoryFull)) {
      throw error;
    }
    const cause = `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`;
    this.failExecution({ error: 'States.Runtime', cause }, this.recorder.lastId);
  }

  succeedExecution(output: Datum): void {
    this.output = output;
    this.end('SUCCEEDED', {}, 'ExecutionSucceeded', this.root.last, { output: output.text, outputDetails: complete });
  }

  failExecution(reason: FailureReason, previousEventId: number): void {
    this.end('FAILED', reason, 'ExecutionFailed', previousEventId);
  }

  private stop(signal: { readonly error?: string; readonly cause?: string }): void {
    if (this.status !== 'RUNNING') {
      return;
    }
    const reason: FailureReason = {
      ...(signal.error === undefined ? {} : { error: signal.error }),
      ...(signal.cause === undefined ? {} : { cause: signal.cause }),
    };
    this.end('ABORTED', reason, 'ExecutionAborted', 0);
  }

  private redrive(): void {
    const { lastId } = this.recorder;
    if (
      this.setup.type !== 'STANDARD' ||
      this.status === 'RUNNING' ||
      this.status === 'SUCCEEDED' ||
      lastId >= HISTORY_LIMIT - 1
    ) {
      return;
    }
    const details = { redriveCount: this.redriveCount + 1 };
    const event = this.recorder.record('ExecutionRedriven', lastId, 'executionRedrivenEventDetails', details);
    this.ready.push(...this.reopen(event));
    this.askForDeadline(this.now);
  }

  /** The execution runs again from its ExecutionRedriven event on. */
  reopen(event: HistoryEvent): Frame[] {
    this.status = 'RUNNING';
    this.reason = {};
    this.redriveCount += 1;
    this.redrivenAt = event.timestamp;
    return reopen(this.root, event.id, event.timestamp);
  }

  private end(
    status: ExecutionStatus,
    reason: FailureReason,
    type: string,
    previousEventId: number,
    details: object = reason,
  ): void {
    this.recorder.record(type, previousEventId, `e${type.slice(1)}EventDetails`, { ...details });
    this.status = status;
    this.reason = reason;
    this.ready.length = 0;
    halt(this.root, this);
    if (this.deadlineSeconds !== undefined && status !== 'TIMED_OUT') {
      this.requests.add({ kind: 'cancel', key: this.deadlineKey });
    }
  }

  askForDeadline(from: Instant): void {
    const seconds = this.deadlineSeconds;
    if (seconds !== undefined) {
      this.requests.add({ kind: 'timer', key: this.deadlineKey, at: from + seconds * 1000 });
    }
  }

  private get deadlineSeconds(): number | undefined {
    const { definition, type } = this.setup;
    const limit = type === 'EXPRESS' ? EXPRESS_LIMIT_SECONDS : Infinity;
    const seconds = Math.min(definition.TimeoutSeconds ?? Infinity, limit);
    return seconds === Infinity ? undefined : seconds;
  }

  private get deadlineKey(): string {
    return `execution:${this.redriveCount}`;
  }

  flow(frame: Frame): DataFlow {
    return languageOf(frame.at.state, this.setup.definition.QueryLanguage) === 'JSONata' ? this.jsonata : this.jsonPath;
  }

  record(
    frame: Frame,
    type: string,
    previousEventId: number,
    detailsName?: string,
    details?: Readonly<Record<string, unknown>>,
    note?: Note,
  ): HistoryEvent {
    const whole = frame.path === '' ? note : { ...note, at: frame.path };
    const event = this.recorder.record(type, previousEventId, detailsName, details, whole);
    frame.last = event.id;
    return event;
  }

  annotate(note: Note): void {
    this.recorder.annotate(note);
  }

  request(frame: Frame, effect: Effect): void {
    this.requests.request(frame, effect);
  }

  tell(effect: Effect): void {
    this.requests.add(effect);
  }

  release(frame: Frame, answered?: string): void {
    this.requests.release(frame, answered);
  }

  push(frame: Frame): void {
    this.ready.push(frame);
  }

  fail(frame: Frame, reason: FailureReason, failedId: number): void {
    fail(frame, reason, failedId, this);
  }

  private pushIfAny(frame: Frame | undefined): void {
    if (frame !== undefined) {
      this.push(frame);
    }
  }
}

function canAdvance(phase: Phase): boolean {
  switch (phase.kind) {
    case 'start':
    case 'ready':
    case 'result':
    case 'caught':
    case 'redriven':
      return true;
    case 'group':
    case 'reading':
    case 'writing':
    case 'child':
    case 'task':
    case 'backoff':
    case 'until':
    case 'failed':
    case 'done':
      return false;
  }
}
