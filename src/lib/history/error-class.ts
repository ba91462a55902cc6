import { BUSINESS_ERROR_NAMES, RETRYABLE_ERROR_NAMES } from '../../../workflows/order-processing/domain/errors.js';

/**
 * Whose turn it is after a failure.
 *
 *     business        the order was refused; running it again changes nothing until the order changes
 *     infrastructure  something outside was not there; a redrive goes on when it is back
 *     bug             the workflow or a function is wrong; a redrive helps after a fix
 */
export type ErrorClass = 'business' | 'infrastructure' | 'bug';

const BUSINESS: ReadonlySet<string> = new Set(BUSINESS_ERROR_NAMES);
const RETRYABLE: ReadonlySet<string> = new Set(RETRYABLE_ERROR_NAMES);

/** The service's names: AWS, "Error handling in Step Functions workflows". */
const LANGUAGE: Readonly<Record<string, ErrorClass>> = {
  'States.Timeout': 'infrastructure',
  'States.HeartbeatTimeout': 'infrastructure',
  'States.TaskFailed': 'infrastructure',
  'States.Permissions': 'infrastructure',
  'States.Http.Socket': 'infrastructure',
  'Sandbox.Timedout': 'infrastructure',
};

const OUTSIDE =
  /^Lambda\.|Throttl|TooManyRequests|Unavailable|Timeout|TimedOut|LimitExceeded|ProvisionedThroughput|^Internal(?:Server|Service)?(?:Error|Failure)|ServiceException|AccessDenied|ExpiredToken|^E(?:CONN|AI_|PIPE|HOST|NET)|SdkClientException/;

/** Judges an error by its name alone; what nobody foresaw is a bug. */
export function errorClass(error: string | undefined): ErrorClass {
  if (error === undefined) return 'infrastructure';
  if (BUSINESS.has(error)) return 'business';
  if (RETRYABLE.has(error)) return 'infrastructure';
  const known = LANGUAGE[error];
  if (known) return known;
  // States.DataLimitExceeded and its kind tell of a wrong definition, whatever their names sound like.
  if (error.startsWith('States.')) return 'bug';
  return OUTSIDE.test(error) ? 'infrastructure' : 'bug';
}
