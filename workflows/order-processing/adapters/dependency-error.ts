import { TransientDependencyError, isWorkflowError } from '../domain/errors.js';

const BUSY = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'TransactionConflictException',
  'TransactionInProgressException',
  'InternalServerError',
  'InternalServiceError',
  'InternalErrorException',
  'InternalFailure',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'KMSThrottlingException',
  'TimeoutError',
  'AbortError',
  'NetworkingError',
]);

const NETWORK = /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR)/;

/**
 * An AWS SDK error in the domain's words: TransientDependencyError when the same call may succeed later, else the error
 * itself, whose name tells what is wrong (a missing table, a missing permission).
 *
 * @param what the dependency, e.g. "the ledger".
 */
export function asDependencyError(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || isWorkflowError(error)) return error;
  if (error.name === 'TransactionCanceledException' || !mayPass(error)) return error;
  return new TransientDependencyError(`${what} did not answer: ${error.name}`, { cause: error });
}

function mayPass(error: Error): boolean {
  const { code, $fault, $metadata } = error as {
    code?: unknown;
    $fault?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    BUSY.has(error.name) ||
    (typeof code === 'string' && NETWORK.test(code)) ||
    $fault === 'server' ||
    status >= 500 ||
    status === 429
  );
}
