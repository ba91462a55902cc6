import { describe, expect, it } from 'vitest';
import { parseTimestamp } from '../../src/lib/definition/timestamp.js';

describe('timestamps', () => {
  it.each([
    ['2026-11-22T13:00:00Z', Date.UTC(2026, 10, 22, 13)],
    ['2026-11-22T13:00Z', Date.UTC(2026, 10, 22, 13)],
    ['2026-11-22T13:00:00.25+01:30', Date.UTC(2026, 10, 22, 11, 30, 0, 250)],
    ['2026-11-22T13:00:00-08:00', Date.UTC(2026, 10, 22, 21)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('%s', (text, instant) => {
    expect(parseTimestamp(text)).toBe(instant);
  });

  it.each([
    '2012-10-09T19:00:55',
    '2012-10-09',
    '2016-12-05 21:29:29Z',
    '2016-12-05t21:29:29Z',
    '2016-13-05T21:29:29Z',
    '2016-12-05T25:29:29Z',
    '05-12-2016T21:29:29Z',
    '2023-02-29T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-11-22T13:60:00Z',
  ])('%s is none', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});
