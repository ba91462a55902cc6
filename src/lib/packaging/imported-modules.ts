import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** How bundled modules name each other: `from"../chunks/a.mjs"`, `import"./b.mjs"`, `import("./c.mjs")`. */
const IMPORT = /\b(?:from|import)\s*\(?\s*(["'])(\.{1,2}\/[^"'\n]+\.mjs)\1/gu;

/**
 * Every module that `entry` can come to load, itself first and the others sorted: relative to `folder`, with slashes.
 * @throws Error with ENOENT when a module names one that is not there
 */
export async function importedModules(folder: string, entry: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const waiting = [entry];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (found.has(module)) continue;
    const contents = await readFile(join(folder, module));
    found.set(module, contents);
    for (const [, , specifier = ''] of contents.toString('utf8').matchAll(IMPORT)) {
      waiting.push(posix.join(posix.dirname(module), specifier));
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
