import type { WireResponse } from '../../src/lib/local/ports.js';
import type { OutsideRequest } from './outside-request.js';

/** The service turns the request away. */
export function refusedAnswer({ service }: OutsideRequest): WireResponse {
  switch (service) {
    case 'dynamodb':
      return awsError(400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException');
    case 'secretsmanager':
      return awsError(400, 'ThrottlingException');
    case 'sqs':
      return awsError(503, 'com.amazonaws.sqs#ServiceUnavailable');
    case 'sns':
      return xmlError(503, 'ServiceUnavailable');
    case 'stripe':
      return stripeError(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'slow down' });
  }
}

/** The service has trouble of its own. */
export function brokenAnswer({ service }: OutsideRequest): WireResponse {
  if (service === 'sns') return xmlError(500, 'InternalError');
  if (service === 'stripe') return stripeError(500, { type: 'api_error', message: 'oops' });
  return awsError(
    500,
    service === 'dynamodb' ? 'com.amazonaws.dynamodb.v20120810#InternalServerError' : 'InternalServiceError',
  );
}

/** Another transaction has one of the items. */
export function conflictAnswer({ operation, wire }: OutsideRequest): WireResponse {
  const namespace = 'com.amazonaws.dynamodb.v20120810#';
  if (operation !== 'TransactWriteItems') return awsError(400, `${namespace}TransactionConflictException`);
  const { TransactItems: actions } = JSON.parse(wire.body) as { TransactItems: unknown[] };
  const reasons = actions.map((_, index) => ({ Code: index === 0 ? 'TransactionConflict' : 'None' }));
  return awsError(400, `${namespace}TransactionCanceledException`, { CancellationReasons: reasons });
}

function awsError(status: number, type: string, members: object = {}): WireResponse {
  const body = JSON.stringify({ __type: type, message: 'a fault of the test', ...members });
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}

function xmlError(status: number, code: string): WireResponse {
  const error = `<Error><Type>Receiver</Type><Code>${code}</Code><Message>a fault of the test</Message></Error>`;
  const body = `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function stripeError(status: number, error: object): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) };
}
