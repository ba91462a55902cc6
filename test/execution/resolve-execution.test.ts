import { describe, expect, it } from 'vitest';
import { resolveExecution } from '../../src/lib/execution/resolve-execution.js';

const place = {
  name: 'prod',
  region: 'eu-west-1',
  accountId: '123456789012',
  stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:orders:live',
};
const arn = (name: string): string => `arn:aws:states:eu-west-1:123456789012:execution:orders:${name}`;

function service(...names: string[]): Parameters<typeof resolveExecution>[0] & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async describeExecution({ executionArn }) {
      asked.push(executionArn);
      if (!names.some((name) => arn(name) === executionArn))
        throw Object.assign(new Error(), { name: 'ExecutionDoesNotExist' });
      return { executionArn, stateMachineArn: place.stateMachineArn, status: 'RUNNING', startDate: new Date(0) };
    },
  };
}

describe('resolveExecution', () => {
  it('takes the newest attempt of an order', async () => {
    const calls = service('order-7', 'order-7-a2', 'order-7-a3');
    expect(await resolveExecution(calls, place, '7')).toMatchObject({
      orderId: '7',
      attempt: 3,
      execution: { executionArn: arn('order-7-a3') },
    });
    expect(calls.asked).toHaveLength(4);
  });

  it('takes the attempt that is asked for, with one call', async () => {
    const calls = service('order-7', 'order-7-a2', 'order-7-a3');
    expect(await resolveExecution(calls, place, '7', 2)).toMatchObject({ attempt: 2 });
    expect(calls.asked).toEqual([arn('order-7-a2')]);
  });

  it('takes an ARN, and reads the order from its name', async () => {
    expect(await resolveExecution(service('order-7-a2'), place, arn('order-7-a2'))).toMatchObject({
      orderId: '7',
      attempt: 2,
    });
    expect(await resolveExecution(service('nightly'), place, arn('nightly'))).not.toHaveProperty('orderId');
  });

  it.each([
    ['unknown', 'notFound', 'there is no order unknown in environment prod'],
    [arn('gone'), 'notFound', `there is no execution ${arn('gone')} in environment prod`],
    ['arn:aws:states:eu-west-1', 'usage', 'not the ARN of an execution: arn:aws:states:eu-west-1'],
    ['arn:aws:states:eu-west-1:123456789012:stateMachine:orders', 'usage', 'this ARN names a state machine'],
    ['arn:aws:states:eu-west-1:123456789012:express:orders:order-7:0b1c', 'usage', 'this is an Express execution'],
    [
      'arn:aws:states:us-east-1:123456789012:execution:orders:order-7',
      'usage',
      'the execution is in region us-east-1, environment prod in eu-west-1',
    ],
    [
      'arn:aws:states:eu-west-1:999999999999:execution:orders:order-7',
      'usage',
      'the execution is in account 999999999999',
    ],
    ['a\u001b[31mb', 'usage', 'contains control characters'],
  ])('refuses %j', async (text, exit, message) => {
    await expect(resolveExecution(service(), place, text)).rejects.toMatchObject({
      exit,
      message: expect.stringContaining(message) as string,
    });
  });

  it('needs a machine for an order id, none for an ARN', async () => {
    const nowhere = { ...place, accountId: undefined, stateMachineArn: undefined };
    await expect(resolveExecution(service(), nowhere, '7')).rejects.toMatchObject({ exit: 'usage' });
    expect(await resolveExecution(service('order-7'), nowhere, arn('order-7'))).toMatchObject({ attempt: 1 });
  });
});
