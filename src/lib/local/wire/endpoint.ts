import { Failure } from '../../cli/failure.js';
import type { LocalSources, WireRequest, WireResponse, WireService } from '../ports.js';

/** A service and the requests it may be asked about; `service` loads it at the first of them. */
export interface Route {
  readonly matches: (request: WireRequest) => boolean;
  readonly service: () => WireService | Promise<WireService>;
}

/** Requests of a JSON protocol, by what stands before the dot in `X-Amz-Target`. */
export function byTarget(target: string): Route['matches'] {
  return (request) => request.headers['x-amz-target']?.startsWith(`${target}.`) === true;
}

/** Requests of a REST service, or of the fake Stripe. */
export function byPath(prefix: string): Route['matches'] {
  return (request) => request.path.startsWith(prefix);
}

/** Requests of a query protocol (`Action=Publish`); the service stands in the signature's scope, if there is a signature. */
export function byScope(service: string): Route['matches'] {
  return (request) => {
    if (request.headers['x-amz-target'] !== undefined) return false;
    const scope = /Credential=[^/]+\/\d+\/[^/]*\/([^/]+)\//.exec(request.headers['authorization'] ?? '')?.[1];
    return scope === undefined ? actionOf(request) !== undefined : scope === service;
  };
}

/** The `Action` of a query-protocol request, which comes in the body or the URL. */
export function actionOf(request: WireRequest): string | undefined {
  return request.query['Action'] ?? new URLSearchParams(request.body.slice(0, 65_536)).get('Action') ?? undefined;
}

/** One address for all services, as `AWS_ENDPOINT_URL` wants it. */
export class Endpoint {
  private readonly loaded = new Map<Route, Promise<WireService>>();

  constructor(
    private readonly routes: readonly Route[],
    private readonly sources: Pick<LocalSources, 'uuid'>,
    /** Turns what the store throws into the one Failure that says so. */
    private readonly translate: (error: unknown) => unknown = (error) => error,
  ) {}

  /**
   * Never rejects for what a request asks; an unforeseen error is an answer of status 500, as AWS has them.
   * @throws Failure (localStore) when the store or the disk is the trouble.
   */
  async handle(request: WireRequest): Promise<WireResponse> {
    try {
      for (const route of this.routes) {
        if (!route.matches(request)) continue;
        const answer = (await this.load(route))(request);
        if (answer !== undefined) return await answer;
      }
      const action = actionOf(request);
      if (action !== undefined) return this.queryError(action);
      const asked = request.headers['x-amz-target'] ?? `${request.method} ${request.path}`;
      return this.error(400, 'UnknownOperationException', `The local environment does not offer ${asked}.`);
    } catch (error) {
      const translated = this.translate(error);
      if (translated instanceof Failure) throw translated;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return this.error(500, 'InternalFailure', `The local environment failed: ${text}`);
    }
  }

  private load(route: Route): Promise<WireService> {
    let service = this.loaded.get(route);
    if (service === undefined) {
      service = Promise.resolve(route.service());
      this.loaded.set(route, service);
    }
    return service;
  }

  /** A query protocol's clients read XML; old SQS clients are among them, for whom only the JSON protocol is offered. */
  private queryError(action: string): WireResponse {
    const requestId = this.sources.uuid();
    const name = action.replace(/[^A-Za-z0-9]/g, '');
    const message = `The local environment does not offer the operation ${name} over the query protocol.`;
    const error = `<Error><Type>Sender</Type><Code>InvalidAction</Code><Message>${message}</Message></Error>`;
    const body = `<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status: 400, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
  }

  private error(status: number, name: string, message: string): WireResponse {
    return {
      status,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amzn-requestid': this.sources.uuid(),
        'x-amzn-errortype': name,
      },
      body: JSON.stringify({ __type: name, message }),
    };
  }
}
