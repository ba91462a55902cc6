import type { LocalSources, WireRequest, WireResponse, WireService } from '../ports.js';
import { AwsError } from './aws-error.js';

export type JsonObject = Record<string, unknown>;

/** Operation name -> what it does; the answer is sent as JSON, `undefined` members left out. */
export type Operations = Readonly<Record<string, (input: JsonObject) => object | Promise<object>>>;

export interface AwsJsonProtocol {
  /** What stands before the dot in `X-Amz-Target`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  /** What stands before `#` in an error's `__type`; none: the bare name, as CloudWatch Logs sends it. */
  readonly errorNamespace?: string;
}

/**
 * A service that speaks AWS JSON: one path, the operation in a header, errors as `{__type, message}`.
 * Constraint violations come from another name space than a service's own errors (seen in answers of Step Functions).
 */
export function createAwsJsonService(
  protocol: AwsJsonProtocol,
  operations: Operations,
  sources: Pick<LocalSources, 'uuid'>,
): WireService {
  const prefix = `${protocol.target}.`;
  const contentType = `application/x-amz-json-${protocol.version}`;

  const answer = (status: number, body: object, headers: Record<string, string> = {}): WireResponse => ({
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': sources.uuid(), ...headers },
    body: JSON.stringify(body),
  });

  const refuse = (error: AwsError): WireResponse => {
    const namespace = error.name === 'ValidationException' ? 'com.amazon.coral.validate' : protocol.errorNamespace;
    const type = namespace === undefined ? error.name : `${namespace}#${error.name}`;
    const headers = { 'x-amzn-errortype': error.name };
    return answer(error.status, { __type: type, message: error.message, ...error.members }, headers);
  };

  const perform = async (name: string, request: WireRequest): Promise<WireResponse> => {
    try {
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) {
        const message = `The local environment does not offer the operation ${name} of ${protocol.target}.`;
        throw new AwsError('UnknownOperationException', message);
      }
      return answer(200, await operation(parseBody(request.body)));
    } catch (error) {
      if (error instanceof AwsError) return refuse(error);
      throw error;
    }
  };

  return (request) => {
    const target = request.headers['x-amz-target'];
    return target?.startsWith(prefix) ? perform(target.slice(prefix.length), request) : undefined;
  };
}

function parseBody(body: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body === '' ? '{}' : body);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AwsError('SerializationException', 'The body of the request is not a JSON object.');
  }
  return parsed as JsonObject;
}
