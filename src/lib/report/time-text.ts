import prettyMilliseconds from 'pretty-ms';
import type { Style } from './style.js';

/** "420 ms", "1.2s", "3m 5s". */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))}ms`;
  return prettyMilliseconds(milliseconds, { secondsDecimalDigits: milliseconds < 60_000 ? 1 : 0, unitCount: 2 });
}

/** RFC 3339 for a pipe; "3m ago", "in 13d 4h" for a person at a terminal. */
export function timeText(time: Date, now: number, { screen }: Style): string {
  if (!screen.terminal) return time.toISOString();
  const away = Math.abs(now - time.getTime());
  if (away < 1_000) return 'just now';
  const span = prettyMilliseconds(away, { compact: false, unitCount: 2, secondsDecimalDigits: 0 });
  return time.getTime() <= now ? `${span} ago` : `in ${span}`;
}
