import type { TaskState } from '../../definition/types.js';
import { Datum } from '../datum.js';
import type { Frame, TaskPhase } from '../frame.js';
import { CAUSE_LIMIT, ERROR_LIMIT, exceedsPayloadLimit } from '../limits.js';
import type { Json, ResourceReference, Signal } from '../protocol.js';
import { needsToken, readResource } from '../resource.js';
import type { Run } from '../run.js';
import { dataLimitExceeded, StateFailure, type FailureReason } from '../state-failure.js';
import { taskEvents, type TaskEvent, type TaskEvents } from './task-events.js';

export type TaskSignal = Extract<Signal, { kind: `task-${string}` }>;

interface Integration {
  readonly resource: ResourceReference;
  readonly events: TaskEvents;
}

const integrations = new WeakMap<TaskState, Integration>();

/** Schedules the state's next attempt. */
export function runTask(frame: Frame, state: TaskState, run: Run): void {
  const { resource, events } = integrationOf(state);
  const flow = run.flow(frame);
  const token = needsToken(resource) ? run.sources.uuid() : undefined;
  const parameters = flow.parameters(
    frame,
    state.Parameters ?? state.Arguments,
    token === undefined ? undefined : { taskToken: token },
  );
  if (exceedsPayloadLimit(parameters.text)) {
    throw new StateFailure(dataLimitExceeded(frame.at.name));
  }
  const timeout = flow.count(frame, 'TimeoutSeconds');
  const heartbeat = flow.count(frame, 'HeartbeatSeconds');
  const [type, detailsName, details] = events.scheduled({ parameters, region: run.setup.region, timeout, heartbeat });
  const event = run.record(frame, type, frame.last, detailsName, details, token === undefined ? undefined : { token });
  frame.phase = scheduled(resource, event, { parameters, token, timeout, heartbeat });
  askForTask(frame, frame.phase, run);
}

/** The phase that follows from a Scheduled event. */
export function scheduled(
  resource: ResourceReference,
  event: { readonly id: number; readonly timestamp: number },
  scheduling: {
    readonly parameters: Datum;
    readonly token: string | undefined;
    readonly timeout: number | undefined;
    readonly heartbeat: number | undefined;
  },
): TaskPhase {
  const { parameters, token, timeout, heartbeat } = scheduling;
  return {
    kind: 'task',
    scheduledId: event.id,
    resource,
    parameters,
    token,
    deadline: timeout === undefined ? undefined : event.timestamp + timeout * 1000,
    // Only those who hold a token can send a heartbeat.
    heartbeat: heartbeat === undefined || !needsToken(resource) ? undefined : heartbeat * 1000,
    started: false,
    submitted: false,
  };
}

/** Asks for the call and its timers, at first and again after a restart. */
export function askForTask(frame: Frame, phase: TaskPhase, run: Run): void {
  const { scheduledId, resource, parameters, token, started, submitted } = phase;
  run.request(frame, {
    kind: 'invoke',
    key: `task:${scheduledId}`,
    resource,
    parameters: parameters.value,
    parametersText: parameters.text,
    stateName: frame.at.name,
    retryCount: frame.at.retryCount,
    ...(token === undefined ? {} : { taskToken: token }),
    started,
    submitted,
  });
  if (phase.deadline !== undefined) {
    run.request(frame, { kind: 'timer', key: `timeout:${scheduledId}`, at: phase.deadline });
  }
  if (beats(phase)) {
    listenToHeart(frame, phase, run);
  }
}

/** Heartbeats leave no event behind; after a restart the interval begins anew. */
function listenToHeart(frame: Frame, phase: TaskPhase, run: Run): void {
  if (phase.heartbeat !== undefined) {
    phase.beatBy = run.now + phase.heartbeat;
    run.request(frame, { kind: 'timer', key: `heartbeat:${phase.scheduledId}`, at: phase.beatBy });
  }
}

