/*
 * Every error that the workflow knows by name. Step Functions matches the thrown error's `name`, so each class carries
 * its name as a literal: anything derived (`new.target.name`) does not survive a minifier.
 */

/** A refusal by a rule of the business: caught in the definition, never retried. */
export abstract class BusinessError extends Error {}

/** The document is not an order, or another order has its id. */
export class ValidationError extends BusinessError {
  override readonly name = 'ValidationError';
}

/** A product is unknown, is not sold in the order's currency, or makes the order too dear to be charged. */
export class LineItemRejectedError extends BusinessError {
  override readonly name = 'LineItemRejectedError';
}

export class OutOfStockError extends BusinessError {
  override readonly name = 'OutOfStockError';
}

/** The bank refused, or wants the customer to be there (3-D Secure), or there is nothing to charge. */
export class PaymentDeclinedError extends BusinessError {
  override readonly name = 'PaymentDeclinedError';
}

/** The money that was set aside has been given back by the bank before it was captured. */
export class AuthorizationExpiredError extends BusinessError {
  override readonly name = 'AuthorizationExpiredError';
}

/** The goods cannot be sent although they were reserved, e.g. because the stock was corrected meanwhile. */
export class FulfillmentRejectedError extends BusinessError {
  override readonly name = 'FulfillmentRejectedError';
}

/** Somebody cancels or has cancelled the order: nothing more may be done for it. */
export class OrderCancelledError extends BusinessError {
  override readonly name = 'OrderCancelledError';
}

/** The order cannot be cancelled any more. Caught nowhere: a person has to look. */
export class CompensationRefusedError extends BusinessError {
  override readonly name = 'CompensationRefusedError';
}

/** A service we depend on is busy, slow or away; the same call may succeed later. */
export class TransientDependencyError extends Error {
  override readonly name = 'TransientDependencyError';
}

/** Two runs want to charge different amounts for one order: a bug, never to be retried. */
export class PaymentAmountMismatchError extends Error {
  override readonly name = 'PaymentAmountMismatchError';
}

/** The ledger says something that cannot be: a bug, never to be retried. */
export class InvariantViolationError extends Error {
  override readonly name = 'InvariantViolationError';
}

export const BUSINESS_ERROR_NAMES = [
  'ValidationError',
  'LineItemRejectedError',
  'OutOfStockError',
  'PaymentDeclinedError',
  'AuthorizationExpiredError',
  'FulfillmentRejectedError',
  'OrderCancelledError',
  'CompensationRefusedError',
] as const;

export const RETRYABLE_ERROR_NAMES = ['TransientDependencyError'] as const;

export const BUG_ERROR_NAMES = ['PaymentAmountMismatchError', 'InvariantViolationError'] as const;

/** Whether the error is one of this file, and not a stranger that happens to have the same name. */
export function isWorkflowError(error: unknown): boolean {
  return (
    error instanceof BusinessError ||
    error instanceof TransientDependencyError ||
    error instanceof PaymentAmountMismatchError ||
    error instanceof InvariantViolationError
  );
}

/** How a call ended, as metrics and alarms tell it apart. */
export type OutcomeClass = 'success' | 'business' | 'infrastructure' | 'bug';

/** A stranger's error (a missing permission, a TypeError) counts as a bug: somebody has to mend something. */
export function outcomeClass(error: unknown): Exclude<OutcomeClass, 'success'> {
  if (error instanceof BusinessError) return 'business';
  return error instanceof TransientDependencyError ? 'infrastructure' : 'bug';
}
