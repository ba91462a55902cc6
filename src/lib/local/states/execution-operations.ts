import type { Signal } from '../../engine/protocol.js';
import type { ExecutionStore, NewExecution, StoredExecution } from '../store/execution-store.js';
import type { InjectionStore } from '../store/injection-store.js';
import type { MapRunStore } from '../store/map-run-store.js';
import type { StoredMachine } from '../store/state-machine-store.js';
import { AwsError } from '../wire/aws-error.js';
import type { JsonObject, Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { checkArn, executionArn, expressExecutionArn } from './arns.js';
import type { ExecutionDriver } from './execution-driver.js';
import { checkInput, INPUT_LIMIT } from './execution-input.js';
import { describeExecution } from './execution-view.js';
import { ARN_LIMITS, commonDescription, INCLUDED_DATA, type MachineParts } from './machine-operations.js';
import { checkName } from './names.js';
import { resolveMachine } from './qualified-machine.js';
import { redriveObstacle } from './redrive-verdict.js';
import { epochSeconds } from './wire-time.js';

export interface ExecutionParts extends MachineParts {
  readonly executions: ExecutionStore;
  readonly injections: InjectionStore;
  readonly mapRuns: MapRunStore;
  readonly driver: ExecutionDriver;
}

/** @throws AwsError ExecutionDoesNotExist, or InvalidArn for what is no ARN of a STANDARD execution. */
export function requireExecution(executions: ExecutionStore, arn: string): StoredExecution {
  checkArn(arn, 'execution');
  const execution = executions.find(arn);
  if (execution === undefined) {
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }
  return execution;
}

/** Start, describe, stop and redrive executions. */
export function executionOperations(parts: ExecutionParts): Operations {
  const { executions, machines, versions, mapRuns, driver, sources } = parts;

  return {
    StartExecution: async (input) => {
      const execution = await startExecution(parts, input);
      return { executionArn: execution.arn, startDate: epochSeconds(execution.startedAt) };
    },

    StartSyncExecution: async (input) => {
      const accept = (machine: StoredMachine) => {
        if (machine.type === 'EXPRESS') return;
        throw new AwsError(
          'StateMachineTypeNotSupported',
          'This operation is not supported by this type of state machine',
        );
      };
      const { execution } = await start(parts, input, { accept });
      await driver.drive(execution.arn);
      return syncAnswer(executions.byId(execution.id) ?? execution);
    },

    DescribeExecution: (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('executionArn', ARN_LIMITS);
      const included = read.text('includedData', INCLUDED_DATA);
      read.check();
      const execution = requireExecution(executions, arn);
      const mapRunArn = mapRuns.around(execution.id)?.arn;
      const origins = { origin: versions.originOf(execution.id), mapRunArn };
      return describeExecution(execution, origins, sources.now(), included === 'METADATA_ONLY');
    },

    DescribeStateMachineForExecution: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('executionArn', ARN_LIMITS);
      const metadataOnly = read.text('includedData', INCLUDED_DATA) === 'METADATA_ONLY';
      read.check();
      const execution = requireExecution(executions, arn);
      const machine = machines.atRevision(execution.revision);
      if (machine === undefined)
        throw new Error(`revision ${execution.revision} of ${execution.stateMachineArn} is missing`);
      const described = { ...commonDescription(machine, metadataOnly), updateDate: epochSeconds(machine.updatedAt) };
      const mapRun = mapRuns.around(execution.id);
      if (mapRun === undefined) return described;
      const { processorDescription } = await import('./map-run-processor.js');
      return { ...described, ...processorDescription(machine, mapRun), ...(metadataOnly && { definition: '{}' }) };
    },

    StopExecution: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('executionArn', ARN_LIMITS);
      const error = read.text('error', { max: 256 });
      const cause = read.text('cause', { max: 32_768 });
      read.check();
      const execution = requireExecution(executions, arn);
      if (execution.status === 'RUNNING') {
        const signal: Signal = {
          kind: 'stop',
          ...(error !== undefined && { error }),
          ...(cause !== undefined && { cause }),
        };
        await driver.deliver(execution, signal);
      }
      const stopped = executions.byId(execution.id);
      return { stopDate: epochSeconds(stopped?.stoppedAt ?? sources.now()) };
    },

    RedriveExecution: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('executionArn', ARN_LIMITS);
      const clientToken = read.text('clientToken', { min: 1, max: 64 });
      read.check();
      const execution = requireExecution(executions, arn);
      const before = clientToken === undefined ? undefined : executions.redriveOf(execution.id, clientToken);
      if (before !== undefined) return { redriveDate: epochSeconds(before) };
      try {
        if (mapRuns.around(execution.id) !== undefined) {
          throw notRedrivable(arn, 'Execution was started by a Map Run and is redriven with it');
        }
        const obstacle = redriveObstacle(execution, sources.now());
        if (obstacle !== undefined) throw notRedrivable(arn, obstacle);
        const redrivenAt = await driver.redrive(execution, clientToken);
        driver.offer(arn);
        return { redriveDate: epochSeconds(redrivenAt) };
      } finally {
        // Used by now, or meant for a run that does not begin.
        parts.injections.discard(execution.name);
      }
    },
  };
}

