import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../cli/failure.js';
import {
  decodeText,
  fileFailure,
  MOST_BYTES,
  orderInput,
  tooLarge,
  type ByteSource,
  type OrderInput,
} from '../execution/order-file.js';
import type { OrderFile, OrderFormat } from './order-entries.js';

/** What `--file` holds. `close` removes the copy of what cannot be read twice. */
export type OpenedOrders =
  | { readonly kind: 'one'; readonly order: OrderInput }
  | { readonly kind: 'many'; readonly file: OrderFile; close(): Promise<void> };

/**
 * Looks into a file, or into `stdin` where the path is `-`, and tells one order from many. Bulk work reads its file more
 * than once, so what comes through a pipe is copied into `scratch` first; nobody else may read the copy.
 *
 * @throws Failure (usage) with the one fault of the file, or with every fault of its only order
 */
export async function openOrders(
  path: string,
  attempt: number,
  stdin: ByteSource,
  scratch: string,
): Promise<OpenedOrders> {
  const name = path === '-' ? 'standard input' : path;
  if (path === '-') return sorted({ name, attempt, scratch, source: stdin, file: undefined });
  try {
    const file = await open(path, 'r');
    try {
      const about = await file.stat();
      if (about.isDirectory())
        throw new Failure('usage', `${path} is a folder, not a file`, { suggestions: ['name a file in it'] });
      const source = file.createReadStream({ autoClose: false });
      return await sorted({ name, attempt, scratch, source, file: about.isFile() ? path : undefined });
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailure(path, error);
  }
}

interface Opening {
  readonly name: string;
  readonly attempt: number;
  readonly scratch: string;
  readonly source: ByteSource;
  /** Where it can be read again; `undefined` for a pipe. */
  readonly file: string | undefined;
}

async function sorted({ name, attempt, scratch, source, file }: Opening): Promise<OpenedOrders> {
  const bytes = bytesOf(source);
  const { head, complete } = await readHead(bytes);
  const format = formatOf(head, complete, name);
  if (format === 'one') {
    if (!complete) throw tooLarge(name, head.length);
    return { kind: 'one', order: orderInput(decodeText(head, name), name, attempt) };
  }
  if (file !== undefined) {
    await bytes.return(undefined);
    return { kind: 'many', file: { path: file, name, format }, close: async () => {} };
  }
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const copy = join(scratch, `input-${process.pid}-${randomBytes(4).toString('hex')}`);
  const close = (): Promise<void> => rm(copy, { force: true });
  try {
    await pipeline(Readable.from(chained(head, bytes)), createWriteStream(copy, { mode: 0o600, flags: 'wx' }));
  } catch (error) {
    await close();
    throw error;
  }
  return { kind: 'many', file: { path: copy, name, format }, close };
}

/** As much as one order can have, and a little more. */
async function readHead(bytes: AsyncGenerator<Uint8Array>): Promise<{ head: Buffer; complete: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size <= MOST_BYTES) {
    const next = await bytes.next();
    if (next.done === true) return { head: Buffer.concat(parts), complete: true };
    parts.push(next.value);
    size += next.value.length;
  }
  return { head: Buffer.concat(parts), complete: false };
}

const LINES_LOOKED_AT = 100;

/**
 * A list begins with a bracket. One order may be written over several lines; then no line that begins with a brace in its
 * first column is JSON by itself, as every order of an NDJSON file is.
 */
export function formatOf(head: Uint8Array, complete: boolean, name: string): 'one' | OrderFormat {
  const text = new TextDecoder().decode(head);
  if (/^\s*\[/u.test(text)) return 'list';
  if (complete && isJson(text)) return 'one';
  const lines = text.split('\n', LINES_LOOKED_AT).filter((line) => line.trim() !== '');
  if (lines.length < 2) return complete ? 'one' : /\.(ndjson|jsonl)$/iu.test(name) ? 'lines' : 'one';
  return /\.(ndjson|jsonl)$/iu.test(name) || lines.some((line) => line.startsWith('{') && isJson(line))
    ? 'lines'
    : 'one';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function* bytesOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  for await (const part of source) yield typeof part === 'string' ? Buffer.from(part) : part;
}

async function* chained(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}
