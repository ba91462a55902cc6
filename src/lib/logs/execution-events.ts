import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** An event of an execution, read from its line in the machine's log. */
export interface LoggedEvent {
  /** As GetExecutionHistory would give it. */
  readonly event: HistoryEvent;
  readonly executionArn: string;
  readonly redriveCount: number;
  /** Whether a payload was cut, so that it no longer parses: AWS does so above 248 KiB. */
  readonly truncated: boolean;
}

/** Payloads near this length are looked at twice; characters, below AWS's 248 KiB for texts of several bytes each. */
const SUSPICIOUS_LENGTH = 60_000;

/** Members that are numbers in the API; a log line writes every scalar as a text. */
const NUMBERS: ReadonlySet<string> = new Set([
  'index', 'length', 'timeoutInSeconds', 'heartbeatInSeconds', 'redriveCount', 'itemCount',
]); // prettier-ignore
const FLAGS: ReadonlySet<string> = new Set(['truncated', 'included']);

/**
 * Reads a line of execution logging back into the event it tells of [shape recorded: all scalars are texts, the details
 * stand without their member's name].
 *
 * @returns undefined for any other line, such as those of the validation stream
 */
export function readExecutionEvent(message: string): LoggedEvent | undefined {
  let line: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(message);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    line = parsed as Record<string, unknown>;
  } catch {
    return salvaged(message);
  }
  const id = numberOf(line['id']);
  const { type, execution_arn: executionArn } = line;
  if (id === undefined || id < 1 || typeof type !== 'string' || typeof executionArn !== 'string') return undefined;
  const time = numberOf(line['event_timestamp']);
  const details = isObject(line['details']) ? line['details'] : {};
  const event = {
    id,
    previousEventId: numberOf(line['previous_event_id']) ?? 0,
    type,
    ...(time === undefined ? {} : { timestamp: new Date(time) }),
    ...(Object.keys(details).length === 0 ? {} : { [detailsMember(type)]: typed(details) }),
  };
  return {
    event: event as HistoryEvent,
    executionArn,
    redriveCount: numberOf(line['redrive_count']) ?? 0,
    truncated: isTruncated(details),
  };
}

/** `stateEnteredEventDetails` for every ...StateEntered, else the type's own name: AWS API reference, HistoryEvent. */
function detailsMember(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

function typed(details: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => {
      if (isObject(value)) return [name, typed(value)];
      if (NUMBERS.has(name)) return [name, numberOf(value) ?? value];
      if (FLAGS.has(name) && (value === 'true' || value === 'false')) return [name, value === 'true'];
      return [name, value];
    }),
  );
}

function isTruncated(details: Record<string, unknown>): boolean {
  return Object.entries(details).some(([name, value]) => {
    if (name.endsWith('Details') && isObject(value))
      return value['truncated'] === true || value['truncated'] === 'true';
    return typeof value === 'string' && value.length > SUSPICIOUS_LENGTH && /^\s*[[{"]/.test(value) && !parses(value);
  });
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A line cut in its middle: what stands before the details is whole, and what comes behind them may be. */
function salvaged(message: string): LoggedEvent | undefined {
  const head = /^\s*\{"id":"(?<id>\d+)","type":"(?<type>[A-Za-z]+)"/.exec(message)?.groups;
  const tail = (member: string): string | undefined =>
    new RegExp(`"${member}":"([^"\\\\]*)"(?![^]*"${member}":)`).exec(message.slice(-2_000))?.[1];
  const executionArn = tail('execution_arn');
  if (head === undefined || executionArn === undefined) return undefined;
  const time = numberOf(tail('event_timestamp'));
  const event = {
    id: Number(head['id']),
    previousEventId: numberOf(tail('previous_event_id')) ?? 0,
    type: head['type'],
    ...(time === undefined ? {} : { timestamp: new Date(time) }),
  };
  return {
    event: event as HistoryEvent,
    executionArn,
    redriveCount: numberOf(tail('redrive_count')) ?? 0,
    truncated: true,
  };
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
