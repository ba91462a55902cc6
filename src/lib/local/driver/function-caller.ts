import type { FunctionHost } from '../ports.js';

/** What Lambda's Invoke answers, or its refusal. */
export type FunctionAnswer =
  | {
      readonly kind: 'answered';
      /** JSON text. */
      readonly payload: string;
      readonly functionError?: string;
      readonly executedVersion: string;
      readonly requestId: string;
      /** The end of its log in Base64, if that was asked for and is there to be had. */
      readonly logResult?: string;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly error: string;
      readonly message: string;
      readonly requestId: string;
    }
  /** We are closing: whether the function ran is unknown. */
  | { readonly kind: 'unknown' };

export interface FunctionReference {
  readonly name: string;
  readonly qualifier: string | undefined;
}

/** Reads what FunctionName accepts: a name, a partial or a whole ARN, each with or without a version or alias. */
export function readFunctionName(given: string): FunctionReference {
  const rest =
    /^(?:arn:[^:]+:lambda:[^:]*:)?(?:\d{12}:)?(?:function:)?(?<rest>.+)$/.exec(given)?.groups?.['rest'] ?? given;
  const [name = given, qualifier] = rest.split(':');
  return { name, qualifier };
}

export interface FunctionCallerOptions {
  /** Before the bundle's name in a deployed function's name. */
  readonly namePrefix: string;
  /** Loaded at the first call. */
  host(): Promise<FunctionHost>;
  /** Where functions that are not bundled may be; none: they do not exist. */
  readonly lambdaEndpoint: string | undefined;
  uuid(): string;
}

/** Calls functions by their deployed names: the bundled ones in the host, others at a Lambda endpoint if one was given. */
export class FunctionCaller {
  constructor(private readonly options: FunctionCallerOptions) {}

  /** The bundle a name stands for; `undefined` when there is none. */
  async bundleOf(functionName: string): Promise<string | undefined> {
    const { name } = readFunctionName(functionName);
    const { namePrefix } = this.options;
    if (!name.startsWith(namePrefix)) return undefined;
    const bundle = name.slice(namePrefix.length);
    return (await this.options.host()).has(bundle) ? bundle : undefined;
  }

  /** @param logTail asks an endpoint for the end of the function's log, as Invoke's LogType Tail does */
  async call(functionName: string, payload: string, logTail = false): Promise<FunctionAnswer> {
    const requestId = this.options.uuid();
    const bundle = await this.bundleOf(functionName);
    if (bundle !== undefined) return this.callBundle(bundle, functionName, payload, requestId);
    const endpoint = this.options.lambdaEndpoint;
    if (endpoint !== undefined) return callEndpoint(endpoint, { functionName, payload, requestId, logTail });
    const message = `Function not found: ${functionName}`;
    return { kind: 'refused', status: 404, error: 'ResourceNotFoundException', message, requestId };
  }

  private async callBundle(
    bundle: string,
    functionName: string,
    payload: string,
    requestId: string,
  ): Promise<FunctionAnswer> {
    const { FunctionHostClosed } = await import('../functions/function-host.js');
    try {
      const host = await this.options.host();
      const result = await host.invoke({ functionName: bundle, payload, requestId });
      const executedVersion = readFunctionName(functionName).qualifier === undefined ? '$LATEST' : '1';
      return { kind: 'answered', executedVersion, requestId, ...result };
    } catch (error) {
      if (error instanceof FunctionHostClosed) return { kind: 'unknown' };
      throw error;
    }
  }
}

/** Invoke of Lambda's REST API. */
async function callEndpoint(
  endpoint: string,
  call: {
    readonly functionName: string;
    readonly payload: string;
    readonly requestId: string;
    readonly logTail: boolean;
  },
): Promise<FunctionAnswer> {
  const { functionName, payload, requestId, logTail } = call;
  const url = new URL(`/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`, endpoint);
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  const unreachable = (message: string): FunctionAnswer => ({
    kind: 'refused',
    status: 503,
    error: 'SdkClientException',
    message,
    requestId,
  });
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', ...(logTail && { 'x-amz-log-type': 'Tail' }) };
    const sent = request(url, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => {
        resolve(unreachable(error.message));
      });
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const header = (name: string) => response.headers[name] as string | undefined;
        const id = header('x-amzn-requestid') ?? requestId;
        const status = response.statusCode ?? 500;
        if (status >= 300) {
          const error = header('x-amzn-errortype')?.split(':')[0] ?? 'ServiceException';
          resolve({ kind: 'refused', status, error, message: messageOf(body), requestId: id });
          return;
        }
        const functionError = header('x-amz-function-error');
        const executedVersion = header('x-amz-executed-version') ?? '$LATEST';
        const logResult = header('x-amz-log-result');
        const answer = {
          kind: 'answered',
          payload: body === '' ? 'null' : body,
          executedVersion,
          requestId: id,
          ...(logResult !== undefined && { logResult }),
        } as const;
        resolve(functionError === undefined ? answer : { ...answer, functionError });
      });
    });
    sent.on('error', (error) => {
      resolve(unreachable(`Unable to execute HTTP request: ${error.message}`));
    });
    sent.end(payload);
  });
}

function messageOf(body: string): string {
  try {
    const parsed = JSON.parse(body) as { message?: string; Message?: string };
    return parsed.message ?? parsed.Message ?? body;
  } catch {
    return body;
  }
}
