import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { Failure } from '../cli/failure.js';

/** One line of a journal; what it says is its owner's business. */
export type Entry = Readonly<Record<string, unknown>>;

const LINE = /^(?<sum>[0-9a-f]{8}) (?<json>\{.*\})$/;
const NEWLINE = 0x0a;

/**
 * A file of what was meant to be done and what was done, so that bulk work goes on after any crash.
 *
 *     5d3c1f0e {"intent":3,"token":"..."}        one entry a line: CRC-32 of the JSON text, the JSON text
 *     91ab7702 {"result":3,"verdict":"redriven"}
 *     77                                         torn: the process died while writing; cut off at the next opening
 *
 * After a write that failed nothing more is written: what came behind a torn line would look like damage.
 * `append` resolves when the entry is on the disk. Entries that come while the disk is busy share its next flush.
 */
export class Journal {
  private waiting: { line: string; done: () => void; failed: (error: unknown) => void }[] = [];
  private writing: Promise<void> | undefined;
  private broken: { readonly error: unknown } | undefined;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /**
   * Opens a journal, reads what stands in it, and cuts off a torn last line.
   *
   * @param onEntry is given every entry, oldest first
   * @throws Failure (localStore) for a journal that is damaged before its end, or cannot be written
   */
  static async open(path: string, onEntry: (entry: Entry) => void): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
    try {
      const sound = await readEntries(file, path, onEntry);
      await file.truncate(sound);
      return new Journal(path, file);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  append(entry: Entry): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.waiting.push({ line: formatEntry(entry), done: resolve, failed: reject });
    });
    this.writing ??= this.write();
    return done;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.file.close();
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        if (this.broken !== undefined) throw this.broken.error;
        await this.file.appendFile(group.map(({ line }) => line).join(''));
        await this.file.datasync();
        for (const { done } of group) done();
      } catch (error) {
        this.broken ??= { error };
        for (const { failed } of group) failed(error);
      }
    }
    this.writing = undefined;
  }
}

export function formatEntry(entry: Entry): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

/** @returns undefined when the line is not what was written. */
export function parseEntry(line: string): Entry | undefined {
  const groups = LINE.exec(line)?.groups;
  if (groups?.json === undefined || groups.sum !== checksum(groups.json)) return undefined;
  return JSON.parse(groups.json) as Entry;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** Reads a journal that nobody has to go on with. @throws Failure (localStore) when it is damaged */
export async function readJournal(path: string, onEntry: (entry: Entry) => void): Promise<void> {
  const file = await open(path, 'r');
  try {
    await readEntries(file, path, onEntry);
  } finally {
    await file.close();
  }
}

/** @returns the length of the sound part, in bytes. */
async function readEntries(file: FileHandle, path: string, onEntry: (entry: Entry) => void): Promise<number> {
  let sound = 0;
  let number = 0;
  let bad: number | undefined;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      number += 1;
      // A bad line with another one behind it was not torn by a crash.
      if (bad !== undefined) throw damaged(path, bad);
      const entry = parseEntry(bytes.toString('utf8', start, end));
      if (entry === undefined) {
        bad = number;
      } else {
        sound += end + 1 - start;
        onEntry(entry);
      }
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (bad !== undefined && rest.length > 0) throw damaged(path, bad);
  return sound;
}

function damaged(path: string, line: number): Failure {
  return new Failure('localStore', `the journal ${path} is damaged in line ${line}`, {
    suggestions: [
      'nothing was done; orders list and orders status show what became of the executions it speaks of',
      'move the file away to begin anew',
    ],
  });
}
