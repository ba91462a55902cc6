import { zipSync, type Zippable } from 'fflate';

/** Read for all, write for the owner: Lambda runs the code as another user than the one who packed it. */
const MODE = 0o100644;
const UNIX = 3;

/**
 * A zip whose bytes follow from names and contents alone: sorted, one time for all files, one mode, and a compression
 * that is written in JavaScript, so that another zlib in another Node changes nothing.
 */
export function archive(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // Zip knows local time only, so the local noon of the format's first day is the same number everywhere.
  const mtime = new Date(1980, 0, 1, 12);
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort()) {
    entries[name] = [files.get(name) ?? new Uint8Array(), { mtime, attrs: MODE << 16, os: UNIX, level: 9 }];
  }
  return zipSync(entries);
}
