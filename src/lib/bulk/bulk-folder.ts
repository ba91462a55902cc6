import { join } from 'node:path';
import { dataFolder } from '../environment/data-folder.js';

/** Where journals are kept: beside the local environment, for they belong to this machine. */
export function bulkFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(dataFolder(env), 'bulk');
}
