import type { Signal } from '../../../engine/protocol.js';
import type { InvokeEffect } from '../../driver/execution-run.js';
import { AwsError } from '../../wire/aws-error.js';
import type { JsonObject } from '../../wire/aws-json-service.js';
import { Constraints } from '../../wire/constraints.js';
import type { Fields } from './isolate-state.js';

/** What stands for the result of a state's work. */
export type Mock =
  | { readonly kind: 'result'; readonly result: string }
  | { readonly kind: 'error'; readonly error: string; readonly cause: string | undefined };

type MemberType = 'string' | 'number' | 'any';

/** Results of integrations as far as their types are known here: member -> type. Source: the services' API models. */
const SHAPES: Readonly<
  Record<string, { readonly required: readonly string[]; readonly members: Record<string, MemberType> }>
> = {
  'lambda:invoke': {
    required: [],
    members: {
      ExecutedVersion: 'string',
      FunctionError: 'string',
      LogResult: 'string',
      Payload: 'any',
      StatusCode: 'number',
    },
  },
  'sns:publish': { required: [], members: { MessageId: 'string', SequenceNumber: 'string' } },
  'sqs:sendMessage': {
    required: [],
    members: {
      MD5OfMessageAttributes: 'string',
      MD5OfMessageBody: 'string',
      MD5OfMessageSystemAttributes: 'string',
      MessageId: 'string',
      SequenceNumber: 'string',
    },
  },
  'states:startExecution': {
    required: ['ExecutionArn', 'StartDate'],
    members: { ExecutionArn: 'string', StartDate: 'any' },
  },
};

/**
 * Reads `mock`. The rules are the API reference's; the texts of refusals are ours.
 * @throws AwsError ValidationException
 */
export function readMock(given: JsonObject | undefined, state: Fields): Mock | undefined {
  if (given === undefined) return undefined;
  const type = String(state['Type']);
  if (!['Task', 'Map', 'Parallel'].includes(type)) {
    throw invalid(`A mock can only be specified for Task, Map, or Parallel states, not for a ${type} state.`);
  }
  const read = new Constraints(given);
  const result = read.text('result', { maxBytes: 262_144 });
  const errorOutput = read.structure('errorOutput');
  const mode = read.text('fieldValidationMode', { oneOf: ['STRICT', 'PRESENT', 'NONE'] }) ?? 'STRICT';
  read.check();
  if ((result === undefined) === (errorOutput === undefined)) {
    throw invalid('A mock has either a result or an errorOutput.');
  }
  if (errorOutput !== undefined) {
    const members = new Constraints(errorOutput);
    const error = members.requiredText('error', { max: 256 });
    const cause = members.text('cause', { max: 32_768 });
    members.check();
    return { kind: 'error', error, cause };
  }
  checkResult(result ?? '', state, mode);
  return { kind: 'result', result: result ?? '' };
}

/** Answers a call in place of its service. */
export function answerOf(mock: Mock): (call: InvokeEffect) => Promise<Signal> {
  return async ({ key }) => {
    if (mock.kind === 'result') return { kind: 'task-succeeded', key, output: mock.result };
    return { kind: 'task-failed', key, error: mock.error, ...(mock.cause !== undefined && { cause: mock.cause }) };
  };
}

/** Only what the table above knows is looked at: a mock of another service is taken as it is. */
function checkResult(result: string, state: Fields, mode: string): void {
  let value: unknown;
  try {
    value = JSON.parse(result);
  } catch {
    throw invalid('The mocked result is not valid JSON.');
  }
  if (mode === 'NONE') return;
  if (state['Type'] === 'Map' || state['Type'] === 'Parallel') {
    if (!Array.isArray(value)) throw invalid(`The mocked result of a ${state['Type']} state must be an array.`);
    return;
  }
  const action = /:states:[^:]*:[^:]*:(?<action>[^.]+)$/.exec(String(state['Resource']))?.groups?.['action'];
  const shape = action === undefined ? undefined : SHAPES[action];
  if (action === undefined || shape === undefined) return;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`The mocked result of ${action} must be an object.`);
  }
  const members = value as Fields;
  const missing = mode === 'STRICT' ? shape.required.filter((name) => members[name] === undefined) : [];
  if (missing.length > 0) throw invalid(`The mocked result of ${action} lacks ${missing.join(', ')}.`);
  for (const [name, type] of Object.entries(shape.members)) {
    const member = members[name];
    if (member === undefined || type === 'any' || typeof member === type) continue;
    throw invalid(`The member ${name} of the mocked result of ${action} must be a ${type}.`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
