import { describe, expect, it } from 'vitest';
import { DefinitionCheck } from '../../src/lib/bulk/definition-check.js';
import { forEach, mapInOrder } from '../../src/lib/bulk/each.js';
import { paceOf, parseRate } from '../../src/lib/bulk/pace.js';
import { groupsOf } from '../../src/lib/bulk/plan-batch.js';
import { redriveItem } from '../../src/lib/bulk/redrive-item.js';
import { NumberSet } from '../../src/lib/bulk/number-set.js';
import { Tally } from '../../src/lib/bulk/tally.js';
import { eachExecution } from '../../src/lib/execution/list-executions.js';
import { readingText, summaryText } from '../../src/lib/report/bulk-report.js';

const MINUTE = 60_000;

describe('redriveItem', () => {
  const item = { executionArn: 'arn', name: 'order-7', attempt: 1, status: 'FAILED', redriveCount: 1 } as const;
  /** A service that knows the tokens of before, and shows the count so often as it was. */
  const service = (
    used: string[],
    count: number,
    lag = 0,
  ): { calls: Parameters<typeof redriveItem>[0]; made: string[]; count(): number } => {
    const made: string[] = [];
    return {
      made,
      count: () => count,
      calls: {
        async redriveExecution({ clientToken = '' }) {
          made.push(clientToken);
          if (!used.includes(clientToken)) count += 1;
          return { redriveDate: new Date(0) };
        },
        async describeExecution() {
          lag -= 1;
          const shown = lag >= 0 ? 1 : count;
          return {
            executionArn: 'arn',
            stateMachineArn: 'm',
            name: 'order-7',
            status: 'FAILED',
            startDate: new Date(0),
            redriveCount: shown,
          };
        },
      },
    };
  };
  const sources = { now: () => 100 * MINUTE, uuid: () => 'fresh', pause: async () => {} };
  const run = async (fake: ReturnType<typeof service>, earlier?: { token: string; at: number }) => {
    const intents: string[] = [];
    const result = await redriveItem(fake.calls, item, earlier, async ({ token }) => void intents.push(token), sources);
    return { result, intents, made: fake.made, count: fake.count() };
  };

  it.each([
    ['no intent', service([], 1), undefined, ['fresh'], ['fresh']],
    ['took effect', service(['old'], 2), { token: 'old', at: 99 * MINUTE }, [], []],
    ['took effect, reads lag', service(['old'], 2, 1), { token: 'old', at: 99 * MINUTE }, [], ['old']],
    ['never arrived', service([], 1), { token: 'old', at: 99 * MINUTE }, [], ['old']],
    ['never arrived, long ago', service([], 1), { token: 'old', at: 80 * MINUTE }, ['fresh'], ['fresh']],
  ])('%s: redriven once', async (_title, fake, earlier, intents, made) => {
    expect(await run(fake, earlier)).toEqual({
      result: { verdict: 'redriven', status: 'FAILED', redriveCount: 2, exit: 'done' },
      intents,
      made,
      count: 2,
    });
  });

  it('notes the intent before the call', async () => {
    const fake = service([], 1);
    await expect(
      redriveItem(fake.calls, item, undefined, async () => Promise.reject(new Error('the disk is full')), sources),
    ).rejects.toThrow('the disk is full');
    expect(fake.made).toEqual([]);
  });

  it('believes the count where the service refuses', async () => {
    const refusing = (count: number) => {
      const fake = service([], count);
      fake.calls.redriveExecution = async () => {
        throw Object.assign(new Error('Execution is RUNNING'), { name: 'ExecutionNotRedrivable' });
      };
      return fake;
    };
    expect((await run(refusing(2))).result.verdict).toBe('redriven');
    expect((await run(refusing(1))).result).toMatchObject({ verdict: 'refused', exit: 'notRedrivable' });
  });
});

describe('forEach', () => {
  it('works on so many at a time, and begins nothing after a failure', async () => {
    let open = 0;
    let most = 0;
    const begun: number[] = [];
    const work = async (number: number): Promise<void> => {
      begun.push(number);
      most = Math.max(most, (open += 1));
      await Promise.resolve();
      open -= 1;
      if (number === 5) throw new Error('five');
    };
    await expect(
      forEach(Array.from({ length: 100 }, (_, index) => index).values(), work, { concurrency: 3 }),
    ).rejects.toThrow('five');
    expect(most).toBe(3);
    expect(begun.length).toBeLessThan(12);
  });

  it('ends when it is interrupted', async () => {
    const controller = new AbortController();
    const done: number[] = [];
    await forEach([1, 2, 3], async (n) => void (done.push(n), controller.abort()), {
      concurrency: 1,
      signal: controller.signal,
    });
    expect(done).toEqual([1]);
  });
});

