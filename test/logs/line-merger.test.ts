import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdSequence } from '../../src/lib/logs/id-sequence.js';
import { LineMerger } from '../../src/lib/logs/line-merger.js';
import { compareLines, lineKey, type LogLine } from '../../src/lib/logs/log-line.js';

const anyLine: fc.Arbitrary<LogLine> = fc.record(
  {
    group: fc.constantFrom('a', 'b'),
    stream: fc.constantFrom('one', 'two'),
    eventId: fc.nat(30).map(String),
    // Few moments, so that many lines share one.
    timestamp: fc.nat(8),
    message: fc.constant('x'),
    sequence: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: ['group', 'stream', 'eventId', 'timestamp', 'message'] },
);

/** What CloudWatch Logs promises: one key has one time. */
function consistent(lines: readonly LogLine[]): LogLine[] {
  const times = new Map<string, number>();
  return lines.map((line) => {
    const timestamp = times.get(lineKey(line)) ?? line.timestamp;
    times.set(lineKey(line), timestamp);
    return { ...line, timestamp };
  });
}

describe('merging lines', () => {
  it('gives every line once and in order, whatever the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 60 }), (arrived) => {
        const lines = consistent(arrived);
        const merger = new LineMerger();
        for (const line of lines) merger.add(line);
        const out = merger.release().map(({ line }) => line);
        expect(out.map(lineKey).sort()).toEqual([...new Set(lines.map(lineKey))].sort());
        expect(out).toEqual([...out].sort(compareLines));
        expect(merger.size).toBe(0);
      }),
    );
  });

  it('loses and doubles nothing when lines arrive between releases, and marks what comes late', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyLine, fc.boolean(), fc.nat(8)), { maxLength: 60 }), (arrived) => {
        const lines = consistent(arrived.map(([line]) => line));
        const merger = new LineMerger();
        const out = lines.flatMap((line, index) => {
          merger.add(line);
          return arrived[index]?.[1] === true ? merger.release(arrived[index]?.[2]) : [];
        });
        out.push(...merger.release());
        expect(out.map(({ line }) => lineKey(line)).sort()).toEqual([...new Set(lines.map(lineKey))].sort());
        const inTime = out.filter(({ late }) => !late).map(({ line }) => line);
        expect(inTime).toEqual([...inTime].sort(compareLines));
      }),
    );
  });

  it('remembers only what can be read again', () => {
    const merger = new LineMerger();
    const line = { group: 'a', stream: 's', eventId: '1', timestamp: 5, message: 'x' };
    merger.add(line);
    merger.release();
    merger.forget(5);
    expect(merger.add(line)).toBe(false);
    merger.forget(6);
    expect(merger.add(line)).toBe(true);
  });
});

describe('a sequence of ids', () => {
  it('knows its gaps, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }), (ids) => {
        const sequence = new IdSequence();
        const seen = new Set<number>();
        for (const id of ids) {
          expect(sequence.add(id)).toBe(!seen.has(id));
          seen.add(id);
        }
        const missing = sequence
          .gaps()
          .flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
        const highest = Math.max(0, ...seen);
        expect(sequence.highest).toBe(highest);
        expect(missing).toEqual(Array.from({ length: highest }, (_, at) => at + 1).filter((id) => !seen.has(id)));
        for (let id = 1; id <= 40; id += 1) expect(sequence.has(id)).toBe(seen.has(id));
      }),
    );
  });
});
