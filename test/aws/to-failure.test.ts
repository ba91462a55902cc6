import { describe, expect, test } from 'vitest';
import { sdkFailure } from '../../src/lib/aws/to-failure.js';

function serviceError(name: string, status = 400, message = 'said AWS'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

describe('errors of the SDK as failures', () => {
  test.each([
    ['ExecutionDoesNotExist', 400, 'notFound'],
    ['StateMachineDoesNotExist', 400, 'notFound'],
    ['StateMachineDeleting', 400, 'notFound'],
    ['ResourceNotFoundException', 400, 'notFound'],
    ['InvalidArn', 400, 'usage'],
    ['ValidationException', 400, 'usage'],
    ['ExecutionNotRedrivable', 400, 'notRedrivable'],
    ['ExecutionAlreadyExists', 400, 'conflict'],
    ['AccessDeniedException', 400, 'denied'],
    ['UnrecognizedClientException', 400, 'denied'],
    ['ExpiredTokenException', 403, 'denied'],
    ['InvalidSignatureException', 403, 'denied'],
    ['KmsAccessDeniedException', 400, 'denied'],
    ['ThrottlingException', 400, 'unreachable'],
    ['TooManyRequestsException', 429, 'unreachable'],
    ['ExecutionLimitExceeded', 400, 'unreachable'],
    ['InternalServerError', 500, 'unreachable'],
    ['ServiceUnavailable', 503, 'unreachable'],
    ['SomethingNew', 400, 'bug'],
  ])('%s (%i) is %s', (name, status, exit) => {
    expect(sdkFailure(serviceError(name, status))?.exit).toBe(exit);
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ECONNRESET', 'CERT_HAS_EXPIRED'])(
    '%s is the network',
    (code) => {
      expect(sdkFailure(Object.assign(new Error(`connect ${code}`), { code }))?.exit).toBe('unreachable');
    },
  );

  test('no credentials and no region say what to set', () => {
    const credentials = Object.assign(new Error('Could not load credentials\n from any providers'), {
      name: 'CredentialsProviderError',
    });
    expect(sdkFailure(credentials)).toMatchObject({
      exit: 'denied',
      message: 'no usable AWS credentials: Could not load credentials from any providers',
    });
    expect(sdkFailure(new Error('Region is missing'))).toMatchObject({
      exit: 'usage',
      message: 'no AWS region is set',
    });
  });

  test('a machine that is gone, or on its way, is named with what to do', () => {
    const arn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:orders';
    const gone = sdkFailure(serviceError('StateMachineDoesNotExist', 400, `State Machine Does Not Exist: '${arn}'`));
    expect(gone).toMatchObject({ exit: 'notFound', message: `there is no state machine ${arn}` });
    expect(gone?.suggestions).not.toEqual([]);
    const going = sdkFailure(serviceError('StateMachineDeleting', 400, `State Machine is being deleted: '${arn}'`));
    expect(going).toMatchObject({ exit: 'notFound', message: `the state machine ${arn} is being deleted` });
    expect(going?.suggestions).not.toEqual([]);
    // A message of another form is passed on as it is.
    expect(sdkFailure(serviceError('StateMachineDeleting'))).toMatchObject({ exit: 'notFound', message: 'said AWS' });
  });

  test('what no client threw is left to others', () => {
    expect(sdkFailure(new TypeError('x is not a function'))).toBeUndefined();
    expect(sdkFailure(Object.assign(new Error('no such file'), { code: 'ENOENT' }))).toBeUndefined();
    expect(sdkFailure('text')).toBeUndefined();
  });
});
