/** An error's cause, taken apart where a Lambda function wrote it. */
export interface DecodedCause {
  /** What a person should read: the function's message, or the cause as it stands. */
  readonly message: string;
  readonly errorType?: string;
  /** Lines of the function's stack, outermost last. */
  readonly trace?: readonly string[];
  readonly requestId?: string;
}

/**
 * A failed Node.js function's cause is `{errorType, errorMessage, trace}`, a Python one's `{..., stackTrace, requestId}`
 * [recorded]; a Parallel or a Catch may have put it into one more JSON string. Any other text is its own message.
 */
export function decodeCause(cause: string | undefined): DecodedCause | undefined {
  if (cause === undefined || cause === '') return undefined;
  let value = parsed(cause);
  if (typeof value === 'string') value = parsed(value) ?? value;
  if (typeof value === 'string') return { message: value };
  if (typeof value !== 'object' || value === null) return { message: cause };
  const { errorType, errorMessage, trace, stackTrace, requestId } = value as Record<string, unknown>;
  if (typeof errorType !== 'string' && typeof errorMessage !== 'string') return { message: cause };
  const lines = [trace, stackTrace]
    .find((candidate) => Array.isArray(candidate))
    ?.filter((line) => typeof line === 'string');
  return {
    message: [errorMessage, errorType].find((text): text is string => typeof text === 'string' && text !== '') ?? cause,
    ...(typeof errorType === 'string' ? { errorType } : {}),
    ...(lines && lines.length > 0 ? { trace: lines.map((line) => line.trimEnd()) } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
  };
}

function parsed(text: string): unknown {
  if (!/^\s*[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
