import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakEvenAtVolume, breakEvenSeconds } from '../../src/lib/pricing/break-even.js';
import { chargeByTiers, sumOf } from '../../src/lib/pricing/charge.js';
import { expressEstimate, standardEstimate, type Workload } from '../../src/lib/pricing/estimate.js';
import { expressCells } from '../../src/lib/pricing/express-usage.js';
import { embeddedPrices, FREE_TRANSITIONS } from '../../src/lib/pricing/price-table.js';
import {
  compare,
  exactText,
  fixedText,
  larger,
  minus,
  parseDecimal,
  plus,
  ratio,
  shortText,
  ZERO,
  type Ratio,
} from '../../src/lib/pricing/ratio.js';
import { NO_USAGE } from '../../src/lib/pricing/usage.js';

type Case =
  | {
      id: string;
      type: 'standard';
      region: string;
      transitions: number;
      freeTier: boolean;
      exactUsd: string;
      usd: string;
    }
  | {
      id: string;
      type: 'express';
      region: string;
      executions: number;
      durationMs: number;
      memoryMb: number;
      usedGbSeconds: number;
      gbSeconds: string;
      requestsUsd: string;
      durationUsd: string;
      exactUsd: string;
      usd: string;
    };

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'data/pricing-cases.json'), 'utf8')) as {
  cases: Case[];
};
const prices = embeddedPrices('us-east-1').prices;

/** The cases write an amount as a decimal, or as a float with an exponent. */
function amount(text: string): Ratio {
  const [, digits = '', exponent = '0'] = /^([\d.]+)(?:e-(\d+))?$/u.exec(text) ?? [];
  const value = parseDecimal(digits) ?? ratio(-1);
  return ratio(value.n, value.d * 10n ** BigInt(exponent));
}

const standard = (executions: bigint, transitions: bigint, free?: Ratio) =>
  standardEstimate(workload(executions, transitions, 1n), prices, {
    gbSeconds: ZERO,
    ...(free === undefined ? {} : { freeTransitions: free }),
  });
const express = (executions: bigint, cells: bigint, used: Ratio = ZERO) =>
  expressEstimate(workload(executions, 1n, cells), prices, { gbSeconds: used });

function workload(executions: bigint, transitions: bigint, cells: bigint): Workload {
  return { executions, childCells: 1n, order: { ...NO_USAGE, transitions: ratio(transitions), cells: ratio(cells) } };
}

describe('the given cases, to the digit', () => {
  test('are all there', () => expect(cases).toHaveLength(27));

  test.each(cases.map((one) => [one.id, one] as const))('%s', (_id, one) => {
    if (one.type === 'standard') {
      const month = one.freeTier ? { gbSeconds: ZERO, freeTransitions: FREE_TRANSITIONS } : { gbSeconds: ZERO };
      const estimate = standardEstimate(
        workload(BigInt(one.transitions), 1n, 1n),
        embeddedPrices(one.region).prices,
        month,
      );
      expect(exactText(estimate?.total ?? ratio(-1))).toBe(exactText(amount(one.exactUsd)));
      expect(fixedText(estimate?.total ?? ratio(-1), 2)).toBe(one.usd);
      return;
    }
    const cells = expressCells(BigInt(one.durationMs), BigInt(one.memoryMb));
    const estimate = express(BigInt(one.executions), cells, ratio(one.usedGbSeconds));
    const part = (item: string): string =>
      fixedText(sumOf((estimate?.charges ?? []).filter((charge) => charge.item === item)), 2);
    expect(exactText(estimate?.gbSeconds ?? ratio(-1))).toBe(exactText(amount(one.gbSeconds)));
    expect(exactText(estimate?.total ?? ratio(-1))).toBe(exactText(amount(one.exactUsd)));
    expect([part('requests'), part('duration')]).toEqual([one.requestsUsd, one.durationUsd]);
    expect(fixedText(estimate?.total ?? ratio(-1), 2)).toBe(one.usd);
  });
});

const counts = fc.bigInt({ min: 0n, max: 5_000_000_000n });
const cellCounts = fc.bigInt({ min: 1n, max: 3_000n });

