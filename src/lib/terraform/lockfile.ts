import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../cli/failure.js';

/** Held while a process works in a folder. */
export interface FolderLock {
  /** A process that has to be gone, too, before the folder is free. */
  alsoHeldBy(pid: number): void;
  release(): void;
}

/**
 * One process at a time in a work folder. A lock whose processes are gone is taken over: neither the orders that was
 * killed nor the Terraform that it had started is at work then.
 *
 * @param isAlive whether a process is
 * @throws Failure (conflict) while somebody else holds it
 */
export function lockFolder(file: string, what: string, isAlive: (pid: number) => boolean = alive): FolderLock {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify([process.pid]), { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holders(file).find(isAlive);
    if (holder !== undefined || attempt > 0) {
      throw new Failure('conflict', `another orders works on ${what} here: process ${holder ?? 'unknown'}`, {
        suggestions: ['wait until it has finished', `if process ${holder ?? ''} is something else: remove ${file}`],
      });
    }
    rmSync(file, { force: true });
  }
  return {
    alsoHeldBy: (pid) => writeFileSync(file, JSON.stringify([process.pid, pid]), { mode: 0o600 }),
    release: () => rmSync(file, { force: true }),
  };
}

function holders(file: string): number[] {
  try {
    const pids = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    return Array.isArray(pids) ? pids.filter((pid): pid is number => Number.isInteger(pid)) : [];
  } catch {
    return [];
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
