import { WAIT_LIMIT_SECONDS } from '../limits.js';
import type { Instant } from '../protocol.js';

const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * An ISO 8601 date-time with an offset, to the millisecond; undefined for anything else, such as month 13 or a missing T
 * (recordings test_wait_timestamp_path[INVALID_*]).
 */
export function parseTimestamp(text: string): Instant | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const date = Date.UTC(year!, month! - 1, day, hour, minute, second);
  const read = new Date(date);
  if (read.getUTCMonth() !== month! - 1 || read.getUTCDate() !== day || hour! > 23 || minute! > 59 || second! > 59) {
    return undefined;
  }
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  return date + milliseconds - offset(match[8]!);
}

/** Milliseconds east of Greenwich. */
function offset(zone: string): number {
  if (zone === 'Z') {
    return 0;
  }
  const [hours, minutes] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours! * 60 + minutes!) * 60_000;
}

export function waitIsTooLong(until: Instant, from: Instant): boolean {
  return until - from > WAIT_LIMIT_SECONDS * 1000;
}
