import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatEntry, Journal, parseEntry, type Entry } from '../../src/lib/bulk/journal.js';
import { lockJournal } from '../../src/lib/bulk/journal-lock.js';
import { StartJournal } from '../../src/lib/bulk/start-journal.js';
import { temporaryFolder } from '../support/run-orders.js';

const folder = temporaryFolder();
let files = 0;
const fresh = (): string => join(folder, `j${(files += 1)}.journal`);

async function entriesOf(path: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  const journal = await Journal.open(path, (entry) => entries.push(entry));
  await journal.close();
  return entries;
}

describe('Journal', () => {
  it('gives back what was written, in order, entries of one moment together', async () => {
    const path = fresh();
    const journal = await Journal.open(path, () => {});
    await Promise.all([1, 2, 3].map((n) => journal.append({ n })));
    await journal.append({ text: 'line\nbreak é' });
    await journal.close();
    expect(await entriesOf(path)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { text: 'line\nbreak é' }]);
  });

  it('is whole after a crash at any byte', async () => {
    const path = fresh();
    const entries = [{ intent: 1, token: 'é' }, { result: 1 }, { intent: 2 }];
    const whole = entries.map(formatEntry).join('');
    for (let length = 0; length <= Buffer.byteLength(whole); length += 1) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      const kept = entries.filter(
        (_, index) =>
          Buffer.byteLength(
            entries
              .slice(0, index + 1)
              .map(formatEntry)
              .join(''),
          ) <= length,
      );
      const journal = await Journal.open(path, () => {});
      await journal.append({ after: length });
      await journal.close();
      expect(await entriesOf(path)).toEqual([...kept, { after: length }]);
    }
  });

  it.each(['garbage\n', '00000000 {"n":2}\n', `${formatEntry({ n: 2 }).slice(0, -3)}\n`])(
    'does not believe %j before other lines',
    async (bad) => {
      const path = fresh();
      writeFileSync(path, formatEntry({ n: 1 }) + bad + formatEntry({ n: 3 }));
      const before = readFileSync(path, 'utf8');
      await expect(entriesOf(path)).rejects.toMatchObject({
        exit: 'localStore',
        message: `the journal ${path} is damaged in line 2`,
      });
      expect(readFileSync(path, 'utf8')).toBe(before);
    },
  );

  it('writes nothing more after a write that failed', async () => {
    const path = fresh();
    const journal = await Journal.open(path, () => {});
    await journal.append({ n: 1 });
    const disk = journal as unknown as { file: { appendFile(text: string): Promise<void> } };
    const whole = disk.file.appendFile.bind(disk.file);
    disk.file.appendFile = async (text) => {
      await whole(text.slice(0, 5));
      disk.file.appendFile = whole;
      throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    };
    await expect(journal.append({ n: 2 })).rejects.toThrow('no room');
    await expect(journal.append({ n: 3 })).rejects.toThrow('no room');
    await journal.close();
    expect(await entriesOf(path)).toEqual([{ n: 1 }]);
  });

  it('takes a bad last line for a torn one', async () => {
    const path = fresh();
    writeFileSync(path, formatEntry({ n: 1 }));
    appendFileSync(path, '00000000 {"n":2}\n');
    expect(await entriesOf(path)).toEqual([{ n: 1 }]);
  });

  it('knows a line by its sum', () => {
    expect(parseEntry(formatEntry({ a: 1 }).trim())).toEqual({ a: 1 });
    expect(parseEntry('')).toBeUndefined();
    expect(parseEntry(formatEntry({ a: 1 }).trim().replace('1}', '2}'))).toBeUndefined();
  });
});

describe('lockJournal', () => {
  it('lets one at a time', async () => {
    const path = fresh();
    const unlock = await lockJournal(path);
    await expect(lockJournal(path)).rejects.toMatchObject({ exit: 'conflict' });
    unlock();
    (await lockJournal(path))();
  });
});

describe('StartJournal', () => {
  const target = { stateMachineArn: 'arn', attempt: 1, digest: 'd' };

  it('knows what an interrupted run has done', async () => {
    const own = join(folder, 'start');
    const first = await StartJournal.open(own, target);
    await first.noteSent(1, 'order-1', 'started');
    await first.noteSent(2, 'order-2', 'running');
    await first.noteEnd(1, 'failed');
    await first.close(false);
    const second = await StartJournal.open(own, target);
    expect([1, 2, 3].map((n) => [second.isSent(n), second.isEnded(n), second.wasRunning(n)])).toEqual([
      [true, true, false],
      [true, false, true],
      [false, false, false],
    ]);
    expect(second.sentBefore).toBe(2);
    expect(second.lastName).toBe('order-2');
    expect(second.before.counted).toEqual({ failed: 1 });
    await second.close(true);
    const third = await StartJournal.open(own, target);
    expect(third.isSent(1)).toBe(false);
    await third.noteSent(1, 'order-1', 'started', 'arn:express');
    await third.noteSent(2, 'order-2', 'started', 'arn:other');
    await third.noteEnd(2, 'done');
    await third.close(false);
    // No name leads to an Express execution.
    const fourth = await StartJournal.open(own, target);
    expect([fourth.lastName, fourth.expressArnOf(1), fourth.expressArnOf(2)]).toEqual([
      undefined,
      'arn:express',
      undefined,
    ]);
    await fourth.close(true);
    rmSync(own, { recursive: true });
  });
});
