import { join, resolve } from 'node:path';

/** The project as it was built last. */
export const ROOT = resolve(import.meta.dirname, '../..');
export const BIN = join(ROOT, 'bin', 'run.js');
export const ORDER = join(ROOT, 'workflows', 'order-processing', 'examples', 'order.json');
