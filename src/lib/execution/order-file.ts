import { parseOrder } from '../../../workflows/order-processing/domain/parse-order.js';
import { Failure } from '../cli/failure.js';
import { canonicalInput, MAX_INPUT_BYTES } from './canonical-input.js';
import { assertOrderId } from './execution-name.js';
import { findJsonFault } from './json-fault.js';

/** An order as it will be sent. */
export interface OrderInput {
  readonly orderId: string;
  readonly attempt: number;
  /** Canonical JSON of the order; from the second attempt on with `attempt` beside the order's own fields. */
  readonly input: string;
}

/** White space may double an order, nothing makes it sixteen times as large: bytes read at most. */
export const MOST_BYTES = 16 * MAX_INPUT_BYTES;

/** Where `-` reads from. */
export type ByteSource = AsyncIterable<Uint8Array | string>;

/** @param source names the text in messages. @throws Failure (usage) */
export function orderInput(text: string, source: string, attempt: number): OrderInput {
  const value = parseJson(text, source);
  if (Array.isArray(value)) {
    throw new Failure('usage', `${source} is a list of ${value.length}, not an order`, {
      suggestions: ['an order is one JSON object'],
    });
  }
  const parsed = parseOrder(value);
  if (!parsed.ok) {
    // The order of these two matters: a document that is far too large would list its faults for pages.
    canonicalInput(value);
    const faults = parsed.faults.map(({ path, message }) => `${path} ${message}`);
    throw new Failure('usage', faultText(source, faults), {
      suggestions: ['nothing was sent; correct the order and start it again'],
    });
  }
  const { order } = parsed;
  assertOrderId(order.orderId);
  return { orderId: order.orderId, attempt, input: canonicalInput(attempt === 1 ? order : { ...order, attempt }) };
}

function faultText(source: string, faults: readonly string[]): string {
  const [only] = faults;
  if (faults.length === 1) return `${source} is not a valid order: ${only ?? ''}`;
  return [
    `${source} is not a valid order, it has ${faults.length} faults:`,
    ...faults.map((fault) => `  ${fault}`),
  ].join('\n');
}

function parseJson(text: string, source: string): unknown {
  if (text.trim() === '')
    throw new Failure('usage', `${source} is empty`, { suggestions: ['an order is one JSON object'] });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw notJson(text, source, error);
  }
}

function notJson(text: string, source: string, cause: unknown): Failure {
  const fault = findJsonFault(text);
  if (fault?.problem.startsWith('more text') === true && /[{[]/.test(text[fault.offset] ?? '')) {
    return new Failure('usage', `${source} holds more than one JSON value (line ${fault.line}), and not one a line`, {
      suggestions: ['many orders are given one a line, or as a JSON list: jq -c . FILE writes one a line'],
      cause,
    });
  }
  const place = fault ? `line ${fault.line}, column ${fault.column}: ${fault.problem}` : 'it cannot be read';
  return new Failure('usage', `${source} is not JSON: ${place}`, {
    suggestions: ['nothing was sent; correct it there and run the same command again'],
    cause,
  });
}

/** @throws Failure (usage) for what is not UTF-8 */
export function decodeText(bytes: Uint8Array, source: string): string {
  try {
    // Drops a byte order mark, which editors on Windows put in front.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Failure('usage', `${source} is not UTF-8 text`, {
      suggestions: ['save it as UTF-8: iconv -f latin1 -t utf-8 FILE writes one that came as Latin-1'],
      cause: error,
    });
  }
}

/** An error of the file system as what a user should see; other errors as they are. */
export function fileFailure(path: string, error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return new Failure('usage', `there is no file ${path}`, {
      suggestions: ['- reads the order from standard input'],
      cause: error,
    });
  }
  const reason = error.code === 'EACCES' || error.code === 'EPERM' ? 'permission denied' : error.message;
  return new Failure('usage', `cannot read ${path}: ${reason}`, {
    suggestions: ['give a file that this user may read, or - for standard input'],
    cause: error,
  });
}

export function tooLarge(name: string, bytes: number): Failure {
  return new Failure('usage', `${name} has ${bytes} bytes or more, an order at most ${MAX_INPUT_BYTES}`, {
    suggestions: ['an order is what Step Functions takes as input; many orders go into one file one a line (NDJSON)'],
  });
}
