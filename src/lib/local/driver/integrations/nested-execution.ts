import type { Json, Signal } from '../../../engine/protocol.js';
import { describeExecution } from '../../states/execution-view.js';
import { startExecution, type ExecutionParts } from '../../states/execution-operations.js';
import type { StoredExecution } from '../../store/execution-store.js';
import type { NestedExecutionStore } from '../../store/nested-execution-store.js';
import type { SignalStore } from '../../store/signal-store.js';
import { AwsError } from '../../wire/aws-error.js';
import type { Caller } from '../caller.js';
import type { InvokeEffect } from '../execution-run.js';
import { asText, failed, membersOf, sdkMetadata, type Outcome } from './outcome.js';

export interface NestedExecutionParts extends ExecutionParts {
  readonly nested: NestedExecutionStore;
  readonly signals: SignalStore;
  /** Goes on although nobody waits for it. */
  orphaned(call: Promise<unknown>): void;
}

/**
 * `arn:aws:states:::states:startExecution` in all its patterns. Whoever drives the parent drives the child too: `.sync`
 * until the child has ended, the others beside the parent.
 */
export async function startNested(
  effect: InvokeEffect,
  parts: NestedExecutionParts,
  caller: Caller | undefined,
): Promise<Outcome> {
  const { pattern } = effect.resource;
  const known = caller && knownChild(effect, parts, caller);
  let child: StoredExecution;
  try {
    child = known ?? (await start(effect, parts, caller));
  } catch (error) {
    if (error instanceof AwsError) return refusalOf(error, parts.sources.uuid());
    throw error;
  }
  const answer = started(child, parts.sources.uuid());
  if (pattern !== 'sync' && pattern !== 'sync:2') {
    // A serving process drives what is started anyway; two of one process share the run.
    if (child.status === 'RUNNING') parts.orphaned(parts.driver.drive(child.arn, { until: 'idle' }));
    return { kind: 'succeeded', output: answer };
  }
  if (caller !== undefined && !effect.submitted) caller.submitted(answer);
  const outcome = await parts.driver.drive(child.arn);
  const ended = parts.executions.byId(child.id);
  if (outcome.kind !== 'ended' || ended === undefined || ended.status === 'RUNNING') return { kind: 'unknown' };
  caller?.skipped(ended.skippedMs);
  const description = described(ended, parts, pattern === 'sync:2');
  return ended.status === 'SUCCEEDED'
    ? { kind: 'succeeded', output: description }
    : failed('States.TaskFailed', description);
}

/** Tells the child of a call that its parent waits for no longer to stop. Inside the transaction that leaves the task. */
export function stopNested(
  parent: number,
  call: string,
  { nested, executions, signals }: Pick<NestedExecutionParts, 'nested' | 'executions' | 'signals'>,
): void {
  const id = nested.child(parent, call);
  const child = id === undefined ? undefined : executions.byId(id);
  if (child?.status === 'RUNNING') tellToStop(child.id, { executions, signals });
}

function tellToStop(
  child: number,
  { executions, signals }: Pick<NestedExecutionParts, 'executions' | 'signals'>,
): void {
  const stop: Signal = { kind: 'stop' };
  signals.post(child, stop);
  // Due at once, also if it waits for a callback that nobody gives any more.
  executions.noteWaking(child, undefined);
}

function knownChild(
  { key }: InvokeEffect,
  { nested, executions }: NestedExecutionParts,
  { execution }: Caller,
): StoredExecution | undefined {
  const id = nested.child(execution.id, key);
  return id === undefined ? undefined : executions.byId(id);
}

async function start(
  { key, parameters }: InvokeEffect,
  parts: NestedExecutionParts,
  caller: Caller | undefined,
): Promise<StoredExecution> {
  const { nested, executions, sources } = parts;
  const { StateMachineArn, Name, Input, TraceHeader } = membersOf(parameters);
  const request = {
    stateMachineArn: asText(StateMachineArn),
    name: asText(Name),
    input: asText(Input),
    traceHeader: asText(TraceHeader) ?? caller?.execution.traceHeader ?? undefined,
  };
  const parent = caller === undefined ? undefined : executions.byId(caller.execution.id);
  const child = await startExecution(parts, request, {
    ...(caller !== undefined &&
      parent !== undefined && {
        clock: {
          startedAt: caller.now,
          fastForward: parent.fastForward,
          skippedMs: Math.max(0, caller.now - sources.now()),
        },
      }),
    onInserted: (id) => {
      if (caller === undefined) return;
      nested.add(caller.execution.id, key, id);
      // The task may have been left while this waited for its transaction.
      if (!caller.isWanted()) tellToStop(id, parts);
    },
  });
  // One that ran already under this name and with this input is taken for ours, as StartExecution does.
  if (caller !== undefined) nested.add(caller.execution.id, key, child.id);
  return child;
}

/** The members of StartExecution's answer, in the order integrations give them. */
function started(child: StoredExecution, requestId: string): string {
  const { http, response } = sdkMetadata(
    { 'x-amzn-RequestId': requestId, 'Content-Type': 'application/x-amz-json-1.0' },
    requestId,
  );
  return `{"ExecutionArn":${JSON.stringify(child.arn)},${http},${response},"StartDate":${child.startedAt}}`;
}

/**
 * DescribeExecution's answer in the case of integrations, dates in milliseconds.
 * @param parsed input and output as JSON (`.sync:2`), else as texts that hold JSON (`.sync`)
 */
function described(child: StoredExecution, parts: NestedExecutionParts, parsed: boolean): string {
  const { versions, sources } = parts;
  const origins = { origin: versions.originOf(child.id), mapRunArn: undefined };
  const answer = describeExecution(child, origins, sources.now(), false) as Readonly<Record<string, Json | undefined>>;
  const members: string[] = [];
  for (const name of Object.keys(answer).sort()) {
    const value = answer[name];
    if (value === undefined) continue;
    members.push(`${JSON.stringify(pascal(name))}:${memberText(name, value, parsed)}`);
  }
  return `{${members.join(',')}}`;
}

/** A parsed text goes in as it is: reading and writing it again could change numbers. */
function memberText(name: string, value: Json, parsed: boolean): string {
  if (parsed && (name === 'input' || name === 'output') && typeof value === 'string') return value;
  if (name.endsWith('Date') && typeof value === 'number') return String(Math.round(value * 1000));
  if (name.endsWith('Details')) {
    const members = Object.entries(membersOf(value)).map(([member, inner]) => [pascal(member), inner]);
    return JSON.stringify(Object.fromEntries(members));
  }
  return JSON.stringify(value);
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** In the words of the SDK that this integration calls its own service with. */
function refusalOf({ name, message, status }: AwsError, requestId: string): Outcome {
  const details = [
    'Service: AWSStepFunctions',
    `Status Code: ${status}`,
    `Error Code: ${name}`,
    `Request ID: ${requestId}`,
    'Proxy: null',
  ];
  const error = name.endsWith('Exception') ? name : `${name}Exception`;
  return failed(`StepFunctions.${error}`, `${message} (${details.join('; ')})`);
}
