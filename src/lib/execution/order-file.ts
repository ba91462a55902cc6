import { open } from 'node:fs/promises';
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
const MOST_BYTES = 16 * MAX_INPUT_BYTES;

/** Where `-` reads from. */
export type ByteSource = AsyncIterable<Uint8Array | string>;

/**
 * Reads one order from a file, or from `stdin` where the path is `-`.
 *
 * @throws Failure (usage) with the one fault of the file, or with every fault of the order.
 */
export async function readOrder(path: string, attempt: number, stdin: ByteSource): Promise<OrderInput> {
  const source = path === '-' ? 'standard input' : path;
  const bytes = path === '-' ? await collect(stdin, source) : await readFileBytes(path);
  return orderInput(decode(bytes, source), source, attempt);
}

/** @param source names the text in messages. @throws Failure (usage) */
export function orderInput(text: string, source: string, attempt: number): OrderInput {
  const value = parseJson(text, source);
  if (Array.isArray(value)) {
    throw new Failure('usage', `${source} holds a list of ${value.length}, and one order is started at a time`, {
      suggestions: ['give each order a file of its own: one JSON object'],
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
    return new Failure(
      'usage',
      `${source} holds more than one JSON value (line ${fault.line}), and one order is started at a time`,
      {
        suggestions: ['give each order a file of its own: one JSON object'],
        cause,
      },
    );
  }
  const place = fault ? `line ${fault.line}, column ${fault.column}: ${fault.problem}` : 'it cannot be read';
  return new Failure('usage', `${source} is not JSON: ${place}`, { cause });
}

function decode(bytes: Uint8Array, source: string): string {
  try {
    // Drops a byte order mark, which editors on Windows put in front.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Failure('usage', `${source} is not UTF-8 text`, { cause: error });
  }
}

async function readFileBytes(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const about = await file.stat();
      if (about.isDirectory()) throw new Failure('usage', `${path} is a folder, not a file`);
      if (about.size > MOST_BYTES) throw tooLarge(path, about.size);
      // Not by its size: a pipe or a device has none.
      return await collect(file.createReadStream({ autoClose: false }), path);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailure(path, error);
  }
}

function fileFailure(path: string, error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return new Failure('usage', `there is no file ${path}`, {
      suggestions: ['- reads the order from standard input'],
      cause: error,
    });
  }
  const reason = error.code === 'EACCES' || error.code === 'EPERM' ? 'permission denied' : error.message;
  return new Failure('usage', `cannot read ${path}: ${reason}`, { cause: error });
}

async function collect(source: ByteSource, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    size += bytes.length;
    if (size > MOST_BYTES) throw tooLarge(name, size);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

function tooLarge(name: string, bytes: number): Failure {
  return new Failure('usage', `${name} has ${bytes} bytes or more, an order at most ${MAX_INPUT_BYTES}`);
}