export function notRedrivable(arn: string, obstacle: string): AwsError {
  return new AwsError('ExecutionNotRedrivable', `Execution ${arn} invalid for redrive as: ${obstacle}`);
}

/** What only some of those who start an execution want. */
export interface StartOptions {
  accept?(machine: StoredMachine): void;
  /** A child goes on by its parent's clock. */
  readonly clock?: Required<Pick<NewExecution, 'startedAt' | 'fastForward' | 'skippedMs'>>;
  /** Called inside the transaction that inserts it. */
  onInserted?(id: number): void;
}

/**
 * StartExecution: a new execution, or the one that runs under this name with this input.
 * @throws AwsError ExecutionAlreadyExists and what else StartExecution refuses
 */
export async function startExecution(
  parts: ExecutionParts,
  input: JsonObject,
  options?: StartOptions,
): Promise<StoredExecution> {
  const { execution, inserted } = await start(parts, input, options);
  if (!inserted && (execution.status !== 'RUNNING' || execution.input !== startInput(input))) {
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${execution.arn}'`);
  }
  return execution;
}

/** Checks in the order AWS does, and inserts the execution if its ARN is not taken. */
async function start(parts: ExecutionParts, input: JsonObject, options: StartOptions = {}) {
  const { driver, injections, versions, sources } = parts;
  const read = new Constraints(input);
  const arn = read.requiredText('stateMachineArn', ARN_LIMITS);
  const name = read.text('name', { min: 1, max: 80 }) ?? sources.uuid();
  read.text('input', INPUT_LIMIT);
  const traceHeader = read.text('traceHeader', { max: 256 }) ?? null;
  read.check();
  checkArn(arn, 'stateMachine');
  const { machine, origin } = await resolveMachine(parts, arn);
  options.accept?.(machine);
  checkName(name);
  const text = startInput(input);
  checkInput(text);
  const express = machine.type === 'EXPRESS';
  const execution = {
    arn: express ? expressExecutionArn(machine.name, name, sources.uuid()) : executionArn(machine.name, name),
    name,
    type: machine.type,
    stateMachineArn: machine.arn,
    revision: machine.revision,
    input: text,
    traceHeader,
    startedAt: sources.now(),
    ...options.clock,
  };
  const started = await driver.start(execution, (id) => {
    injections.applyToNew(name, id);
    if (origin !== undefined) versions.noteOrigin(id, origin);
    options.onInserted?.(id);
  });
  if (!started.inserted) injections.discard(name);
  return started;
}

function startInput(input: JsonObject): string {
  return (input['input'] as string | null | undefined) ?? '{}';
}

function syncAnswer(execution: StoredExecution): object {
  const { startedAt, status, input, output, error, cause } = execution;
  const stoppedAt = execution.stoppedAt ?? startedAt;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    startDate: epochSeconds(startedAt),
    stopDate: epochSeconds(stoppedAt),
    status,
    input,
    inputDetails: { included: true },
    ...(output !== null && { output, outputDetails: { included: true } }),
    ...(error !== null && { error }),
    ...(cause !== null && { cause }),
    billingDetails: {
      billedMemoryUsedInMB: 64,
      // Billed in steps of 100 ms.
      billedDurationInMilliseconds: Math.max(1, Math.ceil((stoppedAt - startedAt) / 100)) * 100,
    },
  };
}
