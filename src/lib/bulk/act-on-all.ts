import { Failure } from '../cli/failure.js';
import type { ActJournal, ActResult, Intent, PlannedItem } from './act-journal.js';
import { forEach } from './each.js';
import type { Pace } from './pace.js';
import type { Stay } from './stay.js';
import type { Tally } from './tally.js';

/** One line of the answer. */
export interface ActLine extends Omit<ActResult, 'verdict'> {
  readonly verdict: ActResult['verdict'] | 'skipped' | 'unclear';
  readonly executionArn: string;
  readonly name: string;
  readonly orderId?: string;
  readonly attempt: number;
  /** Where it had failed. */
  readonly state?: string;
  /** The error it had failed with, or has ended with where it was followed. */
  readonly error?: string;
}

export interface ActOnAll {
  readonly journal: ActJournal;
  /** One item; `earlier` is the intent of a run that was interrupted. */
  act(
    item: PlannedItem,
    earlier: Intent | undefined,
    noteIntent: (intent: Intent) => Promise<void>,
  ): Promise<ActResult>;
  /** Called before an item is acted on. */
  prepare(name: string): void;
  readonly concurrency: number;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly stay?: Stay | undefined;
  /** All are acted on before any is stayed with, since they run without us. */
  readonly actFirst: boolean;
  onLine(line: ActLine): Promise<void>;
}

/**
 * Carries a planned batch out, from its beginning or from where an earlier run was interrupted.
 * @returns how the items came out, those of earlier runs included
 */
export async function actOnAll(work: ActOnAll): Promise<Tally> {
  const { journal, concurrency, signal } = work;
  const tally = journal.before;
  const tell: Tell = async (item, result) => {
    tally.add(result.exit);
    const { executionArn, name, orderId, attempt, state, error } = item;
    const about = {
      executionArn,
      name,
      ...(orderId === undefined ? {} : { orderId }),
      attempt,
      ...(state === undefined ? {} : { state }),
      ...(error === undefined ? {} : { error }),
    };
    await work.onLine({ ...about, ...result });
  };
  const followsLater = work.stay !== undefined && work.actFirst;
  const begin = async (number: number): Promise<void> => {
    const item = journal.items[number];
    if (item === undefined) return;
    if (item.skip !== undefined)
      return tell(item, { verdict: 'skipped', status: item.status, message: item.skip, exit: 'notRedrivable' });
    await actOnOne(work, number, item, tell, followsLater);
  };
  await forEach(journal.items.keys(), begin, { concurrency, signal });
  if (!followsLater) return tally;
  const follow = async (number: number): Promise<void> => {
    const item = journal.items[number];
    const result = journal.resultOf(number);
    if (item !== undefined && result?.exit === 'done' && !journal.hasEnd(number))
      await stayWith(work, number, item, result, tell);
  };
  await forEach(journal.items.keys(), follow, { concurrency, signal });
  return tally;
}

type Tell = (
  item: PlannedItem,
  result: Omit<ActLine, keyof PlannedItem> & Partial<Pick<ActLine, 'status' | 'redriveCount' | 'error'>>,
) => Promise<void>;

async function actOnOne(
  work: ActOnAll,
  number: number,
  item: PlannedItem,
  tell: Tell,
  followsLater: boolean,
): Promise<void> {
  const { journal } = work;
  let result = journal.resultOf(number);
  if (result === undefined) {
    await work.pace(work.signal);
    if (work.signal.aborted) return;
    try {
      work.prepare(item.name);
      result = await work.act(item, journal.intentOf(number), (intent) => journal.noteIntent(number, intent));
    } catch (error) {
      // The service agreed and nothing is to be seen of it: left open, so that the next run looks again.
      if (!(error instanceof Failure) || error.exit !== 'bug') throw error;
      return tell(item, { verdict: 'unclear', message: error.message, exit: 'bug' });
    }
    await journal.noteResult(number, result);
    if (result.exit !== 'done' || work.stay === undefined) return tell(item, result);
  } else if (result.exit !== 'done' || work.stay === undefined) {
    // Of an earlier run, and told by it.
    journal.before.add(result.exit);
    return;
  }
  if (!followsLater && !journal.hasEnd(number)) await stayWith(work, number, item, result, tell);
}

async function stayWith(
  work: ActOnAll,
  number: number,
  item: PlannedItem,
  result: ActResult,
  tell: Tell,
): Promise<void> {
  const stayed = await work.stay?.(item.executionArn);
  if (stayed === undefined) return;
  if (stayed.exit !== 'stillRunning') await work.journal.noteEnd(number, stayed.exit);
  await tell(item, { ...result, ...stayed });
}
