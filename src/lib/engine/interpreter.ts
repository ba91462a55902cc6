import type { State } from '../definition/types.js';
import type { ExecutionView } from './context-object.js';
import { Suspended, type DataFlow } from './data-flow/data-flow.js';
import { JsonPathFlow } from './data-flow/json-path-flow.js';
import { JsonataFlow } from './data-flow/jsonata-flow.js';
import { Datum } from './datum.js';
import { Frame, languageOf, type Answer, type Phase } from './frame.js';
import { LanguageError } from './language-error.js';
import { exceedsPayloadLimit, HISTORY_LIMIT, STEP_LIMIT } from './limits.js';
import type { Effect, ExecutionSetup, ExecutionStatus, HistoryEvent, Instant, Json, Signal, Sources, Step } from './protocol.js';
import { HistoryFull, Recorder, type Note } from './recorder.js';
import { reopen } from './redrive.js';
import { decideRetry, findCatcher } from './retry-and-catch.js';
import type { Run } from './run.js';
import { dataLimitExceeded, StateFailure, type Evaluation, type FailureReason } from './state-failure.js';
import { childEnded, childFailed, dropGroup, fillMap, halt, inputOfChild, runMap, runParallel } from './states/group.js';
import { runChoice } from './states/choice.js';
import { runFail } from './states/fail.js';
import { runPass } from './states/pass.js';
import { runSucceed } from './states/succeed.js';
import { hearTask, runTask, timeOutTask } from './states/task.js';
import { askForWaking, runWait, wake } from './states/wait.js';

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
  private readonly listening = new Map<string, Frame>();
  private readonly ready: Frame[] = [];
  private effects: Effect[] = [];

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
    this.jsonata = new JsonataFlow(this, (location, expression, bindings) => this.ask(location, expression, bindings));
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
        this.hearAnswer(signal);
        return;
      default: {
        const frame = this.listening.get(signal.key);
        if (frame?.phase.kind === 'task') {
          hearTask(frame, frame.phase, signal, this);
        }
      }
    }
  }

  private hearTimer(key: string): void {
    if (this.status !== 'RUNNING' || key === CONTINUE) {
      return;
    }
    if (key === this.deadlineKey) {
      this.end('TIMED_OUT', {}, 'ExecutionTimedOut', 0);
      return;
    }
    const frame = this.listening.get(key);
    if (frame === undefined) {
      return;
    }
    if (frame.phase.kind === 'task') {
      timeOutTask(frame, frame.phase, key, this);
      return;
    }
    this.release(frame, key);
    wake(frame, this);
    this.push(frame);
  }

  /** Advances all that can go on, up to the limit of one step. */
  private finishStep(): Step {
    this.advanceAll();
    return this.takeStep();
  }

  /** What this step has made; what can still go on is left to the next. */
  takeStep(): Step {
    if (this.status === 'RUNNING' && this.ready.length > 0) {
      this.effects.push({ kind: 'timer', key: CONTINUE, at: this.now });
    }
    const effects = this.effects;
    this.effects = [];
    const ended = this.status !== 'RUNNING';
    return {
      records: this.recorder.take(),
      effects,
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
        this.failBecauseOf(frame, error);
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
      case 'result':
        this.conclude(frame, phase.result);
        return;
      case 'caught':
        this.goToCatcher(frame, phase.reason, phase.catcher);
        return;
      default:
    }
  }

  private begin(frame: Frame, input: Datum | undefined): void {
    const { parent } = frame;
    if (input !== undefined || parent === undefined) {
      this.enter(frame, frame.graph.StartAt, input ?? this.inputDatum);
      return;
    }
    let given: Datum;
    try {
      given = inputOfChild(parent, frame.index, this);
    } catch (error) {
      // Selecting an item is the Map's doing, not the iteration's.
      this.failBecauseOf(parent, error);
      return;
    }
    this.enter(frame, frame.graph.StartAt, given);
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
        runMap(frame, state, this);
        return;
      case 'Succeed':
        runSucceed(frame, this);
        return;
      case 'Fail':
        runFail(frame, state, this);
        return;
    }
  }

  private enter(frame: Frame, name: string, input: Datum): void {
    const state = frame.graph.States[name];
    if (state === undefined) {
      throw new StateFailure({ error: 'States.Runtime', cause: `The state '${name}' does not exist.` });
    }
    const details = { input: input.text, inputDetails: complete, name };
    frame.enter(name, input, this.record(frame, `${state.Type}StateEntered`, frame.last, 'stateEnteredEventDetails', details));
  }

  conclude(frame: Frame, result: Datum): void {
    const { state } = frame.at;
    const { output, assigned } = this.flow(frame).outcome(frame, result);
    this.leave(frame, output, assigned, 'Next' in state ? state.Next : undefined);
  }

  leave(frame: Frame, output: Datum, assigned: Frame['variables'] | undefined, next: string | undefined): void {
    const { name, state } = frame.at;
    const { text } = output;
    if (exceedsPayloadLimit(text)) {
      throw new StateFailure(dataLimitExceeded(name));
    }
    const details = {
      name,
      output: text,
      outputDetails: complete,
      ...(assigned === undefined
        ? {}
        : {
            assignedVariables: Object.fromEntries(Object.entries(assigned).map(([key, value]) => [key, JSON.stringify(value)])),
            assignedVariablesDetails: complete,
          }),
    };
    const note: Note | undefined = next === undefined && frame.parent !== undefined ? { end: true } : undefined;
    this.record(frame, `${state.Type}StateExited`, frame.last, 'stateExitedEventDetails', details, note);
    frame.assign(assigned);
    if (next !== undefined) {
      this.enter(frame, next, output);
      return;
    }
    frame.phase = { kind: 'done' };
    if (frame.parent === undefined) {
      this.succeed(output);
    } else {
      frame.halted = true;
      childEnded(frame.parent, frame, output, this);
      this.push(frame.parent);
    }
  }

  fail(frame: Frame, reason: FailureReason, failedId: number): void {
    const visit = frame.at;
    frame.last = failedId;
    // What goes wrong on the way to a catcher is not handled once more.
    const handled = frame.phase.kind === 'caught';
    const retriers = 'Retry' in visit.state && !handled ? visit.state.Retry : undefined;
    const retry = decideRetry(retriers, reason, visit.retriesUsed, () => this.sources.random());
    if (retry !== undefined) {
      dropGroup(frame, this);
      const until = this.now + retry.delay;
      this.backOff(frame, retry.index, until, failedId);
      this.annotate({ retry: { at: frame.path, index: retry.index, until, failedId } });
      askForWaking(frame, this);
      return;
    }
    if (visit.state.Type === 'Map' || visit.state.Type === 'Parallel') {
      if (visit.group !== undefined) {
        this.record(frame, `${visit.state.Type}StateFailed`, frame.last);
      }
    }
    const catcher = findCatcher('Catch' in visit.state && !handled ? visit.state.Catch : undefined, reason);
    if (catcher !== undefined) {
      dropGroup(frame, this);
      if (this.flow(frame) === this.jsonata) {
        this.annotate({ caught: { at: frame.path, catcher, ...reason, failedId: frame.last } });
      }
      frame.phase = { kind: 'caught', reason, catcher };
      this.push(frame);
      return;
    }
    frame.phase = { kind: 'failed' };
    if (frame.parent === undefined) {
      this.end('FAILED', reason, 'ExecutionFailed', frame.last);
    } else {
      childFailed(frame.parent, frame, reason, frame.last, this);
    }
  }

  /** Puts a frame between two attempts. */
  backOff(frame: Frame, retrier: number, until: Instant, failedId: number): void {
    const visit = frame.at;
    visit.retryCount += 1;
    visit.retriesUsed[retrier] = (visit.retriesUsed[retrier] ?? 0) + 1;
    visit.group = undefined;
    frame.last = failedId;
    frame.phase = { kind: 'backoff', until, failedId };
  }

  private goToCatcher(frame: Frame, reason: FailureReason, index: number): void {
    const { state } = frame.at;
    const catcher = 'Catch' in state ? state.Catch?.[index] : undefined;
    if (catcher === undefined) {
      throw new Error(`state '${frame.at.name}' has no catcher ${index}`);
    }
    const { output, assigned } = this.flow(frame).caught(frame, catcher, reason);
    this.leave(frame, output, assigned, catcher.Next);
  }

  private failBecauseOf(frame: Frame, error: unknown): void {
    if (error instanceof StateFailure) {
      const failedId = error.evaluation === undefined ? frame.last : this.recordEvaluation(frame, error.reason, error.evaluation);
      this.fail(frame, error.reason, failedId);
    } else if (error instanceof LanguageError) {
      const { name, enteredId } = frame.at;
      const cause = `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}). ${error.message}`;
      this.fail(frame, { error: error.errorName, cause }, frame.last);
    } else {
      throw error;
    }
  }

  /**
   * What fails while a state is being evaluated points to the event before its entry, as if it had not been entered yet
   * (recordings test_undefined_reference); what turns out later points to what came last.
   */
  private recordEvaluation(frame: Frame, reason: FailureReason, { location, afterEntry }: Evaluation): number {
    const { name, enteredId, enteredAfter, state } = frame.at;
    const cause = frame.last === enteredId && !afterEntry ? enteredAfter : frame.last;
    const details = { ...reason, ...(location === undefined ? {} : { location }), state: name };
    let event = this.record(frame, 'EvaluationFailed', cause, 'evaluationFailedEventDetails', details);
    if ((state.Type === 'Map' || state.Type === 'Parallel') && frame.at.group === undefined) {
      event = this.record(frame, `${state.Type}StateFailed`, event.id);
    }
    return event.id;
  }

  private endBecauseOf(error: unknown): void {
    if (!(error instanceof HistoryFull)) {
      throw error;
    }
    const cause = `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`;
    this.end('FAILED', { error: 'States.Runtime', cause }, 'ExecutionFailed', this.recorder.lastId);
  }

  private succeed(output: Datum): void {
    this.output = output;
    this.end('SUCCEEDED', {}, 'ExecutionSucceeded', this.root.last, { output: output.text, outputDetails: complete });
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
    if (this.setup.type !== 'STANDARD' || this.status === 'RUNNING' || this.status === 'SUCCEEDED' || lastId >= HISTORY_LIMIT - 1) {
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

  private end(status: ExecutionStatus, reason: FailureReason, type: string, previousEventId: number, details: object = reason): void {
    this.recorder.record(type, previousEventId, `e${type.slice(1)}EventDetails`, { ...details });
    this.status = status;
    this.reason = reason;
    this.ready.length = 0;
    halt(this.root, this);
    if (this.setup.definition.TimeoutSeconds !== undefined && status !== 'TIMED_OUT') {
      this.effects.push({ kind: 'cancel', key: this.deadlineKey });
    }
  }

  askForDeadline(from: Instant): void {
    const seconds = this.setup.definition.TimeoutSeconds;
    if (seconds !== undefined) {
      this.effects.push({ kind: 'timer', key: this.deadlineKey, at: from + seconds * 1000 });
    }
  }

  private get deadlineKey(): string {
    return `execution:${this.redriveCount}`;
  }

  flow(frame: Frame): DataFlow {
    return languageOf(frame.at.state, this.setup.definition.QueryLanguage) === 'JSONata' ? this.jsonata : this.jsonPath;
  }

  /** The answer to an expression of the frame that is being advanced; the first time it is only asked for. */
  private ask(location: string, expression: string, bindings: () => Json): Answer | undefined {
    const frame = this.advancing;
    const key = `evaluate:${frame.path}:${frame.last}:${location}`;
    const answer = frame.answers?.get(key);
    if (answer === undefined && !this.listening.has(key)) {
      this.request(frame, { kind: 'evaluate', key, expression, bindings: bindings() });
    }
    return answer;
  }

  private hearAnswer({ key, kind: _, ...answer }: Extract<Signal, { kind: 'evaluated' }>): void {
    const frame = this.listening.get(key);
    if (frame === undefined) {
      return;
    }
    this.listening.delete(key);
    frame.keys = frame.keys.filter((other) => other !== key);
    frame.answers ??= new Map();
    frame.answers.set(key, answer);
    if (!frame.keys.some((other) => other.startsWith('evaluate:'))) {
      this.push(frame);
    }
  }

  record(frame: Frame, type: string, previousEventId: number, detailsName?: string, details?: Readonly<Record<string, unknown>>, note?: Note): HistoryEvent {
    const whole = frame.path === '' ? note : { ...note, at: frame.path };
    const event = this.recorder.record(type, previousEventId, detailsName, details, whole);
    frame.last = event.id;
    return event;
  }

  annotate(note: Note): void {
    this.recorder.annotate(note);
  }

  request(frame: Frame, effect: Effect & { readonly key: string }): void {
    if (!this.listening.has(effect.key)) {
      frame.keys.push(effect.key);
    }
    this.listening.set(effect.key, frame);
    this.effects.push(effect);
  }

  release(frame: Frame, answered?: string): void {
    for (const key of frame.keys) {
      this.listening.delete(key);
      if (key !== answered) {
        this.effects.push({ kind: 'cancel', key });
      }
    }
    frame.keys = [];
  }

  push(frame: Frame): void {
    this.ready.push(frame);
  }
}

function canAdvance(phase: Phase): boolean {
  switch (phase.kind) {
    case 'start':
    case 'ready':
    case 'result':
    case 'caught':
      return true;
    case 'group':
    case 'task':
    case 'backoff':
    case 'until':
    case 'failed':
    case 'done':
      return false;
  }
}

