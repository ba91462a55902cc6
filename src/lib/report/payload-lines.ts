import { sanitize } from '../cli/sanitize.js';
import { detailsOf, textOf, type HistoryEvent } from '../history/event.js';
import { maskJsonText } from '../history/personal-data.js';
import { pathText, type Visit } from '../history/visit.js';
import type { Style } from './style.js';

/**
 * Inputs and outputs of visits, from events that carry payloads: each is shown as its event passes by and none is kept, since
 * together they may be thousands of times larger than what is known of the history.
 */
export class PayloadLines {
  private readonly entries = new Map<number, Visit>();
  private readonly exits = new Map<number, Visit>();
  private last: Visit | undefined;

  constructor(
    visits: readonly Visit[],
    private readonly showPersonalData: boolean,
    private readonly style: Style,
  ) {
    for (const visit of visits) {
      this.entries.set(visit.enteredEventId, visit);
      if (visit.exitedEventId !== undefined) this.exits.set(visit.exitedEventId, visit);
    }
  }

  /** @returns nothing for events that carry no payload of a wanted visit. */
  lines(event: HistoryEvent): string[] {
    const id = event.id ?? 0;
    const entered = this.entries.get(id);
    const visit = entered ?? this.exits.get(id);
    if (visit === undefined) return [];
    const text = textOf(detailsOf(event), entered === undefined ? 'output' : 'input');
    if (text === undefined) return [];
    const shown = sanitize(this.showPersonalData ? text : maskJsonText(text));
    const head = visit === this.last ? [] : [this.headOf(visit)];
    this.last = visit;
    return [...head, `  ${entered === undefined ? 'output' : 'input '}  ${shown}`];
  }

  private headOf(visit: Visit): string {
    const where = visit.path.length === 0 ? '' : ` (${sanitize(pathText(visit.path))})`;
    return `${this.style.paint('bold', sanitize(visit.stateName))}${where}`;
  }
}
