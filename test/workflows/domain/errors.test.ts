import { expect, it } from 'vitest';
import * as errors from '../../../workflows/order-processing/domain/errors.js';

type ErrorClass = new (message: string) => Error;

it.each([...errors.BUSINESS_ERROR_NAMES, ...errors.RETRYABLE_ERROR_NAMES, ...errors.BUG_ERROR_NAMES])(
  '%s carries its name',
  (name) => {
    const error = new (errors as unknown as Record<string, ErrorClass>)[name]!('x');
    expect(error.name).toBe(name);
    expect(errors.isWorkflowError(error)).toBe(true);
  },
);

it('lists every error class there is', () => {
  const classes = Object.keys(errors).filter(
    (name) => name.endsWith('Error') && name !== 'BusinessError' && name !== 'isWorkflowError',
  );
  expect(classes.sort()).toEqual(
    [...errors.BUSINESS_ERROR_NAMES, ...errors.RETRYABLE_ERROR_NAMES, ...errors.BUG_ERROR_NAMES].sort(),
  );
});
