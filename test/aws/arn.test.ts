import { describe, expect, test } from 'vitest';
import {
  formatExecutionArn,
  formatMachineArn,
  parseExecutionArn,
  parseMachineArn,
  requireMachineArn,
} from '../../src/lib/aws/arn.js';

const place = { partition: 'aws', region: 'eu-central-1', accountId: '123456789012', machine: 'orders' };

describe('ARNs of Step Functions', () => {
  test('a machine, in any partition', () => {
    expect(parseMachineArn('arn:aws:states:eu-central-1:123456789012:stateMachine:orders')).toEqual(place);
    expect(parseMachineArn('arn:aws-cn:states:cn-north-1:123456789012:stateMachine:orders')?.partition).toBe('aws-cn');
    expect(parseMachineArn('arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:orders')?.partition).toBe(
      'aws-us-gov',
    );
    expect(parseMachineArn('arn:aws:states:eu-central-1:123456789012:stateMachine:orders:live')).toEqual(place);
  });

  test('an execution, Standard or Express', () => {
    expect(parseExecutionArn('arn:aws:states:eu-central-1:123456789012:execution:orders:order-1')).toEqual({
      ...place,
      type: 'standard',
      name: 'order-1',
    });
    expect(
      parseExecutionArn(
        'arn:aws:states:eu-central-1:123456789012:express:orders:order-1:3a1b9f8e-0f6b-4c52-8a0e-0d5b7c1a2b3c',
      ),
    ).toEqual({ ...place, type: 'express', name: 'order-1' });
  });

  test('what is formatted is parsed to the same', () => {
    expect(parseMachineArn(formatMachineArn(place))).toEqual(place);
    expect(parseExecutionArn(formatExecutionArn(place, 'order-1'))).toMatchObject({ ...place, name: 'order-1' });
  });

  test.each([
    '',
    'arn:aws:states:eu-central-1:123456789012:execution:orders',
    'arn:aws:states:eu-central-1:123456789012:execution:orders:',
    'arn:aws:states:eu-central-1:12345:execution:orders:order-1',
    'arn:aws:lambda:eu-central-1:123456789012:function:orders',
    'arn:aws:states:eu-central-1:123456789012:execution:orders:a:b:c',
    'arn:aws:states:eu-central-1:123456789012:execution:orders:a b',
    'arn:aws:states:eu-central-1:123456789012:execution:orders:a\u202eb\x1b',
  ])('not an execution: %j', (text) => {
    expect(parseExecutionArn(text)).toBeUndefined();
  });

  test('the wrong text is named', () => {
    expect(() => requireMachineArn('orders')).toThrow('not the ARN of a state machine: orders');
  });
});
