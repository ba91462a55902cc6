import type { ExecutionStatus } from '../../engine/protocol.js';
import type { StoredExecution } from '../store/execution-store.js';
import type { MapRunStore } from '../store/map-run-store.js';
import { AwsError } from '../wire/aws-error.js';
import type { JsonObject, Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { checkArn, labelledMachineArn } from './arns.js';
import type { ExecutionParts } from './execution-operations.js';
import { listExecution } from './execution-view.js';
import { ARN_LIMITS } from './machine-operations.js';
import { MAP_RUN_ARN_LIMITS, requireMapRun } from './map-run-operations.js';
import { pageToken, readPageToken } from './page-token.js';
import { readQualifiedArn, resolveMachine } from './qualified-machine.js';

const STATUSES: readonly string[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

interface ListPlace {
  /** The ARN that was asked for. */
  readonly of: string;
  readonly status: string | null;
  readonly redriven: string | null;
  readonly startedAt: number;
  readonly id: number;
}

/** ListExecutions: of a machine, a version, an alias or a Map Run, newest first. */
export function listOperations(parts: ExecutionParts & { readonly mapRuns: MapRunStore }): Operations {
  const { executions, versions, mapRuns } = parts;

  return {
    ListExecutions: async (input) => {
      const { arn, mapRun, status, redriven, count, token } = readRequest(input);
      const of = arn ?? mapRun;
      const subject = arn === undefined ? children(mapRun) : await started(arn);
      const belongs = (place: Partial<ListPlace>) =>
        place.of === of && place.status === (status ?? null) && place.redriven === (redriven ?? null);
      const limit = count === 0 ? 100 : count;
      const page = executions.list({
        ...subject,
        status: status as ExecutionStatus | undefined,
        ...(redriven !== undefined && { redriven: redriven === 'REDRIVEN' }),
        before: token === undefined ? undefined : readPageToken<ListPlace>(token, belongs),
        count: limit + 1,
      });
      const last = page.length > limit ? page[limit - 1] : undefined;
      const place = last && {
        of,
        status: status ?? null,
        redriven: redriven ?? null,
        startedAt: last.startedAt,
        id: last.id,
      };
      return {
        executions: page.slice(0, limit).map((execution) => view(execution, arn === undefined)),
        nextToken: place && pageToken(place),
      };
    },
  };

  async function started(arn: string) {
    checkArn(arn, 'stateMachine');
    const { machine } = await resolveMachine(parts, arn);
    if (machine.type === 'EXPRESS') {
      throw new AwsError(
        'StateMachineTypeNotSupported',
        'This operation is not supported by this type of state machine',
      );
    }
    const { stateMachineArn, qualifier } = readQualifiedArn(arn);
    return { stateMachineArn, ...(qualifier !== undefined && { startedBy: arn }) };
  }

  function children(mapRun: string) {
    const run = requireMapRun(mapRuns, mapRun);
    return { stateMachineArn: labelledMachineArn(run.arn), mapRun: run.id };
  }

  function view(execution: StoredExecution, isChild: boolean): object {
    const seen = listExecution(execution, versions.originOf(execution.id));
    if (!isChild) return seen;
    return { ...seen, mapRunArn: mapRuns.around(execution.id)?.arn, itemCount: mapRuns.itemsOf(execution.id) };
  }
}

/** @throws AwsError ValidationException; all texts but the one on redriveFilter are ours. */
function readRequest(input: JsonObject) {
  const read = new Constraints(input);
  const arn = read.text('stateMachineArn', ARN_LIMITS);
  const mapRun = read.text('mapRunArn', MAP_RUN_ARN_LIMITS);
  const status = read.text('statusFilter', { oneOf: STATUSES });
  const redriven = read.text('redriveFilter', { oneOf: ['REDRIVEN', 'NOT_REDRIVEN'] });
  const count = read.integer('maxResults', { min: 0, max: 1000 }) ?? 0;
  const token = read.text('nextToken', { min: 1, max: 3096 });
  read.check();
  if ((arn === undefined) === (mapRun === undefined)) {
    throw new AwsError('ValidationException', 'Exactly one of stateMachineArn and mapRunArn is needed.');
  }
  if (arn !== undefined && redriven !== undefined) {
    const message = 'RedriveFilter cannot be applied to ListExecutions call with StateMachine ARN';
    throw new AwsError('ValidationException', message);
  }
  if (arn !== undefined && status === 'PENDING_REDRIVE') {
    throw new AwsError('ValidationException', 'The status PENDING_REDRIVE needs a mapRunArn.');
  }
  return { arn, mapRun: mapRun ?? '', status, redriven, count, token };
}
