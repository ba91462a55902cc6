import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Input = Readonly<Record<string, unknown>>;

/** What an operation answers: the output, or a fault of the service. */
export type Answer = ((input: Input) => object) | { readonly fault: string; readonly message?: string };

export interface AnsweringWire {
  readonly url: string;
  /** Operations, in the order in which they came. */
  readonly asked: readonly string[];
  /** Closes. @throws Error for operations that have no answer */
  finish(): Promise<void>;
}

/**
 * An AWS that has one answer for each operation, however often and in whatever order it is asked; what has none is a fault.
 * It speaks awsJson, STS's query protocol, and as much of Lambda's paths as GetAlias needs.
 */
export async function startAnsweringWire(answers: Readonly<Record<string, Answer>>): Promise<AnsweringWire> {
  const asked: string[] = [];
  const faults: string[] = [];
  const server = createServer((request, response) => void reply(request, response, answers, asked, faults));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async finish() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (faults.length > 0) throw new Error(`the wire was asked for what it does not know:\n${faults.join('\n')}`);
    },
  };
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answers: Readonly<Record<string, Answer>>,
  asked: string[],
  faults: string[],
): Promise<void> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  const { operation, input, query } = read(request, text);
  asked.push(operation);
  const rule = answers[operation];
  const said = typeof rule === 'function' ? rule(input) : rule;
  // A function may answer with a fault, too: this time only.
  const answer = said !== undefined && 'fault' in said ? (said as { fault: string; message?: string }) : () => said;
  if (rule === undefined) {
    faults.push(`${operation} ${text}`);
    return send(response, 418, { __type: 'UnexpectedCall', message: `nothing is said about ${operation}` });
  }
  if (typeof answer !== 'function') {
    if (query)
      return sendXml(
        response,
        403,
        `<ErrorResponse><Error><Code>${answer.fault}</Code><Message>${answer.message ?? ''}</Message></Error></ErrorResponse>`,
      );
    return send(response, 400, { __type: answer.fault, message: answer.message ?? '' });
  }
  const output = answer() ?? {};
  if (!query) return send(response, 200, output);
  const members = Object.entries(output).map(([name, value]) => `<${name}>${String(value)}</${name}>`);
  const result = `<${operation}Response><${operation}Result>${members.join('')}</${operation}Result></${operation}Response>`;
  return sendXml(response, 200, result);
}

function read(request: IncomingMessage, text: string): { operation: string; input: Input; query: boolean } {
  const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
  if (target !== undefined) return { operation: target, input: JSON.parse(text || '{}') as Input, query: false };
  const form = new URLSearchParams(text);
  if (form.has('Action')) return { operation: form.get('Action') ?? '', input: Object.fromEntries(form), query: true };
  const [, name, alias] = /\/functions\/([^/]+)\/aliases\/([^/?]+)/u.exec(request.url ?? '') ?? [];
  if (name !== undefined) return { operation: 'GetAlias', input: { name, alias }, query: false };
  return { operation: `${request.method} ${request.url}`, input: {}, query: false };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'stub' });
  response.end(JSON.stringify(body));
}

function sendXml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'stub' });
  response.end(body);
}