it('mapInOrder keeps the order', async () => {
  const found: number[] = [];
  const slowFirst = async (n: number): Promise<number> => {
    for (let turn = 0; turn < 10 - n; turn += 1) await Promise.resolve();
    return n * 2;
  };
  for await (const n of mapInOrder([1, 2, 3, 4, 5], slowFirst, 3)) found.push(n);
  expect(found).toEqual([2, 4, 6, 8, 10]);
});

it('paceOf spreads calls evenly', async () => {
  let now = 0;
  const slept: number[] = [];
  const sleep = async (ms: number): Promise<void> => void slept.push(ms);
  const pace = paceOf(4, { now: () => now, sleep });
  await pace();
  await pace();
  await pace();
  now = 10_000;
  await pace();
  expect(slept).toEqual([250, 500]);
  expect(parseRate('0.5')).toBe(0.5);
});

it('groupsOf counts what failed alike, what is left alone last', () => {
  const item = { executionArn: 'a', name: 'n', attempt: 1, status: 'FAILED', redriveCount: 0 } as const;
  const groups = groupsOf([
    { ...item, skip: 'no' },
    { ...item, skip: 'no' },
    { ...item, state: 'A', error: 'E' },
  ]);
  expect(groups).toEqual([
    { state: 'A', error: 'E', status: 'FAILED', count: 1 },
    { status: 'FAILED', count: 2, skip: 'no' },
  ]);
});

it('DefinitionCheck asks once a revision', async () => {
  const asked: string[] = [];
  const check = new DefinitionCheck(
    {
      describeStateMachine: async () => ({ definition: 'new' }) as never,
      async describeStateMachineForExecution({ executionArn }) {
        asked.push(executionArn);
        const isNew = executionArn === 'e90';
        return { definition: isNew ? 'new' : 'old', updateDate: new Date(isNew ? 50 : 10) } as never;
      },
    },
    'machine',
  );
  const answers = await Promise.all([90, 70, 50, 40, 20].map((start) => check.changed(`e${start}`, new Date(start))));
  expect(answers).toEqual([false, false, false, true, true]);
  expect(asked).toEqual(['e90', 'e40']);
});

it('eachExecution merges the lists of several statuses, newest first', async () => {
  const lists: Record<string, number[]> = { FAILED: [90, 40, 10], ABORTED: [80, 50] };
  const calls = {
    async listExecutions({ statusFilter = '', nextToken }: { statusFilter?: string; nextToken?: string }) {
      const at = Number(nextToken ?? 0);
      const time = lists[statusFilter]?.[at];
      const executions = time === undefined ? [] : [{ name: `n${time}`, executionArn: 'a', startDate: new Date(time) }];
      return { executions, ...(at < 2 ? { nextToken: String(at + 1) } : {}) } as never;
    },
  };
  const found: string[] = [];
  for await (const { name } of eachExecution(calls as never, 'm', {
    statuses: ['FAILED', 'ABORTED'],
    since: 20,
    until: 90,
  }))
    found.push(name);
  expect(found).toEqual(['n80', 'n50', 'n40']);
});

it('sums up', () => {
  const tally = new Tally();
  expect(tally.exit).toBe('done');
  tally.add('failed', 2);
  expect(tally.exit).toBe('failed');
  tally.add('done', 1_000);
  tally.add('usage', 0);
  expect([tally.exit, tally.total]).toEqual(['partial', 1_002]);
  expect(
    summaryText({ environment: 'x', outcomes: tally.counted, total: tally.total, exit: tally.exit }, 'redriven'),
  ).toBe('1,000 of 1,002 redriven; 2 FAILED');
  expect(readingText(1_234, 'DescribeExecution', 12, 240)).toBe(
    '1,234 calls of DescribeExecution, at 12 a second, so that it takes about 1m 23s',
  );
  expect(readingText(10, 'DescribeExecution', 12, 240)).toBe('10 calls of DescribeExecution');
});

it('NumberSet', () => {
  const set = new NumberSet();
  for (const number of [0, 7, 8, 5_000_000]) set.add(number);
  expect([0, 1, 7, 8, 9, 5_000_000, 5_000_001].map((number) => set.has(number))).toEqual([
    true,
    false,
    true,
    true,
    false,
    true,
    false,
  ]);
});
