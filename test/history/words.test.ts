import { describe, expect, it } from 'vitest';
import { decodeCause } from '../../src/lib/history/cause.js';
import { errorClass } from '../../src/lib/history/error-class.js';
import { eventKind } from '../../src/lib/history/event-kind.js';
import { isPersonal, maskJsonText, maskPersonalData } from '../../src/lib/history/personal-data.js';

describe('decodeCause', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['plain words', { message: 'plain words' }],
    ['{"errorType":"Boom","errorMessage":"no"}', { message: 'no', errorType: 'Boom' }],
    ['{"errorType":"Boom","errorMessage":""}', { message: 'Boom', errorType: 'Boom' }],
    ['"{\\"errorType\\":\\"Boom\\",\\"errorMessage\\":\\"no\\"}"', { message: 'no', errorType: 'Boom' }],
    [
      '{"errorType":"E","errorMessage":"m","stackTrace":["at a\\n"],"requestId":"r"}',
      { message: 'm', errorType: 'E', trace: ['at a'], requestId: 'r' },
    ],
    ['{"other":1}', { message: '{"other":1}' }],
    ['{"errorType":"Bo', { message: '{"errorType":"Bo' }],
    // Cut off by AWS at 32,768 characters.
    ['{"errorType":"Boom","errorMessage":"a \\"b\\" c","trace":["at', { message: 'a "b" c', errorType: 'Boom' }],
    [
      '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 3fb0f2c1-0000-4000-8000-5d8a1f6b7c9d Error: Task timed out after 3.00 seconds"}',
      {
        message: 'RequestId: 3fb0f2c1-0000-4000-8000-5d8a1f6b7c9d Error: Task timed out after 3.00 seconds',
        errorType: 'Sandbox.Timedout',
        requestId: '3fb0f2c1-0000-4000-8000-5d8a1f6b7c9d',
      },
    ],
    [
      'Rate exceeded (Service: AWSLambda; Status Code: 429; Request ID: 0a1b2c3d-aaaa; Proxy: null)',
      {
        message: 'Rate exceeded (Service: AWSLambda; Status Code: 429; Request ID: 0a1b2c3d-aaaa; Proxy: null)',
        requestId: '0a1b2c3d-aaaa',
      },
    ],
    [
      '{"ExecutionArn":"arn:child","Status":"FAILED","Error":"Boom","Cause":"{\\"errorType\\":\\"Boom\\",\\"errorMessage\\":\\"no\\"}"}',
      {
        message: 'the execution it started ended as FAILED: Boom: no',
        errorType: 'Boom',
        childExecutionArn: 'arn:child',
      },
    ],
  ])('%j', (cause, decoded) => expect(decodeCause(cause)).toEqual(decoded));
});

describe('errorClass', () => {
  it.each([
    ['PaymentDeclinedError', 'business'],
    ['Unexpected.PaymentDeclinedError', 'bug'],
    ['Lambda.TooManyRequestsException', 'infrastructure'],
    ['States.Timeout', 'infrastructure'],
    ['Sandbox.Timedout', 'infrastructure'],
    ['TransientDependencyError', 'infrastructure'],
    ['DynamoDB.ProvisionedThroughputExceededException', 'infrastructure'],
    ['States.Runtime', 'bug'],
    ['States.DataLimitExceeded', 'bug'],
    ['TypeError', 'bug'],
    ['InvariantViolationError', 'bug'],
  ])('%s is %s', (error, expected) => expect(errorClass(error)).toBe(expected));
});

describe('eventKind', () => {
  it.each([
    ['TaskStateEntered', { is: 'entered', stateType: 'Task' }],
    ['MapStateExited', { is: 'exited' }],
    ['ParallelStateStarted', { is: 'branches-started', stateType: 'Parallel' }],
    ['ActivityTimedOut', { is: 'failed', timedOut: true }],
    ['TaskSubmitFailed', { is: 'failed', timedOut: false }],
    ['LambdaFunctionSucceeded', { is: 'succeeded' }],
    ['WaitStateAborted', { is: 'state-aborted' }],
    ['ExecutionRedriven', { is: 'execution', phase: 'redriven' }],
    ['MapRunSucceeded', { is: 'map-run-ended', failed: false }],
    ['EvaluationFailed', { is: 'failed', timedOut: false, expression: true }],
    ['MapRunAborted', { is: 'map-run-ended', failed: true }],
    ['SomethingNew', { is: 'other' }],
    [undefined, { is: 'other' }],
  ])('%s', (type, kind) => expect(eventKind(type)).toEqual(kind));
});

describe('personal data', () => {
  it('is masked wherever it stands, in nested texts as well', () => {
    const document = {
      orderId: '7',
      userId: 'u',
      items: [{ name: 'Jo', sku: 'a' }],
      shippingAddress: { country: 'DE' },
      Payload: '{"e_mail":"x","email":"x@y"}',
    };
    expect(maskPersonalData(document)).toEqual({
      orderId: '7',
      userId: '***',
      items: [{ name: '***', sku: 'a' }],
      shippingAddress: '***',
      Payload: '{"e_mail":"***","email":"***"}',
    });
  });

  it('hides a document that is cut off, and leaves other texts alone', () => {
    expect(maskJsonText('{"userId":"someo')).toBe('***');
    expect(maskJsonText('{"userId":"u","n":1}')).toBe('{"userId":"***","n":1}');
    expect(maskJsonText('just words')).toBe('just words');
  });

  it('knows names in every spelling', () => {
    expect(['shippingAddress', 'shipping_address', 'PHONE', 'e-mail', 'user-id'].every(isPersonal)).toBe(true);
    expect(['orderId', 'sku', 'quantity', 'stateName'].some(isPersonal)).toBe(false);
  });
});
