import { isLoopback } from './endpoint.js';
import type { RateLimiter } from './rate-limiter.js';

/** Any client of the SDK. Their stacks differ in the types of their inputs only, which are of no interest here. */
export interface AnyClient {
  readonly middlewareStack: object;
}

type Next = (args: object) => Promise<unknown>;
type Middleware = (next: Next, context: Readonly<Record<string, unknown>>) => Next;

/** The part of the SDK's middleware stack that is used, without its type parameters. */
interface Stack {
  add(middleware: Middleware, options: object): void;
  addRelativeTo(middleware: Middleware, options: object): void;
}

function stackOf(client: AnyClient): Stack {
  return client.middlewareStack as Stack;
}

/**
 * Puts the limiter around what the SDK does for each try. It stands outside of the SDK's own retry middleware, which is
 * told to try once, and outside of the signing, so that every try is signed anew.
 *
 * Quotas hold where the request really goes, endpoints of configuration files included; not on this machine.
 */
export function limitCalls(client: AnyClient, limiter: RateLimiter): void {
  stackOf(client).addRelativeTo(
    (next, context) => async (args) =>
      limiter.call(
        operationOf(context['commandName']),
        { paced: !goesToLoopback(args), signal: abortSignalOf(context) },
        async () => next(args),
      ),
    { name: 'ordersLimit', relation: 'before', toMiddleware: 'retryMiddleware', override: true },
  );
}

/**
 * Errors of a client pass through `change` before anybody sees them, those of its configuration included.
 * @param change gives what to throw in place of the error, or undefined to leave it
 */
export function changeErrors(
  client: AnyClient,
  change: (error: Error, call: { readonly operation: string; readonly input: object }) => Promise<Error | undefined>,
): void {
  stackOf(client).add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        throw (await change(error, { operation: operationOf(context['commandName']), input: inputOf(args) })) ?? error;
      }
    },
    { name: 'ordersErrors', step: 'initialize', priority: 'high', override: true },
  );
}

function inputOf(args: object): object {
  return 'input' in args && typeof args.input === 'object' && args.input !== null ? args.input : {};
}

/** `DescribeExecutionCommand` -> `DescribeExecution` */
function operationOf(commandName: unknown): string {
  return typeof commandName === 'string' ? commandName.replace(/Command$/u, '') : 'unknown';
}

function goesToLoopback(args: object): boolean {
  const request = 'request' in args ? args.request : undefined;
  if (typeof request !== 'object' || request === null || !('hostname' in request)) return false;
  return isLoopback(`http://${String(request.hostname)}`);
}

function abortSignalOf(context: object): AbortSignal | undefined {
  const smithy = '__smithy_context' in context ? context.__smithy_context : undefined;
  const signal =
    typeof smithy === 'object' && smithy !== null && 'abortSignal' in smithy ? smithy.abortSignal : undefined;
  return signal instanceof AbortSignal ? signal : undefined;
}
