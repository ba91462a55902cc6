import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdSequence } from '../../src/lib/logs/id-sequence.js';
import { OrderLog } from '../../src/lib/logs/read-order-lines.js';
import { LineTagger } from '../../src/lib/logs/tag-lines.js';
import type { ShownLine } from '../../src/lib/logs/order-line.js';
import { ManualClock, ScriptedLogs, type ScriptedLine } from '../support/scripted-logs.js';
import {
  ARN,
  eventLine,
  FUNCTION_GROUP,
  functionMessage,
  line,
  MACHINE_GROUP,
  oneTask,
  OTHER_ARN,
  REQUEST,
  START,
} from './lines.js';

const SCOPE = {
  executionArn: ARN,
  name: 'order-1001',
  orderId: '1001',
  machineGroup: MACHINE_GROUP,
  functions: [{ functionName: 'charge-payment', group: FUNCTION_GROUP }],
};
const RANGE = { from: START - 1_000, to: START + 60_000 };

interface Setting {
  readonly pages?: readonly number[];
  readonly limits?: { readonly lines: number; readonly characters: number };
  readonly now?: number;
}

function opened(lines: readonly ScriptedLine[], { pages, limits, now = START + 3_600_000 }: Setting = {}) {
  const clock = new ManualClock(now);
  const logs = new ScriptedLogs(lines, clock, pages);
  const ids = new IdSequence();
  const sources = {
    calls: logs,
    clock,
    scope: SCOPE,
    ids,
    tagger: new LineTagger(),
    ...(limits === undefined ? {} : { limits }),
  };
  return { log: new OrderLog(sources), logs, clock, ids };
}

async function all(lines: AsyncIterable<ShownLine>): Promise<ShownLine[]> {
  const shown: ShownLine[] = [];
  for await (const one of lines) shown.push(one);
  return shown;
}

const text = ({ line, tag, late }: ShownLine): string =>
  [
    line.timestamp - START,
    line.event?.type ?? line.message.slice(0, 5),
    tag?.stateName,
    tag?.attempt,
    late ? 'late' : undefined,
  ]
    .filter((word) => word !== undefined)
    .join(' ');

