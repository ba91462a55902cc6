import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/run-orders.js';

/** Example orders, and how each has to end however often it is interrupted. */
export const KINDS = [
  { example: 'order.json', status: 'SUCCEEDED' },
  { example: 'declined.json', status: 'FAILED', error: 'PaymentDeclinedError' },
  { example: 'out-of-stock.json', status: 'FAILED', error: 'OutOfStockError' },
  { example: 'forty-items.json', status: 'SUCCEEDED' },
] as const;

export type Kind = (typeof KINDS)[number];

/** Writes an example under another order id. @returns the file. */
export function orderFile(example: string, orderId: string, folder: string): string {
  const path = join(ROOT, 'workflows/order-processing/examples', example);
  const order = JSON.parse(readFileSync(path, 'utf8')) as object;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${orderId}.json`);
  writeFileSync(file, JSON.stringify({ ...order, orderId }));
  return file;
}
