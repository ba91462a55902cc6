import type { Instant } from '../../engine/protocol.js';
import type { StoredExecution } from '../store/execution-store.js';
import type { ExecutionOrigin } from '../store/version-store.js';
import { redriveObstacle } from './redrive-verdict.js';
import { epochSeconds } from './wire-time.js';

/** An execution as DescribeExecution answers. @param metadataOnly leaves input and output out. */
export function describeExecution(
  execution: StoredExecution,
  { origin, mapRunArn }: { readonly origin: ExecutionOrigin | undefined; readonly mapRunArn: string | undefined },
  now: Instant,
  metadataOnly: boolean,
): object {
  const { output, status, error, cause } = execution;
  const ended = status === 'FAILED' || status === 'ABORTED';
  return {
    ...listExecution(execution, origin),
    mapRunArn,
    ...(!metadataOnly && { input: execution.input }),
    inputDetails: { included: !metadataOnly },
    ...(output !== null && { ...(!metadataOnly && { output }), outputDetails: { included: !metadataOnly } }),
    ...(execution.traceHeader !== null && { traceHeader: execution.traceHeader }),
    ...(ended && error !== null && { error }),
    ...(ended && cause !== null && { cause }),
    ...redriveMembers(execution, now, mapRunArn !== undefined),
  };
}

/** An execution as one item of ListExecutions. */
export function listExecution(execution: StoredExecution, origin: ExecutionOrigin | undefined): object {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    stateMachineVersionArn: origin?.versionArn,
    stateMachineAliasArn: origin?.aliasArn ?? undefined,
    name: execution.name,
    status: execution.status,
    startDate: epochSeconds(execution.startedAt),
    ...(execution.stoppedAt !== null && { stopDate: epochSeconds(execution.stoppedAt) }),
    redriveCount: execution.redriveCount,
    ...(execution.redrivenAt !== null && { redriveDate: epochSeconds(execution.redrivenAt) }),
  };
}

function redriveMembers(execution: StoredExecution, now: Instant, isChild: boolean): object {
  const obstacle = redriveObstacle(execution, now);
  if (obstacle === undefined) return { redriveStatus: isChild ? 'REDRIVABLE_BY_MAP_RUN' : 'REDRIVABLE' };
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: obstacle };
}
