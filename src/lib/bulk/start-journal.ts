import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitName } from '../cli/exit-codes.js';
import { Failure } from '../cli/failure.js';
import type { StartVerdict } from '../execution/start-order.js';
import { Journal, type Entry } from './journal.js';
import { lockJournal } from './journal-lock.js';
import { NumberSet } from './number-set.js';
import { Tally } from './tally.js';

/** What makes two runs the same work. */
export interface StartTarget {
  readonly stateMachineArn: string;
  readonly attempt: number;
  /** SHA-256 of the file. */
  readonly digest: string;
}

/**
 * What a run that starts the orders of one file on one machine has done so far. It is there only while the work is not
 * complete: starting is idempotent, so a lost journal means that the service is asked again, nothing worse.
 *
 *     {"start":{...}}                              whose journal this is
 *     {"n":17,"name":"order-7","verdict":"started"}    entry 17 of the file was sent
 *     {"n":18,"name":"order-8","verdict":"started","express":"arn:..."}   the same of an Express execution, whose ARN only the answer tells
 *     {"n":17,"exit":"failed"}                         it was followed to its end
 */
export class StartJournal {
  private readonly sent = new NumberSet();
  private readonly ended = new NumberSet();
  private readonly running = new NumberSet();
  /** Of Express executions that nobody has seen end; as many as are in work at the same time. */
  private readonly express = new Map<number, string>();
  readonly before = new Tally();
  /** Entries that an earlier run sent. */
  sentBefore = 0;
  /** The last entry that an earlier run sent; undefined for an Express execution, which no name leads to. */
  lastName: string | undefined;
  private journal!: Journal;

  private constructor(
    private readonly path: string,
    private readonly unlock: () => void,
  ) {}

  /** @throws Failure (conflict) while another process does the same, (localStore) for a damaged journal */
  static async open(folder: string, target: StartTarget): Promise<StartJournal> {
    const key = createHash('sha256').update(JSON.stringify(target)).digest('hex').slice(0, 24);
    const path = join(folder, `start-${key}.journal`);
    const opened = new StartJournal(path, await lockJournal(path));
    try {
      await opened.read(target);
      return opened;
    } catch (error) {
      opened.unlock();
      throw error;
    }
  }

  /** Forgets what it says: the place it speaks of is gone. */
  async startOver(target: StartTarget): Promise<StartJournal> {
    await this.journal.close();
    await rm(this.path, { force: true });
    const fresh = new StartJournal(this.path, this.unlock);
    await fresh.read(target);
    return fresh;
  }

  isSent(number: number): boolean {
    return this.sent.has(number);
  }

  isEnded(number: number): boolean {
    return this.ended.has(number);
  }

  /** Whether it had been started before by somebody else. */
  wasRunning(number: number): boolean {
    return this.running.has(number);
  }

  /** Where an Express execution went that was sent and not seen to end. */
  expressArnOf(number: number): string | undefined {
    return this.express.get(number);
  }

  /** @param express of an Express execution: its ARN where somebody is going to stay with it, else true */
  async noteSent(number: number, name: string, verdict: StartVerdict, express?: string | true): Promise<void> {
    this.sent.add(number);
    if (verdict === 'running') this.running.add(number);
    if (typeof express === 'string') this.express.set(number, express);
    await this.journal.append({ n: number, name, verdict, ...(express === undefined ? {} : { express }) });
  }

  async noteEnd(number: number, exit: ExitName): Promise<void> {
    this.ended.add(number);
    this.express.delete(number);
    await this.journal.append({ n: number, exit });
  }

  /** @param complete nothing is left to go on with */
  async close(complete: boolean): Promise<void> {
    await this.journal.close();
    if (complete) await rm(this.path, { force: true });
    this.unlock();
    if (complete) await rm(`${this.path}.lock`, { force: true });
  }

  private async read(target: StartTarget): Promise<void> {
    let head: Entry | undefined;
    this.journal = await Journal.open(this.path, (entry) => {
      if (head === undefined) head = entry;
      else this.take(entry);
    });
    if (head === undefined) await this.journal.append({ start: target });
    else if (JSON.stringify(head['start']) !== JSON.stringify(target)) {
      await this.journal.close();
      throw new Failure('localStore', `the journal ${this.path} belongs to other work`, {
        suggestions: ['move it away to begin anew'],
      });
    }
  }

  private take(entry: Entry): void {
    const number = Number(entry['n']);
    if (entry['verdict'] !== undefined && !this.sent.has(number)) {
      this.sent.add(number);
      this.sentBefore += 1;
      this.lastName = entry['express'] === undefined ? String(entry['name']) : undefined;
      if (entry['verdict'] === 'running') this.running.add(number);
      if (typeof entry['express'] === 'string') this.express.set(number, entry['express']);
    }
    if (entry['exit'] !== undefined && !this.ended.has(number)) {
      this.ended.add(number);
      this.express.delete(number);
      this.before.add(entry['exit'] as ExitName);
    }
  }
}
