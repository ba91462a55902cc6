import type { WireRequest, WireResponse } from '../local/ports.js';

/** As much of the SDK's HttpRequest as is looked at. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/**
 * Stands where the SDK's HTTP handler stands and brings each request to the local environment without a socket: the
 * same bytes that would go to AWS, the same answers.
 */
export class InProcessHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };

  constructor(private readonly answer: (request: WireRequest) => Promise<WireResponse>) {}

  async handle(request: SdkRequest): Promise<{ response: SdkResponse }> {
    const response = await this.answer({
      method: request.method,
      path: request.path,
      query: flat(request.query ?? {}),
      headers: lowerCase(request.headers),
      body: text(request.body),
    });
    return {
      response: {
        statusCode: response.status,
        headers: lowerCase(response.headers),
        body: Buffer.from(response.body, 'utf8'),
      },
    };
  }

  /** The SDK asks every handler for these; there is nothing to configure. */
  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  destroy(): void {}
}

function text(body: unknown): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  // A view on the same bytes: the SDK warns when its body is touched in some other ways, Buffer.from(body) among them.
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  throw new TypeError('the local environment takes texts, no streams');
}

function flat(query: NonNullable<SdkRequest['query']>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value ?? '')]),
  );
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
