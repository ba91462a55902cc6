import { expect, it } from 'vitest';
import { invocationDeadline } from '../../../workflows/order-processing/adapters/deadline.js';
import { asDependencyError } from '../../../workflows/order-processing/adapters/dependency-error.js';

const fault = (name: string, more: object = {}) => Object.assign(new Error('x'), { name, ...more });

it.each([
  fault('ThrottlingException'),
  fault('ProvisionedThroughputExceededException'),
  fault('TimeoutError'),
  fault('AbortError'),
  fault('Error', { code: 'ECONNREFUSED' }),
  fault('Whatever', { $fault: 'server' }),
  fault('Whatever', { $metadata: { httpStatusCode: 503 } }),
])('%s may pass', (error) => {
  expect(asDependencyError('the ledger', error)).toMatchObject({ name: 'TransientDependencyError' });
});

it.each([
  fault('ResourceNotFoundException', { $fault: 'client' }),
  fault('AccessDeniedException'),
  fault('ConditionalCheckFailedException'),
  fault('TransactionCanceledException'),
  fault('TypeError'),
])('%s will not', (error) => {
  expect(asDependencyError('the ledger', error)).toBe(error);
});

it('a deadline leaves three seconds to answer, and is never in the past', () => {
  expect(invocationDeadline(() => 10_000).left()).toBe(7_000);
  expect(invocationDeadline(() => 2_000).left()).toBe(1);
});
