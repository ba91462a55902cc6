import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface StubCall {
  /** `DescribeExecution`, `GetCallerIdentity`, or `GET /path` where the protocol has no names. */
  readonly operation: string;
  /** The JSON body, or the form of the query protocol. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Whose key it was signed with; `unsigned` without a signature. */
  readonly accessKey: string;
  /** Of the signature's scope. */
  readonly region: string;
  readonly headers: IncomingMessage['headers'];
}

export type StubAnswer =
  | { readonly output: unknown }
  | { readonly error: string; readonly message?: string; readonly status?: number }
  /** As it is: for the XML of the query protocol. */
  | { readonly body: string; readonly type: string };

/** Operation -> its answer to a call; `undefined` is not expected. */
export type StubAnswers = Readonly<Record<string, (call: StubCall) => StubAnswer | undefined>>;

export interface AwsStub {
  /** Loopback: made-up credentials, no cache, no pacing. */
  readonly url: string;
  /** The same server under an address that is not taken for this machine, as a real endpoint would be. */
  readonly remoteUrl: string;
  readonly calls: readonly StubCall[];
  /** Operations of the calls, in order. */
  operations(): readonly string[];
  /** Closes. @throws Error for calls that nobody expected */
  finish(): Promise<void>;
}

/** An AWS that answers by table, in any order, any number of times; startWireStub is the one with a script. */
export async function startAwsStub(answers: StubAnswers): Promise<AwsStub> {
  const calls: StubCall[] = [];
  const faults: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
      const call = callOf(request, text);
      calls.push(call);
      const answer = answers[call.operation]?.(call);
      if (answer === undefined) faults.push(`unexpected call ${call.operation} ${text}`);
      // 418 is nothing AWS says, so no client retries it.
      const sent = answer ?? { error: 'UnexpectedCall', message: `the stub has no ${call.operation}`, status: 418 };
      if ('body' in sent) {
        response.writeHead(200, { 'content-type': sent.type }).end(sent.body);
        return;
      }
      const isError = 'error' in sent;
      response.writeHead(isError ? (sent.status ?? 400) : 200, {
        'content-type': 'application/x-amz-json-1.1',
        'x-amzn-requestid': 'stub',
        ...(isError ? { 'x-amzn-errortype': sent.error } : {}),
      });
      response.end(JSON.stringify(isError ? { __type: sent.error, message: sent.message } : sent.output));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    remoteUrl: `http://0.0.0.0:${port}`,
    calls,
    operations: () => calls.map(({ operation }) => operation),
    async finish() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
}

function callOf(request: IncomingMessage, text: string): StubCall {
  const { headers, method, url = '' } = request;
  const target = String(headers['x-amz-target'] ?? '').split('.')[1];
  const isForm = String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const input: Record<string, unknown> = isForm
    ? Object.fromEntries(new URLSearchParams(text))
    : text.startsWith('{')
      ? (JSON.parse(text) as Record<string, unknown>)
      : {};
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//u.exec(headers.authorization ?? '');
  return {
    operation: target ?? (isForm ? String(input['Action']) : `${method} ${url.split('?')[0]}`),
    input,
    accessKey: scope?.[1] ?? 'unsigned',
    region: scope?.[2] ?? '',
    headers,
  };
}

/** SSM's answer: the parameter of an account with this value. */
export function parameter(name: string, value: unknown, place: { region: string; accountId: string }): StubAnswer {
  const { region, accountId } = place;
  const document = typeof value === 'string' ? value : JSON.stringify(value);
  const arn = `arn:aws:ssm:${region}:${accountId}:parameter${name}`;
  return { output: { Parameter: { Name: name, Type: 'String', Value: document, Version: 1, ARN: arn } } };
}

/** STS's answer to GetCallerIdentity. */
export function callerIdentity(accountId: string): StubAnswer {
  return {
    type: 'text/xml',
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
      <Arn>arn:aws:iam::${accountId}:user/me</Arn><UserId>ME</UserId><Account>${accountId}</Account>
      </GetCallerIdentityResult></GetCallerIdentityResponse>`,
  };
}
