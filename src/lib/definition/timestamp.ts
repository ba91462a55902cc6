/**
 * Timestamps as Step Functions reads them: RFC 3339 with an upper-case `T` and an offset, so `2012-10-09T19:00:55` is none
 * (recordings of Wait and Choice).
 * @returns milliseconds since the epoch, with the digits below them as a fraction; undefined when the text is no timestamp.
 */
export function parseTimestamp(text: string): number | undefined {
  const found = SHAPE.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', offset] = found as unknown as string[];
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > days) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return local + Number(`0.${fraction || '0'}`) * 1000 - offsetMilliseconds(offset!);
}

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/;

function offsetMilliseconds(offset: string): number {
  if (offset === 'Z') return 0;
  const [hours, minutes] = offset.slice(1).split(':').map(Number) as [number, number];
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
