import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Input = Readonly<Record<string, unknown>>;

/** An error of a service, thrown by an answer. */
export class Refusal extends Error {
  constructor(
    readonly type: string,
    message = type,
  ) {
    super(message);
  }
}

export interface ActionStub {
  readonly url: string;
  /** Actions in the order in which they came. */
  readonly asked: readonly { readonly action: string; readonly input: Input }[];
  /** Closes. @throws Error for calls that nothing answers, and for answers that nobody asked for. */
  finish(): Promise<void>;
}

/**
 * An AWS that answers by action, as often and in whatever order it is asked: for commands that read several services at
 * once. An answer that throws a `Refusal` is the service's error.
 */
export async function startActionStub(
  answers: Readonly<Record<string, (input: Input) => unknown>>,
): Promise<ActionStub> {
  const asked: { action: string; input: Input }[] = [];
  const faults: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const action = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? `${request.method} ${request.url}`;
      const input = (text === '' ? {} : JSON.parse(text)) as Input;
      asked.push({ action, input });
      const send = (status: number, body: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'stub' });
        response.end(JSON.stringify(body));
      };
      const answer = answers[action];
      if (answer === undefined) {
        faults.push(`unexpected call ${action} ${text}`);
        // 418 is nothing AWS says, so no client retries it.
        return send(418, { __type: 'UnexpectedCall', message: `nothing answers ${action} here` });
      }
      try {
        send(200, answer(input));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        send(400, { __type: error.type, message: error.message });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async finish() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const action of Object.keys(answers))
        if (!asked.some((call) => call.action === action)) faults.push(`nobody asked for ${action}`);
      if (faults.length > 0) throw new Error(`the wire saw something else than was expected:\n${faults.join('\n')}`);
    },
  };
}
