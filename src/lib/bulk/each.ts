import type { Pace } from './pace.js';

export interface EachOptions {
  /** Items in work at the same time, at most. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  readonly pace?: Pace;
}

/**
 * Works through items, several at a time, and holds no more of them than are in work. When one rejects, or the signal is
 * aborted, no further item is begun; those in work are brought to their end first.
 *
 * @throws what the first one to reject threw
 */
export async function forEach<T>(
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<void>,
  { concurrency, signal, pace }: EachOptions,
): Promise<void> {
  const source = iterator(items);
  let failed: { readonly error: unknown } | undefined;
  const stopped = (): boolean => failed !== undefined || signal?.aborted === true;
  const worker = async (): Promise<void> => {
    try {
      while (!stopped()) {
        const next = await source.next();
        if (next.done === true) return;
        await pace?.(signal);
        if (stopped()) return;
        await work(next.value);
      }
    } catch (error) {
      failed ??= { error };
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await source.return?.(undefined);
  if (failed !== undefined) throw failed.error;
}

/**
 * The same with an answer an item, given in the order of the items: the next answer waits for the ones before it.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<R>,
  concurrency: number,
): AsyncGenerator<R> {
  const source = iterator(items);
  const open: Promise<R>[] = [];
  try {
    for (;;) {
      while (open.length < concurrency) {
        const next = await source.next();
        if (next.done === true) {
          while (open.length > 0) yield await (open.shift() as Promise<R>);
          return;
        }
        const answer = work(next.value);
        // It may fail before its turn has come, and is heard then.
        answer.catch(() => {});
        open.push(answer);
      }
      yield await (open.shift() as Promise<R>);
    }
  } finally {
    await Promise.allSettled(open);
    await source.return?.(undefined);
  }
}

function iterator<T>(items: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}
