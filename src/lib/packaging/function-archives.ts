import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../cli/failure.js';
import { archive } from './archive.js';
import { importedModules } from './imported-modules.js';

export interface FunctionArchive {
  readonly function: string;
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  /** Hexadecimal SHA-256 of the file. */
  readonly sha256: string;
}

export interface ArchiveWish {
  /** dist/functions of the installed package. */
  readonly bundles: string;
  readonly functions: readonly string[];
  /** Made if it is not there; zips of functions that are none any more are removed. */
  readonly into: string;
}

/** One zip a function, `<function>.zip`, with all that it needs to run alone: its handler is `index.handler`. */
export async function writeFunctionArchives(wish: ArchiveWish): Promise<FunctionArchive[]> {
  await mkdir(wish.into, { recursive: true });
  const written: FunctionArchive[] = [];
  for (const name of wish.functions) {
    const contents = archive(await functionFiles(wish.bundles, name));
    const file = join(wish.into, `${name}.zip`);
    await writeFile(file, contents);
    const sha256 = createHash('sha256').update(contents).digest('hex');
    written.push({ function: name, file, bytes: contents.length, sha256 });
  }
  const kept = new Set(written.map(({ file }) => file));
  for (const name of await readdir(wish.into)) {
    if (name.endsWith('.zip') && !kept.has(join(wish.into, name))) await rm(join(wish.into, name));
  }
  return written;
}

/**
 *     index.mjs               what Lambda looks for
 *     <function>/index.mjs    the bundle, as it was built
 *     chunks/*.mjs            what it shares with other functions, as far as it needs it
 */
async function functionFiles(bundles: string, name: string): Promise<Map<string, Uint8Array>> {
  const entry = `${name}/index.mjs`;
  const modules = await importedModules(bundles, entry).catch((error: unknown) => {
    throw new Failure('bug', `function ${name} cannot be packed: ${(error as Error).message}`, {
      suggestions: ['npm run build bundles the functions; an installed package has them', 'install orders again'],
      cause: error,
    });
  });
  return new Map([['index.mjs', Buffer.from(`export { handler } from './${entry}';\n`)], ...modules]);
}
