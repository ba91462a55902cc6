import type { Json, Signal } from '../../../engine/protocol.js';

/** What a call to a service led to: the result's JSON text, or an error as the task sees it. */
export type Outcome =
  | { readonly kind: 'succeeded'; readonly output: string }
  | { readonly kind: 'failed'; readonly error: string; readonly cause: string }
  /** Whether it happened cannot be known, because we are closing. */
  | { readonly kind: 'unknown' };

export function failed(error: string, cause: string): Outcome {
  return { kind: 'failed', error, cause };
}

/** A refusal in the words of the SDK that Step Functions calls services with. */
export function refusal(service: string, name: string, message: string, status: number, requestId: string): Outcome {
  return failed(
    `${service}.${name}`,
    `${message} (Service: ${service}, Status Code: ${status}, Request ID: ${requestId})`,
  );
}

/** The signal that tells the engine; a task that waits for a callback has only been submitted. */
export function signalOf(key: string, outcome: Outcome, callback: boolean): Signal | undefined {
  switch (outcome.kind) {
    case 'succeeded':
      return { kind: callback ? 'task-submitted' : 'task-succeeded', key, output: outcome.output };
    case 'failed':
      return { kind: 'task-failed', key, error: outcome.error, cause: outcome.cause };
    case 'unknown':
      return undefined;
  }
}

/**
 * The members every optimised integration adds to a service's answer, as JSON text without braces. Names, order and shapes
 * are those of AWS's recordings of lambda:invoke.
 */
export function sdkMetadata(
  headers: Readonly<Record<string, string>>,
  requestId: string,
): {
  readonly http: string;
  readonly response: string;
} {
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    http: `"SdkHttpMetadata":${JSON.stringify({ AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: 200 })}`,
    response: `"SdkResponseMetadata":${JSON.stringify({ RequestId: requestId })}`,
  };
}

/** Members of a task's parameters; anything but an object has none. */
export function membersOf(parameters: Json): Readonly<Record<string, Json>> {
  return typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters) ? parameters : {};
}

/** Where a service wants a text, the States Language allows any JSON. */
export function asText(value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
