import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../src/lib/history/history-reader.js';
import { consoleUrl } from '../../src/lib/report/console-url.js';
import { foldVisits } from '../../src/lib/history/fold-visits.js';
import { longWaits, shortened } from '../../src/lib/history/long-waits.js';
import { attemptTable } from '../../src/lib/report/history-report.js';
import { timelineLines } from '../../src/lib/report/timeline-lines.js';
import { writeJsonStream } from '../../src/lib/report/json-stream.js';
import { referenceOf } from '../../src/lib/report/next-step.js';
import { ProgressReport } from '../../src/lib/report/progress-report.js';
import { rootCauseLines } from '../../src/lib/report/root-cause-report.js';
import { summarizeStates } from '../../src/lib/report/state-summary.js';
import type { Style } from '../../src/lib/report/style.js';
import { durationText, timeText } from '../../src/lib/report/time-text.js';
import { changeLine, Redrawing } from '../../src/lib/report/watch-status.js';
import { events } from '../history/events.js';

const pipe: Style = {
  paint: (_colour, text) => text,
  screen: { terminal: false, width: Number.POSITIVE_INFINITY, symbols: false },
};
const terminal: Style = {
  paint: (colour, text) => `<${colour}>${text}</>`,
  screen: { terminal: true, width: 60, symbols: true },
};

const MAP = events(`
  1 <- 0 ExecutionStarted
  2 <- 0 MapStateEntered Lines
  3 <- 2 MapStateStarted length=2
  4 <- 3 MapIterationStarted Lines index=0
  5 <- 4 TaskStateEntered Price
  6 <- 5 TaskScheduled
  7 <- 6 TaskFailed error=Busy
  8 <- 7 TaskScheduled
  9 <- 8 TaskSucceeded
  10 <- 9 TaskStateExited Price
  11 <- 10 MapIterationSucceeded Lines index=0
  12 <- 3 MapIterationStarted Lines index=1
  13 <- 12 TaskStateEntered Price
  14 <- 13 TaskScheduled
  15 <- 14 TaskSucceeded
  16 <- 15 TaskStateExited Price
  17 <- 16 MapIterationSucceeded Lines index=1
  18 <- 16 MapStateSucceeded
  19 <- 18 MapStateExited Lines
  20 <- 19 PassStateEntered Done
  21 <- 20 PassStateExited Done
  22 <- 21 ExecutionSucceeded`);

describe('time', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_234, '1.2s'],
    [125_000, '2m 5s'],
    [90_061_000, '1d 1h'],
  ])('%d ms is %s', (milliseconds, text) => expect(durationText(milliseconds)).toBe(text));

  it('is RFC 3339 in a pipe and relative for a person', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    const at = new Date(now - 185_000);
    expect(timeText(at, now, pipe)).toBe('2026-11-22T11:56:55.000Z');
    expect(timeText(at, now, terminal)).toBe('3m 5s ago');
    expect(timeText(new Date(now + 90_000_000), now, terminal)).toBe('in 1d 1h');
    expect(timeText(new Date(now), now, terminal)).toBe('just now');
  });
});

