/**
 * The Lambda functions of the recordings (member `functions` of the file), and what Lambda makes of their answers for
 * Step Functions. They were Python, so texts are spaced as Python's json writes them.
 */
import type { Json } from '../../src/lib/engine/protocol.js';

export interface FunctionAnswer {
  /** JSON text. */
  readonly payload: string;
  readonly failed?: { readonly errorType: string };
  /** Milliseconds until it answers. */
  readonly after: number;
}

const HANDLERS: Readonly<Record<string, (event: string, requestId: string) => FunctionAnswer>> = {
  id_function: (event) => ({ payload: event, after: 0 }),
  echo_function: (event) => ({ payload: event, after: 0 }),
  return_decorated_input: (event) => ({ payload: JSON.stringify(`input-event-${pythonLiteral(event)}`), after: 0 }),
  return_bytes_str: () => ({ payload: '"HelloWorld!"', after: 0 }),
  large_output_string: () => ({ payload: JSON.stringify('a'.repeat(263_168)), after: 0 }),
  raise_exception: (_, requestId) =>
    raised(
      'Exception',
      'Some exception was raised.',
      requestId,
      '  File "/var/task/handler.py", line 2, in handler\n    raise Exception("Some exception was raised.")\n',
    ),
  raise_custom_exception: (_, requestId) =>
    raised(
      'CustomException',
      '',
      requestId,
      '  File "/var/task/handler.py", line 9, in handler\n    raise CustomException()\n',
    ),
  wait_60_seconds: (event) => ({ payload: event, after: 60_000 }),
};

/**
 * @param behaviour which of the file's functions answers
 * @param event JSON text
 */
export function invokeFunction(behaviour: string, event: string, requestId: string): FunctionAnswer {
  const handler = HANDLERS[behaviour];
  if (handler === undefined) {
    throw new Error(`no function behaves as '${behaviour}'`);
  }
  return handler(pythonSpacing(event), requestId);
}

function raised(errorType: string, errorMessage: string, requestId: string, line: string): FunctionAnswer {
  const payload = pythonSpacing(JSON.stringify({ errorMessage, errorType, requestId, stackTrace: [line] }));
  return { payload, failed: { errorType }, after: 0 };
}

/** The same JSON with a blank after every comma and colon outside strings, and no other. */
function pythonSpacing(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|[,:]|\s+/g, (token) =>
    token === ',' || token === ':' ? `${token} ` : token.trim() === '' ? '' : token,
  );
}

function pythonLiteral(json: string): string {
  return json
    .replace(/"((?:[^"\\]|\\.)*)"/g, "'$1'")
    .replace(/\bnull\b/g, 'None')
    .replace(/\btrue\b/g, 'True')
    .replace(/\bfalse\b/g, 'False');
}

/** What lambda:invoke gives its task: the function's payload in Lambda's answer. */
export function invokeEnvelope(
  payload: string,
  requestId: string,
  parameters: { readonly [name: string]: Json },
): Json {
  const compact = JSON.stringify(JSON.parse(payload));
  const length = String(Buffer.byteLength(pythonSpacing(payload)));
  const log = parameters['LogType'] === 'Tail' ? 'TG9n' : undefined;
  const headers: Record<string, string> = {
    Connection: 'keep-alive',
    'Content-Length': length,
    'Content-Type': 'application/json',
    Date: 'Sun, 22 Nov 2026 10:00:00 GMT',
    'X-Amz-Executed-Version': '$LATEST',
    'x-amzn-Remapped-Content-Length': '0',
    'x-amzn-RequestId': requestId,
    'X-Amzn-Trace-Id': 'root=1-0',
    ...(log === undefined ? {} : { 'X-Amz-Log-Result': log }),
  };
  return {
    ExecutedVersion: '$LATEST',
    ...(log === undefined ? {} : { LogResult: log }),
    Payload: JSON.parse(compact) as Json,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
  };
}
