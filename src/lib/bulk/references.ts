import { createReadStream } from 'node:fs';
import { Failure } from '../cli/failure.js';
import { fileFailure, type ByteSource } from '../execution/order-file.js';
import { splitLines } from './split-orders.js';

/** An order id or the ARN of an execution, as somebody wrote it down; or why a line is none. */
export type Reference =
  | { readonly line: number; readonly reference: string; readonly attempt?: number }
  | { readonly line: number; readonly fault: string };

const LONGEST_LINE = 65_536;

/**
 * Ids and ARNs, one a line, from a file or from `stdin` where the path is `-`. A line may be a JSON object with `executionArn` or
 * `orderId`, as `orders start --json` and `orders redrive --json` print. Empty lines and lines that begin with # are left out.
 */
export async function* readReferences(path: string, stdin: ByteSource): AsyncGenerator<Reference> {
  const chunks = bytesOf(path === '-' ? stdin : createReadStream(path));
  try {
    for await (const piece of splitLines(chunks, LONGEST_LINE)) {
      if ('fault' in piece) {
        yield piece;
        continue;
      }
      const text = new TextDecoder().decode(piece.bytes).trim();
      if (!text.startsWith('#')) yield { line: piece.line, ...referenceIn(text) };
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') {
      throw new Failure('usage', `${path} is a folder, not a file`, {
        suggestions: ['name a file in it'],
        cause: error,
      });
    }
    throw fileFailure(path, error);
  }
}

/** What one line says. */
export function referenceIn(text: string): { reference: string; attempt?: number } | { fault: string } {
  if (!text.startsWith('{')) return { reference: text };
  let value: Partial<Record<'executionArn' | 'orderId' | 'attempt', unknown>>;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return { fault: 'it is neither an order id, nor an ARN, nor a JSON object' };
  }
  if (typeof value.executionArn === 'string') return { reference: value.executionArn };
  if (typeof value.orderId !== 'string') return { fault: 'it has neither an "executionArn" nor an "orderId"' };
  const { orderId, attempt } = value;
  return typeof attempt === 'number' ? { reference: orderId, attempt } : { reference: orderId };
}

async function* bytesOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  for await (const part of source) yield typeof part === 'string' ? Buffer.from(part) : part;
}
