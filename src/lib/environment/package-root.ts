import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let root: string | undefined;

/**
 * The folder of the installed package: the nearest one above this file whose package.json is ours. Built functions, the
 * definition and the worker's file are found from here.
 */
export function packageRoot(): string {
  root ??= find(typeof __dirname === 'string' ? __dirname : dirname(process.argv[1] ?? process.cwd()));
  return root;
}

function find(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'orders-cli')
      return folder;
    if (dirname(folder) === folder) throw new Error(`no package.json of orders-cli at or above ${start}`);
  }
}
