import type { Json } from '../../../engine/protocol.js';
import type { WireRequest, WireResponse } from '../../ports.js';
import { asText, membersOf, refusal, sdkMetadata, type Outcome } from './outcome.js';

/** The endpoint's own services: a task reaches them the way an SDK does. */
export type Handle = (request: WireRequest) => Promise<WireResponse>;

/** `arn:aws:states:::sqs:sendMessage` */
export async function sendMessage(parameters: Json, handle: Handle): Promise<Outcome> {
  const members = membersOf(parameters);
  const body = asText(members['MessageBody']);
  const response = await handle(
    jsonRequest('AmazonSQS.SendMessage', { ...members, ...(body !== undefined && { MessageBody: body }) }),
  );
  return jsonOutcome('SQS', response);
}

/** `arn:aws:states:::dynamodb:getItem` and its like. */
export async function callDynamoDb(action: string, parameters: Json, handle: Handle): Promise<Outcome> {
  const operation = action.charAt(0).toUpperCase() + action.slice(1);
  return jsonOutcome('DynamoDB', await handle(jsonRequest(`DynamoDB_20120810.${operation}`, membersOf(parameters))));
}

/** `arn:aws:states:::sns:publish` */
export async function publish(parameters: Json, handle: Handle): Promise<Outcome> {
  const response = await handle(formRequest(publishForm(membersOf(parameters))));
  const requestId = element(response.body, 'RequestId') ?? '';
  if (response.status >= 300) {
    const code = element(response.body, 'Code') ?? 'InternalError';
    const name = code.endsWith('Exception') ? code : `${code}Exception`;
    return refusal('SNS', name, element(response.body, 'Message') ?? code, response.status, requestId);
  }
  const { http, response: metadata } = sdkMetadata(headersOf(response, requestId), requestId);
  const id = JSON.stringify(element(response.body, 'MessageId') ?? '');
  return { kind: 'succeeded', output: `{"MessageId":${id},${http},${metadata}}` };
}

function publishForm(members: Readonly<Record<string, Json>>): URLSearchParams {
  const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31' });
  for (const name of [
    'TopicArn',
    'TargetArn',
    'PhoneNumber',
    'Subject',
    'Message',
    'MessageStructure',
    'MessageGroupId',
    'MessageDeduplicationId',
  ]) {
    const value = asText(members[name]);
    if (value !== undefined) form.set(name, value);
  }
  Object.entries(membersOf(members['MessageAttributes'] ?? null)).forEach(([name, attribute], index) => {
    const { DataType, StringValue } = membersOf(attribute);
    const entry = `MessageAttributes.entry.${index + 1}`;
    form.set(`${entry}.Name`, name);
    form.set(`${entry}.Value.DataType`, asText(DataType) ?? 'String');
    form.set(`${entry}.Value.StringValue`, asText(StringValue) ?? '');
  });
  return form;
}

function jsonOutcome(service: string, response: WireResponse): Outcome {
  const requestId = response.headers['x-amzn-requestid'] ?? '';
  if (response.status >= 300) {
    const body = JSON.parse(response.body) as { __type?: string; message?: string; Message?: string };
    const name = body.__type?.split('#').at(-1) ?? 'InternalFailure';
    return refusal(service, name, body.message ?? body.Message ?? '', response.status, requestId);
  }
  const { http, response: metadata } = sdkMetadata(headersOf(response, requestId), requestId);
  const own = response.body.slice(1, -1).trim();
  return { kind: 'succeeded', output: `{${[own, http, metadata].filter((part) => part !== '').join(',')}}` };
}

function headersOf(response: WireResponse, requestId: string): Record<string, string> {
  return {
    'x-amzn-RequestId': requestId,
    'Content-Length': String(Buffer.byteLength(response.body)),
    'Content-Type': response.headers['content-type'] ?? '',
  };
}

function jsonRequest(target: string, body: object): WireRequest {
  const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
  return { method: 'POST', path: '/', query: {}, headers, body: JSON.stringify(body) };
}

function formRequest(form: URLSearchParams): WireRequest {
  const authorization = 'AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/sns/aws4_request';
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization };
  return { method: 'POST', path: '/', query: {}, headers, body: form.toString() };
}

/** The text of the first element of that name; enough for the flat answers of SNS. */
function element(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