/** An activity's heart is listened to once a worker has it, a token's from the start. */
function beats(phase: TaskPhase): boolean {
  return phase.started || phase.resource.service !== 'activity';
}

/** What became of the call. */
export function hearTask(frame: Frame, phase: TaskPhase, signal: TaskSignal, run: Run): void {
  const { events } = integrationOf(frame.at.state as TaskState);
  switch (signal.kind) {
    case 'task-started':
      start(frame, phase, events, run, signal.details);
      return;
    case 'task-submitted':
      start(frame, phase, events, run);
      if (!phase.submitted) record(frame, events.submitted(signal.output), run);
      phase.submitted = true;
      return;
    case 'task-heartbeat':
      listenToHeart(frame, phase, run);
      return;
    case 'task-succeeded':
      start(frame, phase, events, run);
      succeed(frame, signal, events, run);
      return;
    case 'task-failed': {
      start(frame, phase, events, run);
      const reason = reasonOf(signal);
      end(frame, events.failed(reason), reason, run, signal.key);
      return;
    }
    case 'task-not-scheduled': {
      const reason = { error: signal.error, cause: signal.cause };
      end(frame, events.notScheduled(reason), reason, run, signal.key);
      return;
    }
  }
}

/** The task's deadline has passed, or its heart has stopped. */
export function timeOutTask(frame: Frame, phase: TaskPhase, key: string, run: Run): void {
  const isHeart = key.startsWith('heartbeat:');
  if (isHeart ? run.now < (phase.beatBy ?? Infinity) : !key.startsWith('timeout:')) {
    return;
  }
  const { events } = integrationOf(frame.at.state as TaskState);
  const reason = { error: isHeart ? 'States.HeartbeatTimeout' : 'States.Timeout' };
  end(frame, events.timedOut(reason), reason, run, key);
}

function succeed(
  frame: Frame,
  signal: { readonly key: string; readonly output: string },
  events: TaskEvents,
  run: Run,
): void {
  if (exceedsPayloadLimit(signal.output)) {
    const reason = dataLimitExceeded(events.blame);
    end(frame, events.failed(reason), reason, run, signal.key);
    return;
  }
  const value = parsed(signal.output);
  if (value === undefined) {
    const reason = {
      error: 'States.Runtime',
      cause: `The state/task '${events.blame}' returned a result that is not JSON.`,
    };
    end(frame, events.failed(reason), reason, run, signal.key);
    return;
  }
  record(frame, events.succeeded(signal.output), run);
  run.release(frame, signal.key);
  frame.phase = { kind: 'result', result: Datum.ofBoth(signal.output, value) };
  run.push(frame);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function start(frame: Frame, phase: TaskPhase, events: TaskEvents, run: Run, details?: Record<string, Json>): void {
  if (phase.started) {
    return;
  }
  record(frame, events.started(details), run);
  phase.started = true;
  if (phase.resource.service === 'activity') {
    listenToHeart(frame, phase, run);
  }
}

function end(frame: Frame, event: TaskEvent, reason: FailureReason, run: Run, answered: string): void {
  record(frame, event, run);
  run.release(frame, answered);
  run.fail(frame, reason, frame.last);
}

function record(frame: Frame, [type, detailsName, details]: TaskEvent, run: Run): void {
  run.record(frame, type, frame.last, detailsName, details);
}

function reasonOf(signal: { readonly error?: string; readonly cause?: string }): FailureReason {
  return {
    ...(signal.error === undefined ? {} : { error: signal.error.slice(0, ERROR_LIMIT) }),
    ...(signal.cause === undefined ? {} : { cause: signal.cause.slice(0, CAUSE_LIMIT) }),
  };
}

function integrationOf(state: TaskState): Integration {
  let integration = integrations.get(state);
  if (integration === undefined) {
    const resource = readResource(state.Resource);
    integration = { resource, events: taskEvents(resource) };
    integrations.set(state, integration);
  }
  return integration;
}
