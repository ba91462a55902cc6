import type { ExecutionStatus, Instant } from '../../engine/protocol.js';

/** Source of all three limits: the developer guide, "Restarting state machine executions with redrive". */
const REDRIVABLE_MS = 14 * 24 * 3_600_000;
const EVENT_LIMIT = 24_999;

interface Subject {
  readonly status: ExecutionStatus;
  readonly stoppedAt: Instant | null;
  readonly lastEventId: number;
}

/** Why an execution cannot be redriven, in the words of redriveStatusReason; `undefined`: it can. */
export function redriveObstacle(execution: Subject, now: Instant): string | undefined {
  const { status, stoppedAt, lastEventId } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (stoppedAt !== null && now - stoppedAt > REDRIVABLE_MS) return 'Execution redrivable period exceeded';
  if (lastEventId >= EVENT_LIMIT) return 'Execution history event limit exceeded';
  return undefined;
}