describe('whatever the usage', () => {
  test('more is never cheaper', () => {
    fc.assert(
      fc.property(counts, counts, cellCounts, cellCounts, fc.boolean(), (a, b, few, more, freeTier) => {
        const free = freeTier ? FREE_TRANSITIONS : undefined;
        const [low, high] = a < b ? [a, b] : [b, a];
        const [short, long] = few < more ? [few, more] : [more, few];
        const total = (estimate: { total: Ratio } | undefined): Ratio => estimate?.total ?? ratio(-1);
        expect(compare(total(standard(low, short, free)), total(standard(high, long, free)))).toBeLessThanOrEqual(0);
        expect(compare(total(express(low, short)), total(express(high, long)))).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('a month costs the same in any parts', () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 6 }), cellCounts, (parts, cells) => {
        const all = parts.reduce((sum, part) => sum + part, 0n);
        let used = ZERO;
        let paid = ZERO;
        for (const part of parts) {
          const estimate = express(part, cells, used);
          used = plus(used, estimate?.gbSeconds ?? ZERO);
          paid = plus(paid, estimate?.total ?? ZERO);
        }
        expect(paid).toEqual(express(all, cells)?.total);
      }),
    );
  });

  test('the free tier is taken off once, however the month is split', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 3_000n }), { minLength: 1, maxLength: 8 }), (parts) => {
        let free = FREE_TRANSITIONS;
        let paid = ZERO;
        for (const part of parts) {
          paid = plus(paid, standard(part, 1n, free)?.total ?? ZERO);
          free = larger(ZERO, minus(free, ratio(part)));
        }
        const all = parts.reduce((sum, part) => sum + part, 0n);
        expect(paid).toEqual(standard(all, 1n, FREE_TRANSITIONS)?.total);
      }),
    );
  });

  test('tiers add up to the usage, and each charges its own range only', () => {
    const tiers = prices.express?.gbSecond ?? [];
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1_000 }), (a, b, part) => {
        const usage = ratio(a, part);
        const used = ratio(b, part);
        const charges = chargeByTiers('duration', usage, tiers, used);
        expect(plus(...charges.map(({ quantity }) => quantity))).toEqual(usage);
        for (const { tier, quantity } of charges) {
          if (tier?.to !== undefined) expect(compare(quantity, minus(tier.to, tier.from))).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  test('every amount is a decimal, for averages that are none, too', () => {
    fc.assert(
      fc.property(counts, fc.nat({ max: 99_999 }), fc.integer({ min: 1, max: 999 }), (executions, n, d) => {
        const order = { ...NO_USAGE, transitions: ratio(n, d), cells: ratio(n, d) };
        const load = { executions, order, childCells: 1n };
        expect(exactText(standardEstimate(load, prices)?.total ?? ratio(1, 3))).toMatch(/^\d+(\.\d+)?$/u);
        expect(exactText(expressEstimate(load, prices)?.total ?? ratio(1, 3))).toMatch(/^\d+(\.\d+)?$/u);
      }),
    );
  });
});

test('Express is billed in steps of 100 ms and 64 MB, never in none', () => {
  expect(
    [
      [0n, 0n],
      [1n, 1n],
      [100n, 64n],
      [101n, 64n],
      [100n, 65n],
      [300_000n, 128n],
    ].map(([ms = 0n, mb = 0n]) => expressCells(ms, mb)),
  ).toEqual([1n, 1n, 1n, 2n, 2n, 6_000n]);
});

describe('break-even', () => {
  test('follows (25 T - 1) / 1.041875 at 64 MB', () => {
    const seconds = (transitions: number): string =>
      shortText(breakEvenSeconds(ratio(transitions), 64n, prices) ?? ZERO, 3);
    expect([1, 10, 12, 13, 14].map(seconds)).toEqual(['23.035', '238.992', '286.983', '310.978', '334.973']);
    expect(seconds(0)).toBe('0');
  });

  test('at a volume is the last step that is worth it', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 2_000_000_000n }),
        fc.bigInt({ min: 0n, max: 20n }),
        (executions, transitions) => {
          const load = workload(executions, transitions, 1n);
          const steps = (breakEvenAtVolume(load, 64n, prices, { gbSeconds: ZERO }) ?? -100) / 100;
          const isWorthIt = (cells: number): boolean =>
            compare(
              express(executions, BigInt(cells))?.total ?? ZERO,
              standard(executions, transitions)?.total ?? ZERO,
            ) <= 0;
          if (steps > 0) expect(isWorthIt(steps)).toBe(true);
          if (steps < 3_000) expect(isWorthIt(steps + 1)).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the table of prices', () => {
  test('marks Express prices that are taken over', () => {
    expect(embeddedPrices('us-east-1').notes).toEqual([]);
    expect(embeddedPrices('eu-west-1').notes).toEqual([{ about: 'express-of-us-east-1' }]);
    expect(embeddedPrices('us-gov-west-1').prices.express).toBeUndefined();
  });

  test('refuses a region it does not know', () => {
    expect(() => embeddedPrices('mars-1')).toThrow(
      expect.objectContaining({ exit: 'usage', message: 'no price is known for region mars-1' }),
    );
  });
});
