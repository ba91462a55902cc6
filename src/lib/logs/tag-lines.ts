import { HistoryReader } from '../history/history-reader.js';
import type { HistoryEvent } from '../history/event.js';
import type { LoggedEvent } from './execution-events.js';
import type { FunctionLine } from './function-line.js';

/** Which try of which state a line belongs to. */
export interface Tag {
  readonly stateName: string;
  readonly attempt?: number;
}

/**
 * Tells states and attempts: of an execution's events by following them, of functions' lines by what they say themselves
 * or by the request that a line beside them, or an event, has told of.
 */
export class LineTagger {
  private readonly reader = new HistoryReader();
  private readonly byRequest = new Map<string, Tag>();

  /** To be called in the order of the events' ids as far as they are there. */
  tagEvent(event: HistoryEvent): Tag | undefined {
    const visit = this.reader.add(event);
    if (visit === undefined) return undefined;
    const attempt = visit.attempts.at(-1)?.number;
    const tag = { stateName: visit.stateName, ...(attempt === undefined ? {} : { attempt }) };
    for (const requestId of requestIdsOf(event)) this.learn(requestId, tag);
    return tag;
  }

  tagLine(line: FunctionLine): Tag | undefined {
    const known = line.requestId === undefined ? undefined : this.byRequest.get(line.requestId);
    if (line.stateName === undefined) return known;
    const attempt = line.attempt ?? known?.attempt;
    return { stateName: line.stateName, ...(attempt === undefined ? {} : { attempt }) };
  }

  learn(requestId: string, tag: Tag): void {
    this.byRequest.set(requestId, tag);
  }

  /** What a function's line tells about its request. */
  learnFrom(line: FunctionLine): void {
    if (line.requestId === undefined || line.stateName === undefined) return;
    this.learn(line.requestId, {
      stateName: line.stateName,
      ...(line.attempt === undefined ? {} : { attempt: line.attempt }),
    });
  }
}

/** Request ids in the envelope of a Lambda call's result, where data is logged, or in the cause of its failure. */
export function requestIdsOf(event: HistoryEvent | LoggedEvent['event']): string[] {
  const details = Object.entries(event).find(([member]) => member.endsWith('EventDetails'))?.[1] as
    Readonly<Record<string, unknown>> | undefined;
  const ids: string[] = [];
  if (event.type === 'TaskSucceeded') {
    const metadata = member(parsed(details?.['output']), 'SdkResponseMetadata');
    const id = member(metadata, 'RequestId');
    if (typeof id === 'string') ids.push(id);
  }
  if (event.type === 'TaskFailed' || event.type === 'LambdaFunctionFailed') {
    const id = member(parsed(details?.['cause']), 'requestId');
    if (typeof id === 'string') ids.push(id);
  }
  return ids;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string' || !text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
