import { Failure } from '../cli/failure.js';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WHOLE = /^(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d))+$/;
const PART = /([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)/g;

/** Longest span that is taken, in milliseconds: a year, as long as a Standard execution may run. */
const LONGEST = 366 * 86_400_000;

/**
 * "10m", "90s", "1h30m", "500ms", "2d" in milliseconds. A number without its unit is refused: nobody can know what it means.
 *
 * @throws Failure (usage)
 */
export function parseDuration(text: string, what = 'duration'): number {
  const trimmed = text.trim();
  if (!WHOLE.test(trimmed)) {
    throw new Failure('usage', `the ${what} ${JSON.stringify(text)} is not a span of time`, {
      suggestions: [
        /^[0-9]+$/.test(trimmed) ? `give the unit: ${trimmed}s or ${trimmed}m` : 'write it like 30s, 10m, 2h or 1h30m',
      ],
    });
  }
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(PART)) total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  if (total > LONGEST) throw new Failure('usage', `the ${what} ${text} is longer than a year`);
  return Math.round(total);
}

/**
 * A point in time in epoch milliseconds: a span back from `now` ("2h") or an RFC 3339 time.
 *
 * @throws Failure (usage)
 */
export function parseSince(text: string, now: number): number {
  if (WHOLE.test(text.trim())) return now - parseDuration(text, 'time');
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new Failure(
      'usage',
      `the time ${JSON.stringify(text)} is neither a span like 2h nor a date like 2026-11-22T10:00:00Z`,
    );
  }
  return at;
}