describe("reading an order's lines", () => {
  it('merges the machine and its functions, and tags states and attempts', async () => {
    const { log } = opened(oneTask());
    expect((await all(log.read(RANGE))).map(text)).toEqual([
      '0 ExecutionStarted',
      '0 TaskStateEntered ChargePayment',
      '0 TaskScheduled ChargePayment 1',
      '5 TaskStarted ChargePayment 1',
      '7 START ChargePayment 1',
      '20 {"lev ChargePayment 1',
      '21 END R ChargePayment 1',
      '21 REPOR ChargePayment 1',
      '22 TaskSucceeded ChargePayment 1',
      '22 TaskStateExited ChargePayment 1',
      '22 ExecutionSucceeded',
    ]);
  });

  it('is the same for any order of arrival, any cut of pages and any amount of memory', async () => {
    const task = oneTask();
    // The same line in a second stream is another line; the same event delivered twice is one.
    const lines = [
      ...task,
      line(FUNCTION_GROUP, 20, functionMessage('done'), { stream: 'other' }),
      eventLine(5, 4, 'TaskSucceeded', 22, { resource: 'invoke' }),
    ];
    const whole = (await all(opened(lines).log.read(RANGE))).map(text).sort();
    expect(whole).toHaveLength(task.length + 1);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(lines, { minLength: lines.length }),
        fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }).filter((sizes) => sizes.some((size) => size > 0)),
        fc.integer({ min: 1, max: 20 }),
        async (shuffled, pages, most) => {
          const { log } = opened(shuffled, { pages, limits: { lines: most, characters: 1e9 } });
          const shown = await all(log.read(RANGE));
          expect(shown.map(text).sort()).toEqual(whole);
          const times = shown.map(({ line }) => line.timestamp);
          expect(times).toEqual([...times].sort((one, other) => one - other));
          const ids = shown.flatMap(({ line }) => line.sequence ?? []);
          expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("leaves out other orders, other attempts and strangers' requests", async () => {
    const strange = '22222222-2222-4222-8222-222222222222';
    const lines = [
      ...oneTask(),
      line(FUNCTION_GROUP, 8, functionMessage('second attempt', { executionArn: OTHER_ARN, requestId: strange })),
      line(FUNCTION_GROUP, 9, `START RequestId: ${strange} Version: 1`),
      line(FUNCTION_GROUP, 9, JSON.stringify({ message: 'another order', orderId: '10011', requestId: strange })),
      line(FUNCTION_GROUP, 9, 'took 1001 ms, order-1001-a2'),
      line(FUNCTION_GROUP, 10, 'plain text about order-1001.'),
      line(FUNCTION_GROUP, 11, `2026-11-20T10:00:00.011Z\t${REQUEST}\tWARN\tslow`),
      line(FUNCTION_GROUP, 11, `some runtime says ${REQUEST} in its own way`),
      line(FUNCTION_GROUP, 12, JSON.stringify({ message: 'by order alone', order_id: 1001 })),
    ];
    const shown = await all(opened(lines).log.read(RANGE));
    expect(
      shown
        .filter(({ line }) => line.timestamp - START > 7 && line.timestamp - START < 20)
        .map(({ line }) => line.message),
    ).toEqual([
      'plain text about order-1001.',
      `2026-11-20T10:00:00.011Z\t${REQUEST}\tWARN\tslow`,
      `some runtime says ${REQUEST} in its own way`,
      '{"message":"by order alone","order_id":1001}',
    ]);
  });

  it('asks one group after another, and says which it cannot read', async () => {
    const { log, logs } = opened(oneTask().filter(({ group }) => group === MACHINE_GROUP));
    expect(await all(log.read(RANGE))).toHaveLength(7);
    expect([...log.unreadable]).toEqual([[FUNCTION_GROUP, 'there is no such log group']]);
    expect(logs.calls).toHaveLength(2);
  });
});

describe('following', () => {
  const lateness = (
    lines: readonly ScriptedLine[],
    by: (line: ScriptedLine, index: number) => number,
  ): ScriptedLine[] => lines.map((one, index) => ({ ...one, visibleAt: one.timestamp + by(one, index) }));

  async function followed(lines: readonly ScriptedLine[], endsAt: number, pages?: readonly number[]) {
    const { log, clock, ids } = opened(lines, { now: START, ...(pages ? { pages } : {}) });
    const shown = await all(
      log.follow(START - 1_000, {
        hasEnded: async () => clock.now() >= START + endsAt,
        signal: new AbortController().signal,
        late: 15_000,
        ahead: 5_000,
      }),
    );
    return { shown, clock, ids };
  }

  it('shows every line once and in order when all come within the late window, in any order', async () => {
    const lines = oneTask();
    const expected = lines.map(({ eventId }) => eventId);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(11_000), { minLength: lines.length, maxLength: lines.length }),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }).filter((sizes) => sizes.some((size) => size > 0)),
        async (delays, pages) => {
          const { shown } = await followed(
            lateness(lines, (_, index) => delays[index] ?? 0),
            22,
            pages,
          );
          expect(shown.map(({ line }) => line.eventId).sort()).toEqual([...expected].sort());
          expect(shown.some(({ late }) => late)).toBe(false);
          expect(shown.flatMap(({ line }) => line.sequence ?? [])).toEqual([1, 2, 3, 4, 5, 6, 7]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('ends when the execution has ended and late lines have had their time, and not before', async () => {
    const { clock } = await followed(oneTask(), 40_000);
    expect(clock.now() - START).toBeGreaterThanOrEqual(55_000);
    expect(clock.now() - START).toBeLessThan(90_000);
  });

  it('shows a line that comes after the window all the same, marked', async () => {
    const lines = lateness(oneTask(), (one) => (one.message.includes('"id":"4"') ? 40_000 : 1_000));
    const { shown, ids } = await followed(lines, 60_000);
    expect(shown.filter(({ late }) => late).map(text)).toEqual(['5 TaskStarted ChargePayment 1 late']);
    expect(shown).toHaveLength(11);
    expect(ids.gaps()).toEqual([]);
  });

  it('names events that never come', async () => {
    const { ids } = await followed(
      oneTask().filter(({ message }) => !/"id":"[34]"/.test(message)),
      22,
    );
    expect(ids.gaps()).toEqual([[3, 4]]);
  });

  it('shows the beginning of a request that is recognised by its end only', async () => {
    const lines = [
      ...oneTask().slice(0, 5),
      line(FUNCTION_GROUP, 200_000, functionMessage('done')),
      eventLine(5, 4, 'ExecutionAborted', 200_010),
    ].map((one) => ({ ...one, visibleAt: one.timestamp }));
    const { shown } = await followed(lines, 200_010);
    expect(shown.map(({ line }) => line.message.slice(0, 5))).toContain('START');
    expect(shown).toHaveLength(7);
  });

  it('stops at an interruption, having shown what there was', async () => {
    const { log, clock } = opened(oneTask(), { now: START + 30_000 });
    const controller = new AbortController();
    const shown: ShownLine[] = [];
    const wish = { hasEnded: async () => false, signal: controller.signal, late: 0, ahead: 0 };
    for await (const one of log.follow(START - 1_000, wish)) {
      shown.push(one);
      if (shown.length === 11) controller.abort();
    }
    expect(shown).toHaveLength(11);
    expect(clock.pauses).toBeLessThan(3);
  });

  it('polls ever less while nothing happens, and never more than once in two seconds', async () => {
    const { clock } = await followed([eventLine(1, 0, 'ExecutionStarted', 0)], 600_000);
    expect(clock.pauses).toBeLessThan(600_000 / 8_000);
  });
});
