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
