import { setTimeout as delay } from 'node:timers/promises';
import type { LocalSources, WireRequest, WireResponse, WireService } from '../ports.js';
import { inTransaction, type Database } from '../store/database.js';
import { decodeForm, formOfQuery } from './form-body.js';
import { fingerprintOf, IdempotencyCache, idempotencyKeyOf, type StripeAnswer } from './idempotency.js';
import { idMaker, operations } from './operations.js';
import {
  clearFaults,
  openFaults,
  orderFault,
  parseFaultOrder,
  takeFault,
  type OrderedFault,
} from './ordered-faults.js';
import { Parameters } from './parameters.js';
import { findRoute } from './routes.js';
import { StripeRefusal, type StripeErrorBody } from './stripe-refusal.js';
import { StripeStore } from './stripe-store.js';

/** The status of an answer that is none: whoever serves the request breaks the connection instead. */
export const CONNECTION_RESET = 0;

const PREFIX = '/stripe';

export interface StripeFakeOptions {
  /** Keys it knows; when absent, every `sk_test_...` and `rk_test_...` key. */
  readonly apiKeys?: readonly string[];
  /** How an ordered delay passes. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/**
 * A FAKE of Stripe's API under /stripe: what it models, and what not, is written in SPECIFICATION.md beside this file. Its objects
 * live in the shared database, so that every process sees the same payments.
 */
export function createStripeFake(
  database: Database.Database,
  sources: LocalSources,
  options: StripeFakeOptions = {},
): WireService {
  const fake = new StripeFake(database, sources, options);
  return (request) => (request.path.startsWith(`${PREFIX}/`) ? fake.handle(request) : undefined);
}

class StripeFake {
  readonly #database: Database.Database;
  readonly #sources: LocalSources;
  readonly #apiKeys: readonly string[] | undefined;
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  readonly #store: StripeStore;
  readonly #idempotency: IdempotencyCache;
  readonly #newId: (prefix: string) => string;

  constructor(database: Database.Database, sources: LocalSources, options: StripeFakeOptions) {
    this.#database = database;
    this.#sources = sources;
    this.#apiKeys = options.apiKeys;
    this.#wait = options.wait ?? ((milliseconds) => delay(milliseconds));
    this.#store = new StripeStore(database);
    this.#idempotency = new IdempotencyCache(database);
    this.#newId = idMaker(sources);
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    const path = request.path.slice(PREFIX.length);
    if (path === '/_faults') return this.#control(request);
    const requestId = this.#newId('req');
    try {
      this.#authenticate(request);
      const route = findRoute(request.method, path);
      if (route === undefined) {
        const message = `Unrecognized request URL (${request.method}: ${path}). The fake of Stripe does not offer it.`;
        throw new StripeRefusal(404, { type: 'invalid_request_error', message });
      }
      return await this.#perform(request, { ...route, path, requestId });
    } catch (error) {
      if (error instanceof StripeRefusal) return response({ ...refusalAnswer(error), requestId });
      throw error;
    }
  }

  async #perform(request: WireRequest, call: Call): Promise<WireResponse> {
    const key = idempotencyKeyOf(request);
    if (key !== undefined) this.#idempotency.begin(key);
    try {
      const fault = inTransaction(this.#database, () => takeFault(this.#database, call.operation));
      if (fault?.when === 'before') {
        const struck = await this.#strike(fault, call, key, request);
        if (struck !== undefined) return struck;
      }
      const answer = inTransaction(this.#database, () => this.#answer(request, call, key, fault));
      if (fault?.when !== 'after') return answer;
      await this.#wait(fault.delayMs ?? 0);
      return fault.answer === 'reset' ? reset() : answer;
    } finally {
      if (key !== undefined) this.#idempotency.end(key);
    }
  }

  /** A fault that comes before anything is done; `undefined` when it was only a delay. */
  async #strike(
    fault: OrderedFault,
    call: Call,
    key: string | undefined,
    request: WireRequest,
  ): Promise<WireResponse | undefined> {
    await this.#wait(fault.delayMs ?? 0);
    if (fault.answer === undefined) return undefined;
    if (fault.answer === 'reset') return reset();
    const answer = faultAnswer(fault.answer, call.requestId);
    // Stripe remembers what it answered once it had begun; a rate limit turns requests away before that.
    if (key !== undefined && fault.answer >= 500) {
      inTransaction(this.#database, () => this.#remember(key, call, request, answer));
    }
    return response(answer);
  }

  #answer(request: WireRequest, call: Call, key: string | undefined, fault: OrderedFault | undefined): WireResponse {
    const now = this.#sources.now();
    if (key !== undefined) {
      const known = this.#idempotency.remembered(key, fingerprintOf(call.path, request.body), now);
      if (known !== undefined)
        return response(known, { 'idempotent-replayed': 'true', 'original-request': known.requestId });
    }
    const { answer, remembered } = this.#execute(request, call, Math.floor(now / 1000));
    const lost = fault?.when === 'after' && typeof fault.answer === 'number';
    const given = lost ? faultAnswer(fault.answer, call.requestId) : answer;
    if (key !== undefined && remembered) this.#remember(key, call, request, given);
    return response(given);
  }

