import { createReadStream } from 'node:fs';
import { Failure } from '../cli/failure.js';
import { MAX_INPUT_BYTES } from '../execution/canonical-input.js';
import { orderInput, type OrderInput } from '../execution/order-file.js';
import { splitLines, splitList, type Piece } from './split-orders.js';

/** How many orders stand in one file: one order a line, or as a JSON list. */
export type OrderFormat = 'lines' | 'list';

/** A file of many orders that can be read again and again. */
export interface OrderFile {
  readonly path: string;
  /** As the user named it, for messages. */
  readonly name: string;
  readonly format: OrderFormat;
}

/** One place of the file: an order, or why there is none. */
export type OrderEntry = {
  /** Counted from 1, faulty ones included: the same in every reading of the same file. */
  readonly number: number;
  /** Where it begins, from 1. */
  readonly line: number;
} & ({ readonly order: OrderInput } | { readonly fault: string });

/** White space may double an order, nothing makes it sixteen times as large. */
const LONGEST = 16 * MAX_INPUT_BYTES;

/** Reads the file piece by piece; holds one order at a time. */
export async function* readOrders(file: OrderFile, attempt: number): AsyncGenerator<OrderEntry> {
  const chunks = createReadStream(file.path) as AsyncIterable<Uint8Array>;
  const pieces = file.format === 'lines' ? splitLines(chunks, LONGEST) : splitList(chunks, LONGEST);
  let number = 0;
  for await (const piece of pieces) {
    number += 1;
    yield { number, line: piece.line, ...entryOf(piece, attempt) };
  }
}

function entryOf(piece: Piece, attempt: number): { order: OrderInput } | { fault: string } {
  if ('fault' in piece) return { fault: piece.fault };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(piece.bytes);
    return { order: orderInput(text.trim(), 'it', attempt) };
  } catch (error) {
    if (error instanceof Failure) return { fault: faultOf(error.message, piece.line) };
    if (error instanceof TypeError) return { fault: 'it is not UTF-8 text' };
    throw error;
  }
}

/** One sentence on one line, with lines counted in the file. */
function faultOf(message: string, firstLine: number): string {
  return message
    .replace(/\bline (\d+)\b/u, (_, line: string) => `line ${firstLine + Number(line) - 1}`)
    .replace(/:\n\s+/u, ': ')
    .replace(/\n\s+/gu, '; ');
}
