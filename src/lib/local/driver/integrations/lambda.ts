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
  const payload = payloadText(members['Payload']);
  if (members['InvocationType'] === 'Event') {
    // Accepted and not waited for; how it ends is nobody's concern.
    functions.call(target, payload).catch(() => undefined);
    return { kind: 'succeeded', output: JSON.stringify({ Payload: '', StatusCode: 202 }) };
  }
  const answer = await functions.call(target, payload, members['LogType'] === 'Tail');
  if (answer.kind !== 'answered' || answer.functionError !== undefined) return failureOf(answer, compact);
  return { kind: 'succeeded', output: envelope(answer, now()) };
}

/** A text goes out as it is, anything else as JSON (recordings test_invoke_json_values). */
function payloadText(payload: Json | undefined): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload ?? {});
}

/**
 * A function's ARN as Resource: the input goes in, the result comes out, nothing around it.
 * @param input JSON text
 */
export async function invokeFunctionArn(arn: string, input: string, functions: FunctionCaller): Promise<Outcome> {
  const answer = await functions.call(arn, input);
  if (answer.kind !== 'answered' || answer.functionError !== undefined) return failureOf(answer);
  return { kind: 'succeeded', output: jsonText(answer.payload) };
}

/** A function that fails gives its error's type as the error and its whole report as the cause. */
function failureOf(answer: FunctionAnswer, worded = (payload: string): string => payload): Outcome {
  if (answer.kind === 'unknown') return answer;
  if (answer.kind === 'refused') {
    return refusal('Lambda', answer.error, answer.message, answer.status, answer.requestId);
  }
  const type = errorType(answer.payload);
  if (type !== undefined) return failed(type, worded(answer.payload));
  const cause = `The cause could not be determined because Lambda did not return an error type. Returned payload: ${answer.payload}`;
  return failed('Lambda.Unknown', cause);
}

/** lambda:invoke reads the report and writes it again (recordings of it); a function's ARN hands it on as it came. */
function compact(payload: string): string {
  return JSON.stringify(JSON.parse(payload));
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
  const { logResult } = answer;
  const { http, response } = sdkMetadata(
    {
      'X-Amz-Executed-Version': answer.executedVersion,
      'x-amzn-Remapped-Content-Length': '0',
      Connection: 'keep-alive',
      'x-amzn-RequestId': answer.requestId,
      'Content-Length': String(Buffer.byteLength(payload)),
      Date: new Date(now).toUTCString(),
      'X-Amzn-Trace-Id': traceId(answer.requestId, now),
      'Content-Type': 'application/json',
      ...(logResult !== undefined && { 'X-Amz-Log-Result': logResult }),
    },
    answer.requestId,
  );
  const version = JSON.stringify(answer.executedVersion);
  const log = logResult === undefined ? '' : `"LogResult":${JSON.stringify(logResult)},`;
  return `{"ExecutedVersion":${version},${log}"Payload":${payload},${http},${response},"StatusCode":200}`;
}

/** In the shape of X-Ray's; nothing is traced here. */
function traceId(requestId: string, now: number): string {
  const id = requestId.replaceAll('-', '').padEnd(24, '0').slice(0, 24);
  return `root=1-${Math.floor(now / 1000).toString(16)}-${id};sampled=0`;
}

function jsonText(payload: string): string {
  try {
    JSON.parse(payload);
    return payload;
  } catch {
    return JSON.stringify(payload);
  }
}
