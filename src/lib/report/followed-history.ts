import { sanitize } from '../cli/sanitize.js';
import { timeOf, type HistoryEvent } from '../history/event.js';
import { eventKind, type EventKind } from '../history/event-kind.js';
import { HistoryReader, type ExecutionHistory } from '../history/history-reader.js';
import { visitDuration } from '../history/timeline.js';
import { pathText, type Visit } from '../history/visit.js';
import { filterVisits, type VisitFilter } from '../history/visit-filter.js';
import { PayloadLines } from './payload-lines.js';
import { outcomeText, type Style } from './style.js';
import { durationText } from './time-text.js';

/** A history as it happens: a line for each state that was entered for work, failed or left, and for each run. */
export class FollowedHistory {
  private readonly reader = new HistoryReader();

  constructor(
    private readonly filter: VisitFilter,
    private readonly payloads: 'none' | 'masked' | 'all',
    private readonly style: Style,
  ) {}

  lines(event: HistoryEvent): string[] {
    const kind = eventKind(event.type);
    const visit = this.reader.add(event);
    const text =
      kind.is === 'execution' ? runText(kind) : visit === undefined ? undefined : this.visitText(kind, visit);
    const shown = text === undefined ? [] : [`${timeText(event)}  ${text}`];
    return [...shown, ...(visit === undefined ? [] : this.payloadLines(event, visit))];
  }

  history(): ExecutionHistory {
    return this.reader.result();
  }

  private visitText(kind: EventKind, visit: Visit): string | undefined {
    if (!this.wanted(visit, kind)) return undefined;
    const where = visit.path.length === 0 ? '' : ` (${pathText(visit.path)})`;
    const name = sanitize(`${visit.stateName}${where}`);
    const last = visit.attempts.at(-1);
    const attempt = last !== undefined && last.number > 1 ? `, attempt ${last.number}` : '';
    switch (kind.is) {
      case 'scheduled':
      case 'branches-started':
        return `${name}: ${outcomeText('running', this.style)}${attempt}`;
      case 'failed':
      case 'branches-failed':
        return `${name}: ${outcomeText('failed', this.style)}${attempt}${last?.error === undefined ? '' : ` with ${sanitize(last.error)}`}`;
      case 'entered':
        return visit.stateType === 'Wait' ? `${name}: waiting` : undefined;
      case 'exited': {
        const time = durationText(visitDuration(visit, this.reader.runs, visit.exited ?? visit.entered));
        return `${name}: ${outcomeText(visit.outcome, this.style)} in ${time}`;
      }
      default:
        return undefined;
    }
  }

  /** What went wrong is known at the moment it fails; what began may still go well. */
  private wanted(visit: Visit, kind: EventKind): boolean {
    if (this.filter.failed && kind.is !== 'failed' && kind.is !== 'branches-failed') return false;
    return filterVisits([visit], { ...this.filter, failed: false }).length > 0;
  }

  private payloadLines(event: HistoryEvent, visit: Visit): string[] {
    if (this.payloads === 'none' || !this.wanted(visit, { is: 'failed', timedOut: false })) return [];
    return new PayloadLines([visit], this.payloads === 'all', this.style).lines(event);
  }
}

function runText(kind: Extract<EventKind, { is: 'execution' }>): string {
  const words = {
    started: 'started',
    succeeded: 'SUCCEEDED',
    failed: 'FAILED',
    'timed-out': 'TIMED_OUT',
    aborted: 'ABORTED',
    redriven: 'redriven',
  };
  return `the execution: ${words[kind.phase]}`;
}

function timeText(event: HistoryEvent): string {
  const time = timeOf(event);
  return time === undefined ? ' '.repeat(24) : new Date(time).toISOString();
}
