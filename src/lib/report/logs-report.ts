import { sanitize } from '../cli/sanitize.js';
import { shownEvent } from '../history/raw-event.js';
import { isAtLeast, type Level } from '../logs/function-line.js';
import type { Span } from '../logs/id-sequence.js';
import { maskFields, maskText } from '../logs/mask-line.js';
import type { ShownLine } from '../logs/order-line.js';
import type { Verdict } from '../logs/completeness.js';
import type { Style } from './style.js';

/** A line as `logs --json` prints it. */
export interface LineAnswer {
  readonly time: Date;
  readonly source: 'state-machine' | 'function';
  readonly functionName?: string;
  readonly stateName?: string;
  /** Which try of the state, 1 the first. */
  readonly stateAttempt?: number;
  readonly level?: Level;
  readonly requestId?: string;
  /** Of a function's line in JSON. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Of any other line of a function. */
  readonly message?: string;
  /** Of the machine's log: the event, as GetExecutionHistory would give it. */
  readonly event?: Readonly<Record<string, unknown>>;
  readonly logGroup: string;
  readonly logStream: string;
  readonly eventId: string;
  /** Lines of a later time were printed before it. */
  readonly late?: true;
}

export interface LineWish {
  readonly state?: string | undefined;
  readonly level?: Level | undefined;
  /** A text that has to stand in the line as it is shown, whatever its case. */
  readonly filter?: string | undefined;
  readonly showPii: boolean;
  /** Ids that are not taken for numbers of telephones. */
  readonly known: readonly string[];
}

/** A line fit to be shown, or nothing when it is not wanted. */
export function lineAnswer({ line, tag, late }: ShownLine, wish: LineWish): LineAnswer | undefined {
  if (wish.state !== undefined && tag?.stateName !== wish.state) return undefined;
  const level = line.event === undefined ? line.said?.level : eventLevel(line.event.type);
  if (wish.level !== undefined && !isAtLeast(level, wish.level)) return undefined;
  const requestId = line.said?.requestId;
  const answer: LineAnswer = {
    time: new Date(line.timestamp),
    source: line.event === undefined ? 'function' : 'state-machine',
    ...(line.functionName === undefined ? {} : { functionName: line.functionName }),
    ...(tag === undefined ? {} : { stateName: tag.stateName }),
    ...(tag?.attempt === undefined ? {} : { stateAttempt: tag.attempt }),
    ...(level === undefined ? {} : { level }),
    ...(requestId === undefined ? {} : { requestId }),
    ...contentOf(line, wish),
    logGroup: line.group,
    logStream: line.stream,
    eventId: line.eventId,
    ...(late ? { late: true as const } : {}),
  };
  return wish.filter === undefined || contentText(answer).toLowerCase().includes(wish.filter.toLowerCase())
    ? answer
    : undefined;
}

function contentOf(
  line: ShownLine['line'],
  { showPii, known }: LineWish,
): Pick<LineAnswer, 'event' | 'fields' | 'message'> {
  if (line.event !== undefined) return { event: shownEvent(line.event, showPii ? 'all' : 'masked') };
  if (line.said?.fields !== undefined)
    return { fields: showPii ? line.said.fields : maskFields(line.said.fields, known) };
  const message = line.message.trimEnd();
  return { message: showPii ? message : maskText(message, known) };
}

function eventLevel(type: string | undefined): Level {
  return /(?:Failed|TimedOut|Aborted)$/u.test(type ?? '') ? 'ERROR' : 'INFO';
}

/** Said elsewhere in the line, or of all lines. */
const TOLD: ReadonlySet<string> = new Set([
  'timestamp', 'level', 'message', 'function', 'orderId', 'attempt', 'executionArn', 'state', 'retry', 'requestId', '_aws',
]); // prettier-ignore

/** The line without its head: an event's type and details, a function's message and fields. */
function contentText({ event, fields, message }: LineAnswer): string {
  if (message !== undefined) return sanitize(message.replaceAll('\t', '  '));
  if (event !== undefined) {
    const details = Object.entries(event).find(([name]) => name.endsWith('EventDetails'))?.[1];
    return [sanitize(String(event['type'])), ...pairs(details ?? {}, new Set(['name']))].join('  ');
  }
  const said = fields?.['message'];
  const text = said === undefined ? [] : [sanitize(typeof said === 'string' ? said : JSON.stringify(said))];
  return [...text, ...pairs(fields ?? {}, said === undefined ? new Set<string>() : TOLD)].join('  ');
}

function pairs(fields: object, left: ReadonlySet<string>): string[] {
  return Object.entries(fields)
    .filter(([name, value]) => !left.has(name) && value !== undefined && value !== null)
    .map(([name, value]) => sanitize(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`));
}

/** One line: time, where from, which try of which state, what. */
export function lineText(answer: LineAnswer, { paint }: Style): string {
  const { functionName, stateName, stateAttempt, level } = answer;
  const tag =
    stateName === undefined
      ? []
      : [paint('bold', `${sanitize(stateName)}${stateAttempt === undefined ? '' : ` #${stateAttempt}`}`)];
  const words =
    level === undefined || level === 'INFO' ? [] : [paint(isAtLeast(level, 'ERROR') ? 'red' : 'yellow', level)];
  return [
    paint('dim', answer.time.toISOString()),
    paint('cyan', sanitize(functionName ?? 'states')),
    ...tag,
    ...words,
    contentText(answer),
    ...(answer.late === true ? [paint('yellow', '(came late)')] : []),
  ].join('  ');
}

/** "3, 7 to 9". */
export function spansText(spans: readonly Span[]): string {
  const shown = spans.slice(0, 20).map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  return `${shown.join(', ')}${spans.length > 20 ? ` and ${spans.length - 20} more runs` : ''}`;
}

/** What is missing, as a sentence; nothing when nothing is, or nothing can be said. */
export function missingText(verdict: Verdict, missing: readonly Span[]): string | undefined {
  if (missing.length === 0) return undefined;
  const isOne = missing.length === 1 && missing[0]?.[0] === missing[0]?.[1];
  const which = `${isOne ? 'event' : 'events'} ${spansText(missing)} of the execution ${isOne ? 'is' : 'are'} not in the log`;
  return verdict === 'still-arriving' ? `${which} yet: lines may arrive late` : `${which}: lost on the way`;
}
