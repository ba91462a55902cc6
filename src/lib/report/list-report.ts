import { sanitize } from '../cli/sanitize.js';
import type { Table } from '../cli/table.js';
import type { Selected } from '../bulk/selection.js';
import { outcomeText, type Style } from './style.js';
import { durationText, timeText } from './time-text.js';

/** A row an execution. An order whose id does not stand in the name is told by its name. */
export function listTable(executions: readonly Selected[], now: number, style: Style): Table {
  const read = executions.some(({ state, error }) => state !== undefined || error !== undefined);
  return {
    head: ['Order', 'Attempt', 'Status', 'Started', 'Duration', 'Redrives', ...(read ? ['State', 'Error'] : [])],
    rows: executions.map((execution) => [
      sanitize(execution.orderId ?? execution.name),
      String(execution.attempt),
      outcomeText(execution.status, style),
      timeText(execution.startDate, now, style),
      durationText((execution.stopDate?.getTime() ?? now) - execution.startDate.getTime()),
      execution.redriveCount === 0 ? '' : String(execution.redriveCount),
      ...(read ? [sanitize(execution.state ?? ''), sanitize(execution.error ?? '')] : []),
    ]),
    right: [1, 4, 5],
  };
}

/** Rows of one table; a longer list is shown in several, so that it need not be held. */
export const ROWS_AT_ONCE = 1_000;

/** Up to `limit` elements; `more` tells at the end whether others would follow. */
export class Limited<T> {
  count = 0;
  more = false;

  constructor(
    private readonly elements: AsyncIterable<T>,
    private readonly limit: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for await (const element of this.elements) {
      if (this.count === this.limit) {
        this.more = true;
        return;
      }
      this.count += 1;
      yield element;
    }
  }
}

export async function* inGroups<T>(elements: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const element of elements) {
    group.push(element);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
