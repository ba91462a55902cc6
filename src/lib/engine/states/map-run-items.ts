import type { Group } from '../frame.js';
import type { MapRun, MapRunSettings } from '../map-run.js';
import type { Json } from '../protocol.js';

/** What the children work on is known: how many there are follows. */
export function takeItems(group: Group, items: readonly Json[]): void {
  const mapRun = runOf(group);
  const { batch } = mapRun.settings;
  group.items = items;
  group.length = items.length;
  if (batch !== undefined) {
    mapRun.batches = batchStarts(items, batch);
    group.length = mapRun.batches.length;
  }
}

/** A batch is full when the next item would make its input too large; one item is always taken. */
function batchStarts(items: readonly Json[], batch: NonNullable<MapRunSettings['batch']>): number[] {
  const around = JSON.stringify({ BatchInput: batch.input, Items: [] }).length;
  const starts: number[] = [];
  let size = 0;
  for (const [index, item] of items.entries()) {
    const bytes = batch.bytes === Number.MAX_SAFE_INTEGER ? 0 : Buffer.byteLength(JSON.stringify(item)) + 1;
    const begun = starts.at(-1);
    if (begun === undefined || index - begun >= batch.items || size + bytes > batch.bytes) {
      starts.push(index);
      size = around;
    }
    size += bytes;
  }
  return starts;
}

/** The items a child works on: from, and up to but without. */
export function itemsOf(group: Group, index: number): { readonly from: number; readonly to: number } {
  const { batches } = runOf(group);
  return batches === undefined
    ? { from: index, to: index + 1 }
    : { from: batches[index] ?? 0, to: batches[index + 1] ?? group.items?.length ?? 0 };
}

export function runOf(group: Group): MapRun {
  if (group.run === undefined) {
    throw new Error('not the children of a distributed Map');
  }
  return group.run;
}