  #execute(request: WireRequest, call: Call, now: number): { answer: StripeAnswer; remembered: boolean } {
    const { requestId } = call;
    const form = request.method === 'POST' ? decodeForm(request.body) : formOfQuery(request.query);
    const context = { store: this.#store, parameters: new Parameters(form), id: call.id, now, newId: this.#newId };
    try {
      const outcome = operations[call.operation]?.(context);
      if (outcome === undefined) throw new Error(`no operation is named ${call.operation}`);
      if (outcome.kind === 'object')
        return { answer: { status: 200, body: JSON.stringify(outcome.object), requestId }, remembered: true };
      return { answer: { status: 402, body: errorBody(outcome.error), requestId }, remembered: true };
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      return { answer: { ...refusalAnswer(error), requestId }, remembered: error.remembered };
    }
  }

  #remember(key: string, call: Call, request: WireRequest, answer: StripeAnswer): void {
    this.#idempotency.remember(key, fingerprintOf(call.path, request.body), answer, this.#sources.now());
  }

  #authenticate(request: WireRequest): void {
    const key = apiKeyOf(request.headers['authorization'] ?? '');
    if (key === undefined) {
      const message =
        'You did not provide an API key. Provide it in the Authorization header, using Bearer auth or as the user of Basic auth.';
      throw new StripeRefusal(401, { type: 'invalid_request_error', message });
    }
    const known = this.#apiKeys === undefined ? /^(sk|rk)_test_\w+$/.test(key) : this.#apiKeys.includes(key);
    if (known) return;
    const message = `Invalid API Key provided: ${key.slice(0, 8)}****`;
    throw new StripeRefusal(401, { type: 'invalid_request_error', message });
  }

  /** GET lists the ordered faults, POST orders one, DELETE takes all back. */
  #control(request: WireRequest): WireResponse {
    const json = (status: number, body: object): WireResponse => ({
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (request.method === 'POST') {
      try {
        const order = parseFaultOrder(request.body);
        inTransaction(this.#database, () => orderFault(this.#database, order));
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
        return json(400, { error: { message: `not a fault: ${error.message}` } });
      }
    } else if (request.method === 'DELETE') {
      inTransaction(this.#database, () => clearFaults(this.#database));
    }
    return json(200, { faults: openFaults(this.#database) });
  }
}

interface Call {
  readonly operation: string;
  readonly id: string;
  readonly path: string;
  readonly requestId: string;
}

function apiKeyOf(authorization: string): string | undefined {
  const [scheme = '', credentials = ''] = authorization.split(' ', 2);
  const key =
    scheme.toLowerCase() === 'basic' ? Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] : credentials;
  return key === undefined || key === '' ? undefined : key;
}

function refusalAnswer(refusal: StripeRefusal): { status: number; body: string } {
  return { status: refusal.status, body: errorBody(refusal.body) };
}

function faultAnswer(status: number, requestId: string): StripeAnswer {
  const error: StripeErrorBody =
    status === 429
      ? { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded. (ordered fault)' }
      : { type: 'api_error', message: 'An unknown error occurred. (ordered fault)' };
  return { status, body: errorBody(error), requestId };
}

function errorBody(error: StripeErrorBody): string {
  return JSON.stringify({ error });
}

function response(answer: StripeAnswer, headers: Record<string, string> = {}): WireResponse {
  return {
    status: answer.status,
    headers: { 'content-type': 'application/json', 'request-id': answer.requestId, ...headers },
    body: answer.body,
  };
}

function reset(): WireResponse {
  return { status: CONNECTION_RESET, headers: {}, body: '' };
}
