import type { ExitName } from '../cli/exit-codes.js';
import { Failure } from '../cli/failure.js';
import { machineFailure } from './machine-failure.js';
import { waitedFor } from './rate-limiter.js';

const NETWORK_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPROTO', 'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]); // prettier-ignore

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|ExecutionLimitExceeded/u;
const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/u;
const NO_CREDENTIALS = /^(CredentialsProviderError|TokenProviderError|ProviderError)$/u;
const DENIED =
  /AccessDenied|NotAuthorized|Unauthorized|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|InvalidClientTokenId|MissingAuthenticationToken|IncompleteSignature|OptInRequired|InvalidAccessKeyId/u;
const MISSING = /DoesNotExist$|^ResourceNotFound(Exception)?$|^StateMachineDeleting$|^ParameterNotFound$/u;
const USAGE =
  /^(InvalidArn|InvalidName|InvalidExecutionInput|InvalidToken|ValidationException|InvalidParameterException)$/u;

const FORGOTTEN = ['orders list shows what there is; Step Functions forgets an execution 90 days after its end'];

/**
 * An error of an SDK client as what a user should see, by its name, HTTP status and network code.
 * @returns undefined when `error` did not come from a client: then it is somebody else's, or a bug.
 */
export function sdkFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const network = networkFailure(error);
  if (network !== undefined) return network;
  if (NO_CREDENTIALS.test(error.name)) {
    return failure('denied', error, `no usable AWS credentials: ${error.message}`, [
      'log in (aws sso login), or choose a profile with --profile or AWS_PROFILE',
    ]);
  }
  if (/^Region is missing/u.test(error.message)) {
    return failure('usage', error, 'no AWS region is set', ['set it with --region, AWS_REGION or in the profile']);
  }
  const metadata = metadataOf(error);
  return metadata === undefined ? undefined : serviceFailure(error, metadata);
}

function serviceFailure(error: Error, metadata: Metadata): Failure {
  const machine = machineFailure(error);
  if (machine !== undefined) return machine;
  const { name } = error;
  const status = metadata.httpStatusCode ?? 0;
  const said = error.message === '' || error.message === 'UnknownError' ? name : error.message;
  if (THROTTLED.test(name) || status === 429) {
    const waited = waitedFor(error);
    const how = waited === undefined ? '' : ` ${waited.operation}, still after ${seconds(waited.milliseconds)}`;
    return failure('unreachable', error, `AWS throttles${how}: ${said}`, ['wait a little and run it again']);
  }
  if (EXPIRED.test(name)) {
    return failure('denied', error, `the AWS credentials have expired: ${said}`, [
      'log in again (aws sso login), or renew the keys of the profile or of AWS_SESSION_TOKEN',
    ]);
  }
  if (DENIED.test(name) || status === 401 || status === 403) {
    return failure('denied', error, `AWS refuses: ${said}`, [
      ...otherAccount(said),
      'check which account and role the credentials belong to, and what it may do',
    ]);
  }
  const exit: ExitName | undefined = MISSING.test(name)
    ? 'notFound'
    : USAGE.test(name)
      ? 'usage'
      : name === 'ExecutionNotRedrivable'
        ? 'notRedrivable'
        : name === 'ExecutionAlreadyExists'
          ? 'conflict'
          : undefined;
  if (exit !== undefined) return failure(exit, error, said, name === 'ExecutionDoesNotExist' ? FORGOTTEN : []);
  if (status >= 500)
    return failure('unreachable', error, `AWS answered ${status}: ${said}`, ['wait a little and run it again']);
  return failure('bug', error, `AWS answered what orders did not expect: ${name}: ${said}`, []);
}

/** AWS names who asked and what for: two accounts are worth a word, a wrong profile is the usual reason. */
function otherAccount(message: string): string[] {
  const caller = /\barn:aws[a-z-]*:(?:iam|sts)::(\d{12}):/u.exec(message)?.[1];
  const resource = /\bon resource: arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):/u.exec(message)?.[1];
  if (caller === undefined || resource === undefined || caller === resource) return [];
  return [
    `these credentials belong to account ${caller}, what is asked for to ${resource}: choose others with --profile`,
  ];
}

function networkFailure(error: Error): Failure | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (NETWORK_CODES.has(code)) {
    const said = error.message === '' ? code : error.message;
    return failure('unreachable', error, `cannot reach AWS: ${said}`, [
      'check the network, --region and --endpoint-url',
    ]);
  }
  // What the SDK's HTTP handler throws when a connection or an answer takes too long.
  if (error.name !== 'TimeoutError') return undefined;
  return failure('unreachable', error, `AWS did not answer in time: ${error.message}`, [
    'check the network, --region and --endpoint-url',
  ]);
}

interface Metadata {
  readonly httpStatusCode?: number;
}

/** Every error of a service carries `$metadata`; an answer that could not be parsed does too. */
function metadataOf(error: Error): Metadata | undefined {
  return '$metadata' in error && typeof error.$metadata === 'object' && error.$metadata !== null
    ? error.$metadata
    : undefined;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}

/** The SDK's messages may be several lines long. */
function failure(exit: ExitName, cause: Error, message: string, suggestions: readonly string[]): Failure {
  return new Failure(exit, message.replace(/\s*\n\s*/gu, ' '), { suggestions, cause });
}
