import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alarmsService } from './alarms-service.js';
import { dynamoDbService } from './dynamodb-service.js';
import { eventsService } from './events-service.js';
import { iamService } from './iam-service.js';
import { keysService } from './keys-service.js';
import { lambdaService } from './lambda-service.js';
import { logsService } from './logs-service.js';
import { parametersService } from './parameters-service.js';
import { STUB_REGION } from './place.js';
import { AwsError, textOf, type Input, type Operation, type Service } from './service.js';
import { secretsService } from './secrets-service.js';
import { identityService } from './identity-service.js';
import { queuesService } from './queues-service.js';
import { topicsService } from './topics-service.js';
import { parseQuery, renderQueryAnswer, renderQueryError } from './query-protocol.js';

/** What the stub was asked. `input` is the parsed body (and, for Lambda, what stands in the path). */
export interface RecordedRequest {
  /** Short name as in `service.action`: iam, sns, cloudwatch, sts, lambda, dynamodb, logs, sqs, ssm, events, kms, secretsmanager, states. */
  readonly service: string;
  readonly action: string;
  readonly input: Input;
}

export interface AwsStubOptions {
  /** Where requests for Step Functions go, e.g. `http://127.0.0.1:4599` (orders local serve). Without one they are refused. */
  readonly statesUrl?: string;
  /** Asked before every request is answered: may wait, and may answer in its place with an AWS error. */
  readonly before?: (request: RecordedRequest) => Promise<AwsError | void> | AwsError | void;
}

export interface AwsStub {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Requests that the stub does not know: a test that leaves some has not tested what it meant to. */
  readonly unknown: readonly string[];
  /** What stands in a service by now: kind -> name -> state. */
  readonly state: Readonly<Record<string, ReadonlyMap<string, unknown>>>;
  close(): Promise<void>;
}

export { AwsError } from './service.js';
export { STUB_ACCOUNT, STUB_REGION } from './place.js';

/**
 * An AWS for Terraform: speaks the protocols of the services that infra/ uses, keeps what it is told, records what it is
 * asked. It knows no more than the provider needs to create, read, change and delete our resources, and checks next to
 * nothing. Step Functions is passed on to the local environment, which is no stub.
 *
 *     const stub = await startAwsStub({ statesUrl });
 *     ... terraform apply with stubEnvironment(stub) ...
 *     await stub.close();
 */
export async function startAwsStub({ statesUrl, before }: AwsStubOptions = {}): Promise<AwsStub> {
  const requests: RecordedRequest[] = [];
  const unknown: string[] = [];
  const services: Service[] = [
    iamService(),
    topicsService(),
    alarmsService(),
    identityService(),
    lambdaService(),
    dynamoDbService(),
    logsService(),
    queuesService(),
    parametersService(),
    eventsService(),
    keysService(),
    secretsService(),
  ];
  const server = createServer((request, response) => {
    void answer(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });

  async function answer(request: IncomingMessage): Promise<Answer> {
    const body = await bodyOf(request);
    const target = String(request.headers['x-amz-target'] ?? '');
    const [prefix = '', targetAction = ''] = target.split('.');
    const scope = /Credential=[^/]+\/\d+\/[^/]*\/([^/]+)\//u.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (prefix === 'AWSStepFunctions') {
      const recorded = { service: 'states', action: targetAction, input: JSON.parse(body) as Input };
      const fault = await noted(recorded);
      return fault === undefined ? forwarded(statesUrl, request, body) : jsonError(fault);
    }
    const service = services.find((one) => (target === '' ? one.scope === scope : one.target === prefix));
    if (service === undefined) return notKnown(scope, target === '' ? `${request.method} ${request.url}` : target);
    const query = service.protocol === 'query' ? parseQuery(body) : undefined;
    const call =
      service.protocol === 'rest'
        ? service.route(request.method ?? '', new URL(request.url ?? '/', 'http://stub'), body)
        : { action: textOf(query?.['Action'], targetAction), input: query ?? (JSON.parse(body || '{}') as Input) };
    const operation = call === undefined ? undefined : service.operations[call.action];
    if (call === undefined || operation === undefined) {
      return notKnown(service.scope, call?.action ?? `${request.method} ${request.url}`);
    }
    const fault = await noted({ service: service.scope === 'monitoring' ? 'cloudwatch' : service.scope, ...call });
    const outcome = fault ?? outcomeOf(operation, call.input);
    if (service.protocol === 'query') {
      return outcome instanceof AwsError
        ? { status: outcome.status, headers: XML, body: renderQueryError(outcome) }
        : { status: 200, headers: XML, body: renderQueryAnswer(call.action, outcome) };
    }
    if (outcome instanceof AwsError) return jsonError(outcome);
    const status = service.protocol === 'rest' ? service.statusOf(call.action) : 200;
    return { status, headers: JSON_TYPE, body: status === 204 ? '' : JSON.stringify(outcome ?? {}) };
  }

  async function noted(request: RecordedRequest): Promise<AwsError | undefined> {
    requests.push(request);
    return (await before?.(request)) ?? undefined;
  }

  function notKnown(scope: string, what: string): Answer {
    unknown.push(`${scope} ${what}`);
    return jsonError(new AwsError('UnknownOperationException', `the stub has no ${scope} ${what}`, 418));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    unknown,
    state: Object.assign({}, ...services.map(({ state }) => state)) as AwsStub['state'],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The settings under which Terraform, the SDKs and orders talk to the stub and to nothing else. */
export function stubEnvironment(stub: Pick<AwsStub, 'url'>): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: stub.url,
    AWS_ACCESS_KEY_ID: 'stub',
    AWS_SECRET_ACCESS_KEY: 'stub',
    AWS_REGION: STUB_REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const XML = { 'content-type': 'text/xml', 'x-amzn-requestid': 'stub' };
const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'stub' };

function outcomeOf(operation: Operation, input: Input): unknown {
  try {
    return operation(input);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

function jsonError({ code, message, status, queryCode }: AwsError): Answer {
  const query = queryCode === undefined ? {} : { 'x-amzn-query-error': `${queryCode};Sender` };
  const headers = { ...JSON_TYPE, ...query, 'x-amzn-errortype': code };
  return { status, headers, body: JSON.stringify({ __type: code, message, Message: message }) };
}

async function forwarded(to: string | undefined, request: IncomingMessage, body: string): Promise<Answer> {
  if (to === undefined) return jsonError(new AwsError('UnknownOperationException', 'no statesUrl was given', 418));
  const { authorization = '', 'x-amz-target': target = '' } = request.headers;
  const headers = { 'content-type': 'application/x-amz-json-1.0', authorization, 'x-amz-target': String(target) };
  const response = await fetch(to, { method: 'POST', headers, body });
  return { status: response.status, headers: JSON_TYPE, body: await response.text() };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}
