import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitName } from '../cli/exit-codes.js';
import { Failure } from '../cli/failure.js';
import type { Status } from '../execution/execution.js';
import { Journal, readJournal, type Entry } from './journal.js';
import { lockJournal } from './journal-lock.js';
import { Tally } from './tally.js';

export type ActKind = 'redrive' | 'stop';

/** What a batch was begun for. */
export interface BatchHead {
  readonly kind: ActKind;
  readonly environment: string;
  readonly region: string;
  readonly accountId?: string;
  readonly reason?: string;
  /** RFC 3339. */
  readonly begun: string;
}

/** One execution of a batch, as it was when the batch was planned. */
export interface PlannedItem {
  readonly executionArn: string;
  readonly name: string;
  readonly orderId?: string;
  readonly attempt: number;
  readonly status: Status;
  readonly redriveCount: number;
  readonly state?: string;
  readonly error?: string;
  /** Why nothing is done to it. */
  readonly skip?: string;
}

/** A call that was about to be made. */
export interface Intent {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What became of an item. */
export interface ActResult {
  readonly verdict: 'redriven' | 'stopped' | 'ended' | 'refused';
  readonly status?: Status;
  readonly redriveCount?: number;
  readonly message?: string;
  readonly exit: ExitName;
}

/**
 * What a batch means to do and what it has done.
 *
 *     {"batch":{...}}                        for what and where
 *     {"item":0,"executionArn":...}          each execution, before anything is done to any
 *     {"planned":5000}                       the list is complete; without this line nothing was done
 *     {"intent":0,"token":"...","at":...}    on the disk before the call is made
 *     {"result":0,"verdict":"redriven",...}  after it has been seen to take effect
 *     {"end":0,"exit":"done"}                after the execution was followed to its end
 *
 * A complete journal is kept under another name: it says who was redriven, and why.
 */
export class ActJournal {
  readonly items: PlannedItem[] = [];
  private readonly intents = new Map<number, Intent>();
  private readonly results = new Map<number, ActResult>();
  private readonly ends = new Set<number>();
  readonly before = new Tally();
  head: BatchHead | undefined;
  private isPlanned = false;
  private journal!: Journal;

  private constructor(
    readonly id: string,
    private readonly path: string,
    private readonly unlock: () => void,
  ) {}

  /** Writes the plan down. @throws Failure (localStore) when the disk does not take it */
  static async create(folder: string, head: BatchHead, items: readonly PlannedItem[]): Promise<ActJournal> {
    const time = head.begun.replace(/[-:]|\.\d+/gu, '');
    const id = `${head.kind}-${time}-${randomBytes(3).toString('hex')}`;
    const created = await ActJournal.openAt(folder, id);
    const all: Entry[] = [{ batch: head }, ...items.map((item, index) => ({ item: index, ...item }))];
    await Promise.all([...all, { planned: items.length }].map((entry) => created.journal.append(entry)));
    created.head = head;
    created.items.push(...items);
    return created;
  }

  /** @throws Failure notFound · conflict: another process works on it · localStore: damaged, or its plan is incomplete */
  static async resume(folder: string, id: string): Promise<ActJournal> {
    if (!/^(redrive|stop)-[0-9A-Za-z-]+$/u.test(id) || !existsSync(join(folder, `${id}${OPEN}`))) {
      throw new Failure('notFound', `there is no unfinished journal ${JSON.stringify(id)} in ${folder}`);
    }
    const opened = await ActJournal.openAt(folder, id);
    if (opened.head !== undefined && opened.isPlanned) return opened;
    await opened.close(false);
    throw new Failure('localStore', `the journal ${id} has no complete plan: nothing was done under it`, {
      suggestions: ['give the selection again'],
    });
  }

  private static async openAt(folder: string, id: string): Promise<ActJournal> {
    const path = join(folder, `${id}${OPEN}`);
    const opened = new ActJournal(id, path, await lockJournal(path));
    try {
      opened.journal = await Journal.open(path, (entry) => opened.take(entry));
      return opened;
    } catch (error) {
      opened.unlock();
      throw error;
    }
  }

  intentOf(item: number): Intent | undefined {
    return this.intents.get(item);
  }

  resultOf(item: number): ActResult | undefined {
    return this.results.get(item);
  }

  hasEnd(item: number): boolean {
    return this.ends.has(item);
  }

  async noteIntent(item: number, intent: Intent): Promise<void> {
    this.intents.set(item, intent);
    await this.journal.append({ intent: item, ...intent });
  }

  async noteResult(item: number, result: ActResult): Promise<void> {
    this.results.set(item, result);
    await this.journal.append({ result: item, ...result });
  }

  async noteEnd(item: number, exit: ExitName): Promise<void> {
    this.ends.add(item);
    await this.journal.append({ end: item, exit });
  }

  /** @param complete nothing is left to go on with */
  async close(complete: boolean): Promise<void> {
    await this.journal.close();
    if (complete) await rename(this.path, this.path.slice(0, -OPEN.length) + DONE);
    this.unlock();
    if (complete) await rm(`${this.path}.lock`, { force: true });
  }

  private take(entry: Entry): void {
    const { item, intent, result, end, ...rest } = entry;
    if (entry['batch'] !== undefined) this.head = entry['batch'] as BatchHead;
    else if (typeof item === 'number') this.items[item] = rest as unknown as PlannedItem;
    else if (typeof intent === 'number') this.intents.set(intent, rest as unknown as Intent);
    else if (typeof result === 'number') this.results.set(result, rest as unknown as ActResult);
    else if (typeof end === 'number') {
      this.ends.add(end);
      this.before.add(entry['exit'] as ExitName);
    } else if (entry['planned'] !== undefined) this.isPlanned = true;
  }
}

const OPEN = '.journal';
const DONE = '.done';

/** Batches that were interrupted, oldest first. What cannot be read is left out. */
export async function unfinishedBatches(
  folder: string,
  kind: ActKind,
  environment: string,
): Promise<{ id: string; head: BatchHead }[]> {
  const files = await readdir(folder).catch(() => []);
  const found: { id: string; head: BatchHead }[] = [];
  for (const file of files.filter((name) => name.startsWith(`${kind}-`) && name.endsWith(OPEN)).sort()) {
    let head: BatchHead | undefined;
    let planned = false;
    await readJournal(join(folder, file), (entry) => {
      if (entry['batch'] !== undefined) head = entry['batch'] as BatchHead;
      planned ||= entry['planned'] !== undefined;
    }).catch(() => undefined);
    if (head !== undefined && planned && head.environment === environment)
      found.push({ id: file.slice(0, -OPEN.length), head });
  }
  return found;
}
