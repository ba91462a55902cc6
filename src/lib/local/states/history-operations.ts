import type { HistoryEvent } from '../../engine/protocol.js';
import type { ExecutionStore, StoredExecution } from '../store/execution-store.js';
import type { StateMachineStore } from '../store/state-machine-store.js';
import type { Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { requireExecution } from './execution-operations.js';
import { ARN_LIMITS } from './machine-operations.js';
import { pageToken, readPageToken } from './page-token.js';
import { epochSeconds } from './wire-time.js';

/** The ids on the next page lie beyond this one. */
interface HistoryPlace {
  readonly execution: number;
  readonly beyond: number;
  readonly reverse: boolean;
}

/** GetExecutionHistory, a page at a time straight from the store. */
export function historyOperations(executions: ExecutionStore, machines: StateMachineStore): Operations {
  return {
    GetExecutionHistory: (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('executionArn', ARN_LIMITS);
      const count = read.integer('maxResults', { min: 0, max: 1000 }) ?? 0;
      const reverse = read.flag('reverseOrder') ?? false;
      const data = read.flag('includeExecutionData') ?? true;
      const token = read.text('nextToken', { min: 1, max: 1024 });
      read.check();
      const execution = requireExecution(executions, arn);
      const belongs = (place: Partial<HistoryPlace>) => place.execution === execution.id && place.reverse === reverse;
      const beyond =
        token === undefined
          ? reverse
            ? Number.MAX_SAFE_INTEGER
            : 0
          : readPageToken<HistoryPlace>(token, belongs).beyond;
      const limit = count === 0 ? 100 : count;
      const page =
        execution.lastEventId === 0
          ? [firstEvent(execution, machines)]
          : executions.events(execution.id, beyond, limit + 1, reverse ? 'backward' : 'forward');
      const last = page.length > limit ? page[limit - 1] : undefined;
      return {
        events: page.slice(0, limit).map((event) => wireEvent(event, data)),
        nextToken: last && pageToken<HistoryPlace>({ execution: execution.id, beyond: last.id, reverse }),
      };
    },
  };
}

/** An execution that nobody has driven yet has begun all the same; this is the event its driver will write first. */
function firstEvent(execution: StoredExecution, machines: StateMachineStore): HistoryEvent {
  return {
    id: 1,
    previousEventId: 0,
    timestamp: execution.startedAt,
    type: 'ExecutionStarted',
    executionStartedEventDetails: {
      input: execution.input,
      inputDetails: { truncated: false },
      roleArn: machines.atRevision(execution.revision)?.roleArn,
    },
  };
}

function wireEvent(event: HistoryEvent, data: boolean): object {
  const wired: Record<string, unknown> = { ...event, timestamp: epochSeconds(event.timestamp) };
  if (data) return wired;
  for (const [member, details] of Object.entries(wired)) {
    if (!member.endsWith('EventDetails')) continue;
    const { input: _input, output: _output, parameters: _parameters, ...rest } = details as Record<string, unknown>;
    wired[member] = rest;
  }
  return wired;
}
