/**
 * The texts Lambda's runtime and sandbox write: log lines in the text format, and the payloads of failed invocations.
 * Source: AWS Lambda developer guide, "Using Lambda function logs" and "Monitoring and troubleshooting"; the Node.js
 * runtime interface client for the error types that start with `Runtime.`.
 */

export function startLine(requestId: string, version: string): string {
  return `START RequestId: ${requestId} Version: ${version}`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}`;
}

export interface InvocationFigures {
  readonly requestId: string;
  readonly durationMs: number;
  /** Only for the first invocation a worker does of a function. */
  readonly initMs?: number;
  readonly memoryMb: number;
  readonly usedMb: number;
}

export function reportLine(figures: InvocationFigures): string {
  const fields = [
    `REPORT RequestId: ${figures.requestId}`,
    `Duration: ${figures.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(figures.durationMs)} ms`,
    `Memory Size: ${figures.memoryMb} MB`,
    `Max Memory Used: ${figures.usedMb} MB`,
  ];
  if (figures.initMs !== undefined) fields.push(`Init Duration: ${figures.initMs.toFixed(2)} ms`);
  return `${fields.join('\t')}\t`;
}

/** A console call's log entry: time, request, level and text, tabs between. `at` in epoch milliseconds. */
export function consoleEntry(at: number, requestId: string, level: string, text: string): string {
  return `${new Date(at).toISOString()}\t${requestId}\t${level}\t${text}`;
}

export interface InvocationFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export function timedOut(requestId: string, timeoutMs: number): InvocationFailure {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  };
}

/** How a worker ended while it had an invocation. */
export type WorkerEnd =
  { readonly kind: 'exit'; readonly status: number } | { readonly kind: 'signal'; readonly signal: string };

export function exited(requestId: string, end: WorkerEnd): InvocationFailure {
  return { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: Runtime ${howItEnded(end)}` };
}

function howItEnded(end: WorkerEnd): string {
  if (end.kind === 'signal') return `exited with error: signal: ${end.signal}`;
  return end.status === 0 ? 'exited without providing a reason' : `exited with error: exit status ${end.status}`;
}

/** What a function threw, as Lambda's Node.js runtime reports it. Never throws itself, whatever was thrown. */
export function thrown(value: unknown): InvocationFailure {
  try {
    if (value instanceof Error || Object.prototype.toString.call(value) === '[object Error]') {
      const error = value as Error;
      return {
        errorType: String(error.name),
        errorMessage: String(error.message),
        trace: String(error.stack ?? '').split('\n'),
      };
    }
    return { errorType: typeof value, errorMessage: String(value), trace: [] };
  } catch {
    return { errorType: 'handled', errorMessage: 'the function threw something that cannot be read', trace: [] };
  }
}
