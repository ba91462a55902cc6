/** What an error of a call says about trying again. */
export interface RetryVerdict {
  /** `throttled`: too many calls; nothing was done. `transient`: an outage or a broken connection; it may have been done. */
  readonly kind: 'throttled' | 'transient';
  /** Milliseconds that the service asks for, by Retry-After. */
  readonly asked?: number;
}

/**
 * Names by which AWS's services say "too fast". `LimitExceededException` is not among them: for CloudWatch Logs it means too
 * many queries at once, which no short wait changes.
 */
const THROTTLING = new Set([
  'BandwidthLimitExceeded', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException',
  'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling',
  'ThrottlingException', 'TooManyRequestsException', 'TransactionInProgressException',
]); // prettier-ignore

const BROKEN_CONNECTION = new Set([
  'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
]); // prettier-ignore

const TOO_LATE = new Set(['TimeoutError', 'RequestTimeout', 'RequestTimeoutException']);

/** Whether a second try may help, by the error's name, HTTP status and network code. @returns undefined when it cannot */
export function retryVerdict(error: unknown): RetryVerdict | undefined {
  if (!(error instanceof Error)) return undefined;
  const { $metadata = {}, $response, code = '' } = error as SdkError;
  const status = $metadata.httpStatusCode ?? 0;
  if (THROTTLING.has(error.name) || status === 429) return { kind: 'throttled', ...askedBy($response) };
  const transient =
    [500, 502, 503, 504].includes(status) ||
    TOO_LATE.has(error.name) ||
    BROKEN_CONNECTION.has(String(code)) ||
    // Our clock was wrong; the SDK has noted by how much, and signs the next try with the right time.
    $metadata.clockSkewCorrected === true;
  return transient ? { kind: 'transient', ...askedBy($response) } : undefined;
}

interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

const LONGEST_ASKED_MS = 20_000;

function askedBy(response: SdkError['$response']): { asked?: number } {
  const seconds = Number(response?.headers?.['retry-after'] ?? Number.NaN);
  return seconds > 0 ? { asked: Math.min(seconds * 1_000, LONGEST_ASKED_MS) } : {};
}
