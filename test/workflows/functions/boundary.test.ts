import { describe, expect, it } from 'vitest';
import { OutOfStockError, ValidationError } from '../../../workflows/order-processing/domain/errors.js';
import { transported } from '../../../workflows/order-processing/functions/boundary.js';

function named(name: string, message = 'x'): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

describe('an error on its way out of a function', () => {
  it.each([
    ['ours', new OutOfStockError('mug'), 'OutOfStockError'],
    ["a stranger's", named('ResourceNotFoundException'), 'ResourceNotFoundException'],
    ["a stranger's that is named like a business error", named('ValidationError'), 'Unexpected.ValidationError'],
    [
      "a stranger's that is named like one that is retried",
      named('TransientDependencyError'),
      'Unexpected.TransientDependencyError',
    ],
    ['a mere text', 'boom', 'Error'],
  ])('%s has the right name', (_, error, name) => {
    expect(transported(error, []).name).toBe(name);
  });

  it('says nothing personal, in its message or its trace', () => {
    const error = transported(named('TypeError', 'no house at 12 Harbour Lane for kim@example.com'), [
      '12 Harbour Lane',
    ]);
    expect(error.message).toBe('no house at *** for ***');
    expect(error.stack).not.toMatch(/Harbour|kim/);
    expect(error.stack).toMatch(/^TypeError: no house/);
  });

  it('quotes no card number that stood in the document', () => {
    expect(transported(new ValidationError('got "4242424242424242"'), []).message).toBe('got "***"');
    expect(transported(new OutOfStockError('order 20261122001: mug'), []).message).toBe('order 20261122001: mug');
  });
});
