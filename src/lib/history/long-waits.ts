/** A stretch of running time in which nothing began and nothing ended. */
export interface LongWait {
  /** Milliseconds of running time. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds that it takes in the picture. */
  readonly shown: number;
}

/** Shorter stretches are drawn as long as they were; milliseconds. */
const SHORTEST = 60_000;
/** How much longer than everything else together. */
const TIMES = 8;
/** More than these are not an exception in the picture but what it shows. */
const MOST = 5;

/**
 * The stretches that would leave no columns for the rest: an approval that took a day in an order of two seconds. Each is
 * shortened to a quarter of the rest, or less where there are several.
 *
 * @param moments running times at which something began or ended, in any order; milliseconds
 * @returns in the order of time; empty where a picture true to scale shows everything
 */
export function longWaits(moments: readonly number[]): LongWait[] {
  const sorted = [...moments].sort((left, right) => left - right);
  const stretches = sorted
    .slice(1)
    .map((to, index) => ({ from: sorted[index] ?? to, to }))
    .filter(({ from, to }) => to > from);
  let rest = 0;
  const byLength = stretches.toSorted((left, right) => lengthOf(left) - lengthOf(right));
  const first = byLength.findIndex((stretch) => {
    const isLong = rest > 0 && lengthOf(stretch) > Math.max(SHORTEST, TIMES * rest);
    if (!isLong) rest += lengthOf(stretch);
    return isLong;
  });
  const long = first === -1 ? [] : byLength.slice(first);
  if (long.length > MOST) return [];
  const shown = rest / Math.max(4, long.length);
  return long.map(({ from, to }) => ({ from, to, shown })).sort((left, right) => left.from - right.from);
}

/** Where a running time lies in the picture, long waits shortened; milliseconds. */
export function shortened(time: number, waits: readonly LongWait[]): number {
  let left = time;
  for (const { from, to, shown } of waits) {
    if (time <= from) break;
    left -= ((Math.min(time, to) - from) * (to - from - shown)) / (to - from);
  }
  return left;
}

function lengthOf({ from, to }: { readonly from: number; readonly to: number }): number {
  return to - from;
}
