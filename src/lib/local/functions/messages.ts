/**
 * What the function host and its workers say to each other.
 *
 *   host ── HostMessage ──> worker      one invocation at a time
 *   host <── WorkerMessage ── worker    initialised, output*, result
 */
import type { LocalSources } from '../ports.js';

/** Given to a worker when it starts (workerData). */
export interface WorkerSetup {
  /** URL of the folder that holds `<function>/index.mjs`. */
  readonly bundleUrl: string;
  /** One Int32: bytes of output the worker sent and the host has not yet taken. See output-window.ts. */
  readonly outputWindow: SharedArrayBuffer;
}

export interface HostMessage {
  readonly kind: 'invoke';
  readonly functionName: string;
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  /** All variables the function sees. */
  readonly environment: Readonly<Record<string, string>>;
  readonly context: InvocationContext;
}

/** The data of Lambda's context object. */
export interface InvocationContext {
  readonly invokedFunctionArn: string;
  readonly functionVersion: string;
  /** Megabytes, as text: Lambda gives it so. */
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Milliseconds the function may run. */
  readonly timeoutMs: number;
}

export type OutputStream = 'stdout' | 'stderr';

export type WorkerMessage =
  /** The bundle is loaded: the function's own time begins. */
  | { readonly kind: 'initialised' }
  /** Written raw: a piece of a line, or many lines. `bytes` is what to give back to the window. */
  | {
      readonly kind: 'chunk';
      readonly requestId: string;
      readonly stream: OutputStream;
      readonly text: string;
      readonly bytes: number;
    }
  /** One console call, already in Lambda's form. */
  | { readonly kind: 'entry'; readonly requestId: string; readonly text: string; readonly bytes: number }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failure'; readonly requestId: string; readonly payload: string; readonly fatal: boolean }
  /** The function sent a signal to its own process; the worker ends itself right after. */
  | { readonly kind: 'killed'; readonly signal: string };

/** Time and ids the host takes from outside. */
export type HostSources = Pick<LocalSources, 'now' | 'uuid'>;
