import type { ExecutionStatus, Signal } from '../../engine/protocol.js';
import type { ExecutionStore, StoredExecution } from '../store/execution-store.js';
import type { InjectionStore } from '../store/injection-store.js';
import type { StoredMachine } from '../store/state-machine-store.js';
import { AwsError } from '../wire/aws-error.js';
import type { JsonObject, Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { checkArn, executionArn, expressExecutionArn } from './arns.js';
import type { ExecutionDriver } from './execution-driver.js';
import { checkInput, INPUT_LIMIT } from './execution-input.js';
import { describeExecution, listExecution } from './execution-view.js';
import { ARN_LIMITS, commonDescription, requireMachine, type MachineParts } from './machine-operations.js';
import { checkName } from './names.js';
import { pageToken, readPageToken } from './page-token.js';
import { redriveObstacle } from './redrive-verdict.js';
import { epochSeconds } from './wire-time.js';

const STATUSES: readonly string[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];
const INCLUDED_DATA = { oneOf: ['ALL_DATA', 'METADATA_ONLY'] };

export interface ExecutionParts extends MachineParts {
  readonly executions: ExecutionStore;
  readonly injections: InjectionStore;
  readonly driver: ExecutionDriver;
}

interface ListPlace {
  readonly machine: string;
  readonly status: string | null;
  readonly startedAt: number;
  readonly id: number;
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

/** Start, describe, list, stop and redrive executions. */
export function executionOperations(parts: ExecutionParts): Operations {
  const { executions, machines, driver, sources } = parts;

  return {
    StartExecution: async (input) => {
      const { execution, inserted } = await start(parts, input);
      if (inserted) {
        driver.offer(execution.arn);
      } else if (execution.status !== 'RUNNING' || execution.input !== startInput(input)) {
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${execution.arn}'`);
      }
      return { executionArn: execution.arn, startDate: epochSeconds(execution.startedAt) };
    },

    StartSyncExecution: async (input) => {
      const { execution } = await start(parts, input, (machine) => {
        if (machine.type === 'EXPRESS') return;
        throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
      });
      await driver.drive(execution.arn);
      return syncAnswer(executions.byId(execution.id) ?? execution);
    },

    DescribeExecution: (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('executionArn', ARN_LIMITS);
      const included = read.text('includedData', INCLUDED_DATA);
      read.check();
      const execution = requireExecution(executions, arn);
      return describeExecution(execution, sources.now(), included === 'METADATA_ONLY');
    },

    DescribeStateMachineForExecution: (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('executionArn', ARN_LIMITS);
      read.check();
      const execution = requireExecution(executions, arn);
      const machine = machines.atRevision(execution.revision);
      if (machine === undefined) throw new Error(`revision ${execution.revision} of ${execution.stateMachineArn} is missing`);
      return { ...commonDescription(machine), updateDate: epochSeconds(machine.updatedAt) };
    },

    ListExecutions: async (input) => {
      const read = new Constraints(input);
      const arn = read.text('stateMachineArn', ARN_LIMITS);
      const mapRun = read.text('mapRunArn');
      const status = read.text('statusFilter', { oneOf: STATUSES });
      const redriveFilter = read.text('redriveFilter', { oneOf: ['REDRIVEN', 'NOT_REDRIVEN'] });
      const count = read.integer('maxResults', { min: 0, max: 1000 }) ?? 0;
      const token = read.text('nextToken', { min: 1, max: 3096 });
      read.check();
      if (arn === undefined || mapRun !== undefined) {
        throw new AwsError('ValidationException', 'Exactly one of stateMachineArn and mapRunArn is needed, and there are no Map Runs here.');
      }
      checkArn(arn, 'stateMachine');
      if (redriveFilter !== undefined) {
        const message = 'RedriveFilter cannot be applied to ListExecutions call with StateMachine ARN';
        throw new AwsError('ValidationException', message);
      }
      const machine = await requireMachine(parts, arn);
      if (machine.type === 'EXPRESS') {
        throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
      }
      const before =
        token === undefined
          ? undefined
          : readPageToken<ListPlace>(token, (place) => place.machine === arn && place.status === (status ?? null));
      const limit = count === 0 ? 100 : count;
      const filter = status as ExecutionStatus | undefined;
      const page = executions.list({ stateMachineArn: arn, status: filter, before, count: limit + 1 });
      const last = page.length > limit ? page[limit - 1] : undefined;
      const place = last && { machine: arn, status: status ?? null, startedAt: last.startedAt, id: last.id };
      return {
        executions: page.slice(0, limit).map(listExecution),
        nextToken: place === undefined ? undefined : pageToken<ListPlace>(place),
      };
    },

    StopExecution: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('executionArn', ARN_LIMITS);
      const error = read.text('error', { max: 256 });
      const cause = read.text('cause', { max: 32_768 });
      read.check();
      const execution = requireExecution(executions, arn);
      if (execution.status === 'RUNNING') {
        const signal: Signal = { kind: 'stop', ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
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
      const obstacle = redriveObstacle(execution, sources.now());
      if (obstacle !== undefined) throw notRedrivable(arn, obstacle);
      const redrivenAt = await driver.redrive(execution, clientToken);
      driver.offer(arn);
      return { redriveDate: epochSeconds(redrivenAt) };
    },
  };
}

export function notRedrivable(arn: string, obstacle: string): AwsError {
  return new AwsError('ExecutionNotRedrivable', `Execution ${arn} invalid for redrive as: ${obstacle}`);
}

/** Checks in the order AWS does, and inserts the execution if its ARN is not taken. */
async function start(parts: ExecutionParts, input: JsonObject, accept?: (machine: StoredMachine) => void) {
  const { executions, injections, sources } = parts;
  const read = new Constraints(input);
  const arn = read.requiredText('stateMachineArn', ARN_LIMITS);
  const name = read.text('name', { min: 1, max: 80 }) ?? sources.uuid();
  read.text('input', INPUT_LIMIT);
  const traceHeader = read.text('traceHeader', { max: 256 }) ?? null;
  read.check();
  checkArn(arn, 'stateMachine');
  const machine = await requireMachine(parts, arn);
  accept?.(machine);
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
  };
  const started = executions.insert(execution, (id) => {
    injections.apply(name, id);
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
