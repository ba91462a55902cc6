import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Failure } from '../cli/failure.js';
import { OrderIndex } from './order-index.js';
import { readOrders, type OrderFile } from './order-entries.js';

/** What a file of orders holds, read through once before anything is sent. */
export interface Survey {
  /** All places, faulty ones included. */
  readonly entries: number;
  /** Places with an order that can be sent. */
  readonly orders: number;
  readonly faulty: number;
  /** Orders whose id stood in the file before. */
  readonly duplicates: number;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly digest: string;
  readonly index: OrderIndex;
}

/** @throws Failure (usage) for a file without any order */
export async function surveyOrders(file: OrderFile, attempt: number): Promise<Survey> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file.path)) hash.update(chunk as Uint8Array);
  const index = await OrderIndex.create();
  try {
    let faulty = 0;
    let entries = 0;
    let duplicates = 0;
    for await (const entry of readOrders(file, attempt)) {
      entries += 1;
      if ('fault' in entry) faulty += 1;
      else if (!index.add(entry.order, entry.number, entry.line)) duplicates += 1;
    }
    if (entries === 0) {
      throw new Failure('usage', `${file.name} holds no orders`, {
        suggestions: ['many orders are given one a line, or as a JSON list'],
      });
    }
    return { entries, orders: entries - faulty, faulty, duplicates, digest: hash.digest('hex'), index };
  } catch (error) {
    index.close();
    throw error;
  }
}
