import type { Json } from '../../../engine/protocol.js';
import type { FunctionAnswer, FunctionCaller } from '../function-caller.js';
import { asText, failed, membersOf, refusal, sdkMetadata, type Outcome } from './outcome.js';

/** `arn:aws:states:::lambda:invoke`: the result is Invoke's whole answer, the function's result under `Payload`. */
export async function invokeFunction(parameters: Json, functions: FunctionCaller, now: () => number): Promise<Outcome> {
  const members = membersOf(parameters);
  const name = asText(members['FunctionName']);
  if (name === undefined) return failed('States.Runtime', `The field 'FunctionName' is required but was missing`);
  const qualifier = asText(members['Qualifier']);
  const target = qualifier === undefined ? name : `${name}:${qualifier}`;
  const payload = members['Payload'] === undefined ? '{}' : JSON.stringify(members['Payload']);
  if (members['InvocationType'] === 'Event') {
    // Accepted and not waited for; how it ends is nobody's concern.
    functions.call(target, payload).catch(() => undefined);
    return { kind: 'succeeded', output: JSON.stringify({ Payload: '', StatusCode: 202 }) };
  }
  const answer = await functions.call(target, payload);
  if (answer.kind !== 'answered' || answer.functionError !== undefined) return failureOf(answer);
  return { kind: 'succeeded', output: envelope(answer, now()) };
}

/** A function's ARN as Resource: the input goes in, the result comes out, nothing around it. */
export async function invokeFunctionArn(arn: string, input: Json, functions: FunctionCaller): Promise<Outcome> {
  const answer = await functions.call(arn, JSON.stringify(input));
  if (answer.kind !== 'answered' || answer.functionError !== undefined) return failureOf(answer);
  return { kind: 'succeeded', output: jsonText(answer.payload) };
}

/** A function that fails gives its error's type as the error and its whole report as the cause. */
function failureOf(answer: FunctionAnswer): Outcome {
  if (answer.kind === 'unknown') return answer;
  if (answer.kind === 'refused') {
    return refusal('Lambda', answer.error, answer.message, answer.status, answer.requestId);
  }
  const type = errorType(answer.payload);
  if (type !== undefined) return failed(type, answer.payload);
  const cause = `The cause could not be determined because Lambda did not return an error type. Returned payload: ${answer.payload}`;
  return failed('Lambda.Unknown', cause);
}

function errorType(payload: string): string | undefined {
  try {
    const { errorType: type } = JSON.parse(payload) as { errorType?: unknown };
    return typeof type === 'string' && type !== '' ? type : undefined;
  } catch {
    return undefined;
  }
}

/** The function's own text goes in as it is: reading and writing it again could change numbers. */
function envelope(answer: Extract<FunctionAnswer, { kind: 'answered' }>, now: number): string {
  const payload = jsonText(answer.payload);
  const { http, response } = sdkMetadata(
    {
      'X-Amz-Executed-Version': answer.executedVersion,
      'x-amzn-Remapped-Content-Length': '0',
      Connection: 'keep-alive',
      'x-amzn-RequestId': answer.requestId,
      'Content-Length': String(Buffer.byteLength(payload)),
      Date: new Date(now).toUTCString(),
      'Content-Type': 'application/json',
    },
    answer.requestId,
  );
  const version = JSON.stringify(answer.executedVersion);
  return `{"ExecutedVersion":${version},"Payload":${payload},${http},${response},"StatusCode":200}`;
}

function jsonText(payload: string): string {
  try {
    JSON.parse(payload);
    return payload;
  } catch {
    return JSON.stringify(payload);
  }
}
