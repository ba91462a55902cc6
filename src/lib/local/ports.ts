/**
 * The seams inside the local environment.
 *
 *   CLI's SDK clients ─┐                                     ┌─ states    (engine, store, drivers)
 *   AWS CLI, SDKs ─────┼─> Endpoint.handle(WireRequest) ────>├─ logs
 *   functions' SDKs ───┘   (in the process, or over loopback) ├─ dynamodb, sns, sqs, secretsmanager, ssm, sts
 *                                                             └─ lambda ──> FunctionHost ──> worker threads
 *   functions' Stripe SDK ──> fake Stripe (same loopback server, path /stripe)
 */

export interface WireRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One AWS service. `undefined`: not mine. */
export type WireService = (request: WireRequest) => Promise<WireResponse> | undefined;

export interface FunctionCall {
  /** Plain function name, without ARN and alias. */
  readonly functionName: string;
  /** JSON text. */
  readonly payload: string;
  readonly requestId: string;
}

/** As Lambda's Invoke answers: `payload` is the result, or `{errorType, errorMessage, trace}` when `functionError` is there. */
export interface FunctionResult {
  readonly payload: string;
  readonly functionError?: 'Unhandled';
}

/** A line a function wrote, or START / END / REPORT. */
export interface FunctionLogLine {
  readonly functionName: string;
  readonly requestId: string;
  readonly timestamp: number;
  readonly message: string;
}

export interface FunctionHost {
  /** Whether a function of this name is bundled. */
  has(functionName: string): boolean;
  /** Never rejects for what the function does: a throw, an endless loop, process.exit are results. */
  invoke(call: FunctionCall): Promise<FunctionResult>;
  close(): Promise<void>;
}

/** Time and chance of the local environment; tests hand in their own. */
export interface LocalSources {
  now(): number;
  random(): number;
  uuid(): string;
}
