import type { FunctionCaller } from '../driver/function-caller.js';
import { readFunctionName } from '../driver/function-caller.js';
import type { LocalSources, WireRequest, WireResponse, WireService } from '../ports.js';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../states/arns.js';
import { LOCAL_PREFIX, type WorkflowSettings } from '../states/order-workflow.js';

const LIST_PATH = /^\/2015-03-31\/functions\/?$/;
const PATH = /^\/2015-03-31\/functions\/(?<name>[^/]+)(?<rest>\/.*)?$/;

/** Lambda's REST API as far as tools need it: Invoke, GetFunction, GetFunctionConfiguration, ListFunctions. */
export function createLambdaService(
  functions: FunctionCaller,
  settings: WorkflowSettings,
  sources: Pick<LocalSources, 'uuid'>,
): WireService {
  const answer = (status: number, body: string, headers: Record<string, string> = {}): WireResponse => ({
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': sources.uuid(), ...headers },
    body,
  });
  const refuse = (status: number, error: string, message: string): WireResponse =>
    answer(status, JSON.stringify({ Type: 'User', Message: message, message }), { 'x-amzn-errortype': error });

  const invoke = async (name: string, request: WireRequest): Promise<WireResponse> => {
    const qualifier = request.query['Qualifier'];
    const target = qualifier === undefined ? name : `${name}:${qualifier}`;
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type === 'DryRun') return answer(204, '');
    const called = functions.call(target, request.body === '' ? '{}' : request.body);
    if (type === 'Event') {
      called.catch(() => undefined);
      return answer(202, '');
    }
    const result = await called;
    if (result.kind === 'unknown') return refuse(503, 'ServiceException', 'The local environment is closing.');
    if (result.kind === 'refused') return refuse(result.status, result.error, result.message);
    return answer(200, result.payload, {
      'x-amzn-requestid': result.requestId,
      'x-amz-executed-version': result.executedVersion,
      ...(result.functionError !== undefined && { 'x-amz-function-error': result.functionError }),
    });
  };

  const describe = async (given: string, whole: boolean): Promise<WireResponse> => {
    const bundle = await functions.bundleOf(given);
    const found = bundle === undefined ? undefined : settings.functions[bundle];
    const { name } = readFunctionName(given);
    const arn = functionArn(name);
    if (found === undefined) return refuse(404, 'ResourceNotFoundException', `Function not found: ${arn}`);
    const configuration = configurationOf(name, found);
    return answer(200, JSON.stringify(whole ? { Configuration: configuration } : configuration));
  };

  /** All on one page: there are nine. */
  const list = async (): Promise<WireResponse> => {
    const configurations = Object.entries(settings.functions).map(([bundle, one]) =>
      configurationOf(`${LOCAL_PREFIX}${bundle}`, one),
    );
    return answer(200, JSON.stringify({ Functions: configurations }));
  };

  return (request) => {
    if (request.method === 'GET' && LIST_PATH.test(request.path)) return list();
    const { name, rest } = PATH.exec(request.path)?.groups ?? {};
    if (name === undefined) return undefined;
    const given = decodeURIComponent(name);
    if (request.method === 'POST' && rest === '/invocations') return invoke(given, request);
    if (request.method === 'GET' && rest === undefined) return describe(given, true);
    if (request.method === 'GET' && rest === '/configuration') return describe(given, false);
    return undefined;
  };
}

function functionArn(name: string): string {
  return `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT}:function:${name}`;
}

function configurationOf(
  name: string,
  { description, timeoutSeconds, memoryMb }: WorkflowSettings['functions'][string],
) {
  return {
    FunctionName: name,
    FunctionArn: functionArn(name),
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Description: description,
    Timeout: timeoutSeconds,
    MemorySize: memoryMb,
    Version: '$LATEST',
    State: 'Active',
    LoggingConfig: { LogFormat: 'JSON', LogGroup: `/aws/lambda/${name}` },
  };
}
