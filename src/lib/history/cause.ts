/** An error's cause, taken apart where a Lambda function, a nested execution or an AWS service wrote it. */
export interface DecodedCause {
  /** What a person should read: the function's message, or the cause as it stands. */
  readonly message: string;
  readonly errorType?: string;
  /** Lines of the function's stack, outermost last. */
  readonly trace?: readonly string[];
  readonly requestId?: string;
  /** The execution that a `startExecution.sync` task waited for, and which failed. */
  readonly childExecutionArn?: string;
}

/**
 * A failed Node.js function's cause is `{errorType, errorMessage, trace}`, a Python one's `{..., stackTrace, requestId}`
 * [recorded]; a Parallel or a Catch may have put it into one more JSON string. `startExecution.sync` gives the child's
 * description (AWS, "Start executions from a task"). Any other text is its own message.
 */
export function decodeCause(cause: string | undefined): DecodedCause | undefined {
  if (cause === undefined || cause === '') return undefined;
  let value = parsed(cause);
  if (typeof value === 'string') value = parsed(value) ?? value;
  if (typeof value === 'string') return withRequest({ message: value });
  if (typeof value !== 'object' || value === null) return cutOff(cause) ?? withRequest({ message: cause });
  const fields = value as Record<string, unknown>;
  return ofFunction(fields, cause) ?? ofChild(fields) ?? { message: cause };
}

function ofFunction(fields: Record<string, unknown>, cause: string): DecodedCause | undefined {
  const { errorType, errorMessage, trace, stackTrace, requestId } = fields;
  if (typeof errorType !== 'string' && typeof errorMessage !== 'string') return undefined;
  const lines = [trace, stackTrace]
    .find((candidate) => Array.isArray(candidate))
    ?.filter((line) => typeof line === 'string');
  return withRequest({
    message: [errorMessage, errorType].find((text): text is string => typeof text === 'string' && text !== '') ?? cause,
    ...(typeof errorType === 'string' ? { errorType } : {}),
    ...(lines && lines.length > 0 ? { trace: lines.map((line) => line.trimEnd()) } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
  });
}

function ofChild(fields: Record<string, unknown>): DecodedCause | undefined {
  const { ExecutionArn: childExecutionArn, Status: status, Error: error, Cause: cause } = fields;
  if (typeof childExecutionArn !== 'string' || typeof status !== 'string') return undefined;
  const inner = typeof cause === 'string' ? decodeCause(cause)?.message : undefined;
  const why = [typeof error === 'string' ? error : undefined, inner].filter((text) => text !== undefined).join(': ');
  return {
    message: `the execution it started ended as ${status}${why === '' ? '' : `: ${why}`}`,
    ...(typeof error === 'string' ? { errorType: error } : {}),
    childExecutionArn,
  };
}

const FIELD_IN_CUT = /"(?<field>errorType|errorMessage)"\s*:\s*"(?<text>(?:[^"\\]|\\.)*)/g;

/** A function's JSON that was cut at 32,768 characters no longer parses; its first fields can still be read. */
function cutOff(cause: string): DecodedCause | undefined {
  const found: Record<string, string> = {};
  for (const { groups } of cause.matchAll(FIELD_IN_CUT)) {
    const { field = '', text = '' } = groups ?? {};
    found[field] ??= unescaped(text);
  }
  if (!/^\s*\{/.test(cause) || found['errorMessage'] === undefined) return undefined;
  return ofFunction(found, cause);
}

function unescaped(text: string): string {
  const value = parsed(`"${text}"`);
  return typeof value === 'string' ? value : text;
}

const REQUEST_ID = /\bRequest ?Id:\s*(?<id>[0-9A-Za-z-]{8,64})\b/i;

/** The runtime and the SDK write the request's id into their sentences. */
function withRequest(cause: DecodedCause): DecodedCause {
  const requestId = cause.requestId ?? REQUEST_ID.exec(cause.message)?.groups?.['id'];
  return requestId === undefined ? cause : { ...cause, requestId };
}

function parsed(text: string): unknown {
  if (!/^\s*[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