describe('history', () => {
  it('counts visits of one state together', async () => {
    const { visits, runs } = await readHistory(MAP);
    expect(summarizeStates(visits, runs, 22_000)).toEqual([
      { stateName: 'Lines', type: 'Map', depth: 0, visits: 1, attempts: 1, outcome: 'succeeded', duration: 17_000 },
      { stateName: 'Price', type: 'Task', depth: 1, visits: 2, attempts: 3, outcome: 'succeeded', duration: 8_000 },
      { stateName: 'Done', type: 'Pass', depth: 0, visits: 1, attempts: 0, outcome: 'succeeded', duration: 1_000 },
    ]);
  });

  it('has a row for each attempt', async () => {
    const history = await readHistory(MAP);
    expect(attemptTable(foldVisits(history.visits, 0), history, 22_000, pipe).rows).toEqual([
      ['Lines', '', 'succeeded', '1', '17s', ''],
      ['  Price', 'item 1', 'succeeded', '', '5s', ''],
      ['', '', 'failed', '1', '1s', 'Busy'],
      ['', '', 'succeeded', '2', '1s', ''],
      ['  Price', 'item 2', 'succeeded', '1', '3s', ''],
      ['Done', '', 'succeeded', '', '1s', ''],
    ]);
  });

  it('draws bars, coloured in one piece', async () => {
    const history = await readHistory(MAP);
    expect(timelineLines(foldVisits(history.visits, 0), history, 22_000, terminal)).toEqual([
      `            0${'21s'.padStart(37)}`,
      `Lines         <dim>──</><green>${'█'.repeat(27)}</><dim>──</>       17s`,
      `  Price #1         <dim>──</><red>╳╳</><dim>──</><green>█</><dim>──</>${' '.repeat(22)}  5s`,
      expect.stringContaining('Price #2'),
      expect.stringContaining('Done'),
      '            <green>█</> succeeded  <red>╳</> failed  <dim>─</> waiting',
    ]);
  });

  it.each([
    [80, 'a pipe', pipe],
    [80, 'a terminal', terminal],
    [200, 'a terminal', terminal],
  ])('draws a day of waiting short, and says so: %d columns of %s', async (width, _what, { screen }) => {
    const history = await readHistory(
      events(`
        1 <- 0 ExecutionStarted @0
        2 <- 0 TaskStateEntered Check @0
        3 <- 2 TaskScheduled @0
        4 <- 3 TaskSucceeded @1000
        5 <- 4 TaskStateExited Check @1000
        6 <- 5 WaitStateEntered Approve @1000
        7 <- 6 WaitStateExited Approve @86401000
        8 <- 7 TaskStateEntered Ship @86401000
        9 <- 8 TaskScheduled @86401000
        10 <- 9 TaskSucceeded @86404000
        11 <- 10 TaskStateExited Ship @86404000
        12 <- 11 ExecutionSucceeded @86404000`),
    );
    const plain: Style = { paint: (_colour, text) => text, screen: { ...screen, width: screen.terminal ? width : screen.width } }; // prettier-ignore
    const drawn = timelineLines(foldVisits(history.visits, 0), history, 86_404_000, plain);
    const [scale = '', mark = '', check = '', approve = '', ship = ''] = drawn;
    expect(Math.max(...drawn.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(scale).toMatch(/1d 4s$/u);
    expect(mark.trim()).toMatch(/^[~≈] 1d( 0h)?, drawn short$/u);
    // One, a quarter of four, and three parts of the width.
    const solid = (line: string): number => line.match(/[=█]/gu)?.length ?? 0;
    expect(solid(ship)).toBeGreaterThanOrEqual(2.5 * solid(check));
    expect(solid(check) + solid(ship)).toBeGreaterThan((scale.length - 9) * 0.7);
    expect(approve.indexOf(screen.symbols ? '≈' : '~')).toBe(mark.search(/[~≈]/u));
  });

  it('is true to scale where no wait is out of all proportion', () => {
    expect(longWaits([0, 1_000, 9_000, 10_000])).toEqual([]);
    expect(longWaits([0, 86_400_000])).toEqual([]);
    expect(longWaits([])).toEqual([]);
    const hours = Array.from({ length: 9 }, (_, index) => [index * 3_600_000, index * 3_600_000 + 10]).flat();
    expect(longWaits(hours)).toEqual([]);
    const waits = longWaits([0, 1_000, 3_601_000, 3_602_000]);
    expect(waits).toEqual([{ from: 1_000, to: 3_601_000, shown: 500 }]);
    expect([0, 500, 1_000, 1_801_000, 3_601_000, 3_602_000].map((time) => shortened(time, waits))).toEqual([
      0, 500, 1_000, 1_250, 1_500, 2_500,
    ]);
  });

  it('is told step by step, items only where they fail, nothing twice', () => {
    const progress = new ProgressReport();
    const told = [...MAP, ...MAP].map((event) => progress.line(event)).filter((line) => line !== undefined);
    expect(told).toEqual(['  Price (item 1): attempt 1 failed with Busy', '  Lines: done in 17s, 2 items']);
  });
});

describe('a failure', () => {
  const cause = {
    kind: 'task',
    stateName: 'Pay\u001b[2J',
    path: [],
    error: 'Boom',
    class: 'bug',
    attempts: 3,
    cause: { message: 'line 1\nline 2' },
  } as const;

  it('is told without control characters', () => {
    expect(rootCauseLines(cause, pipe)).toEqual([
      'Pay\\x1b[2J failed with Boom: a bug, after 3 attempts',
      '  line 1\\nline 2',
    ]);
  });

  it('names the Fail state beside the state that threw', () => {
    expect(
      rootCauseLines({ ...cause, kind: 'fail-state', stateName: 'Pay', failState: 'OrderFailed' }, pipe),
    ).toContain('  the workflow caught it and ended in the Fail state OrderFailed');
  });

  it('tells a stop and a time-out of the whole from a failing state', () => {
    expect(
      rootCauseLines({ kind: 'aborted', stateName: 'Pay', path: [], class: 'infrastructure', attempts: 1 }, pipe),
    ).toEqual(['it was stopped in Pay']);
    expect(rootCauseLines({ kind: 'timed-out', path: [], class: 'infrastructure', attempts: 1 }, pipe)).toEqual([
      'the execution ran out of time',
    ]);
  });
});

describe('watching', () => {
  const status = (state: string, attempts: number): never =>
    ({
      answer: {
        status: 'RUNNING',
        states: [
          { stateName: state, outcome: 'running', attempts },
          { stateName: 'Done', outcome: 'succeeded', attempts: 1 },
        ],
      },
    }) as never;

  it('tells changes only', () => {
    expect(changeLine(undefined, status('A', 1), 0)).toBe('1970-01-01T00:00:00.000Z  RUNNING  A');
    expect(changeLine(status('A', 1), status('A', 1), 0)).toBeUndefined();
    expect(changeLine(status('A', 1), status('A', 2), 0)).toContain('A, attempt 2');
  });

  it('draws over the block before, wrapped lines and colours considered', () => {
    const written: string[] = [];
    const drawing = new Redrawing((text) => written.push(text), 10);
    drawing.draw('\x1b[1mshort\x1b[22m\nfifteen letters\n\n');
    drawing.draw('x\n');
    expect(written[1]).toBe('\x1b[4A\r\x1b[0Jx\n');
  });
});

describe('names for an execution', () => {
  const found = (members: object): never => ({ attempt: 1, execution: { executionArn: 'arn:x' }, ...members }) as never;
  it('lead back to it, and need no quotes', () => {
    expect(referenceOf(found({ orderId: '7', newest: true }))).toBe('7');
    expect(referenceOf(found({ orderId: '7' }))).toBe('7 --attempt 1');
    expect(referenceOf(found({ orderId: 'a b', newest: true }))).toBe('arn:x');
    expect(referenceOf(found({ orderId: '-rf', newest: true }))).toBe('arn:x');
    expect(referenceOf(found({}))).toBe('arn:x');
  });

  it('have a page in the console of their partition', () => {
    const arn = {
      partition: 'aws-cn',
      region: 'cn-north-1',
      accountId: '123456789012',
      machine: 'm',
      type: 'standard',
      name: 'n',
    } as const;
    expect(consoleUrl(arn, 'ARN')).toBe(
      'https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#/v2/executions/details/ARN',
    );
    expect(consoleUrl({ ...arn, accountId: '000000000000' }, 'ARN')).toBeUndefined();
    expect(consoleUrl({ ...arn, partition: 'aws-iso' }, 'ARN')).toBeUndefined();
  });
});

describe('writeJsonStream', () => {
  async function* numbers(count: number): AsyncGenerator<number> {
    for (let number = 0; number < count; number += 1) yield number;
  }

  it.each([0, 1, 10_000])('writes one document of %d elements, to a slow reader as well', async (count) => {
    const stream = new PassThrough({ highWaterMark: 16 });
    const text = (async () => {
      let all = '';
      for await (const chunk of stream) all += String(chunk);
      return all;
    })();
    await writeJsonStream(stream, { a: 1 }, 'list', numbers(count), (number) => ({ number }));
    stream.end();
    const document = JSON.parse(await text) as { a: number; list: { number: number }[] };
    expect([document.a, document.list.length, document.list.at(-1)?.number]).toEqual([
      1,
      count,
      count === 0 ? undefined : count - 1,
    ]);
  });

  it('writes nothing when the first element does not come', async () => {
    const stream = new PassThrough();
    // eslint-disable-next-line require-yield
    const broken = (async function* (): AsyncGenerator<number> {
      throw new Error('no');
    })();
    await expect(writeJsonStream(stream, {}, 'list', broken, (number) => number)).rejects.toThrow('no');
    expect(stream.read()).toBeNull();
  });
});
