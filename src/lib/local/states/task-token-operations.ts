import type { Signal } from '../../engine/protocol.js';
import type { ExecutionStore } from '../store/execution-store.js';
import type { TaskTokenStore } from '../store/task-token-store.js';
import { AwsError } from '../wire/aws-error.js';
import type { JsonObject, Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import type { ExecutionDriver } from './execution-driver.js';
import { INPUT_LIMIT } from './execution-input.js';

/** Callbacks: SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat. */
export function taskTokenOperations(
  tokens: TaskTokenStore,
  executions: ExecutionStore,
  driver: ExecutionDriver,
): Operations {
  const send = async (read: Constraints, signal: (key: string) => Signal): Promise<object> => {
    const token = read.requiredText('taskToken', { min: 1, max: 2048 });
    read.check();
    const task = tokens.find(token);
    const execution = task && executions.byId(task.execution);
    if (task === undefined || execution === undefined) {
      throw new AwsError('InvalidToken', `Invalid Token: 'Invalid token'`);
    }
    if (!task.open || execution.status !== 'RUNNING') {
      throw new AwsError('TaskTimedOut', `Task Timed Out: '${task.resource}'`);
    }
    await driver.deliver(execution, signal(task.key));
    return {};
  };

  return {
    SendTaskSuccess: (input) => {
      const read = new Constraints(input);
      const output = read.requiredText('output', INPUT_LIMIT);
      read.check();
      checkOutput(input);
      return send(read, (key) => ({ kind: 'task-succeeded', key, output }));
    },
    SendTaskFailure: (input) => {
      const read = new Constraints(input);
      const error = read.text('error', { max: 256 });
      const cause = read.text('cause', { max: 32_768 });
      return send(read, (key) => ({
        kind: 'task-failed',
        key,
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      }));
    },
    SendTaskHeartbeat: (input) => send(new Constraints(input), (key) => ({ kind: 'task-heartbeat', key })),
  };
}

function checkOutput(input: JsonObject): void {
  try {
    JSON.parse(String(input['output']));
  } catch {
    throw new AwsError('InvalidOutput', `Invalid Output: 'The output is not valid JSON.'`);
  }
}
