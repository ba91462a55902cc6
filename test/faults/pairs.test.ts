import { expect, it } from 'vitest';
import { brokenPlans } from './broken-plans.js';
import { EFFECT_FAULTS, RECOVERIES, STEP_FAULTS, type Plan } from './fault.js';
import { faultFree, firstFaults, firstFaultsOfOthers, otherPairsFrom, pairsFrom, sameAsRedrive } from './matrix.js';
import { randomFrom, shuffled } from './random.js';
import { runPlan, type Report } from './run-plan.js';
import type { ScenarioName } from './scenarios.js';

/** All pairs take hours (`npm run faults -- --all`); here a sample, the same every time. */
const SAMPLE: readonly (readonly [ScenarioName, number])[] = [
  ['fine', 6],
  ['declined', 3],
  ['out-of-stock', 3],
  ['fulfilment-rejected', 4],
];
const PAIRS_OF_EACH = 40;

async function sample(name: ScenarioName, firsts: number): Promise<Plan[]> {
  const random = randomFrom(20_261_122);
  const plans: Plan[] = [];
  for (const first of shuffled(firstFaults(await faultFree(name)), random).slice(0, firsts)) {
    const pairs: Plan[] = [];
    for await (const plan of pairsFrom(name, first)) pairs.push(plan);
    plans.push(...shuffled(pairs, random).slice(0, PAIRS_OF_EACH));
  }
  return plans;
}

it.each(SAMPLE)(
  'an order that is %s breaks no invariant by pairs of faults',
  { timeout: 300_000 },
  async (name, firsts) => {
    const plans = await sample(name, firsts);
    expect(plans.length).toBe(firsts * PAIRS_OF_EACH);
    expect((await brokenPlans(plans)).broken).toEqual([]);
  },
);

it.each(SAMPLE)(
  'an order that is %s breaks no invariant by pairs of faults of all kinds',
  { timeout: 300_000 },
  async (name, firsts) => {
    const random = randomFrom(20_261_122);
    const plans: Plan[] = [];
    for (const first of shuffled(firstFaultsOfOthers(await faultFree(name)), random).slice(0, firsts)) {
      const recovery = RECOVERIES[Math.floor(random() * RECOVERIES.length)]!;
      const pairs: Plan[] = [];
      for await (const plan of otherPairsFrom(name, first, recovery)) pairs.push(plan);
      plans.push(...shuffled(pairs, random).slice(0, PAIRS_OF_EACH));
    }
    expect(plans.length).toBeGreaterThan(firsts * 10);
    expect((await brokenPlans(plans)).broken).toEqual([]);
  },
);

it('pairs are made of every kind of fault but three, which are the same as others there', async () => {
  const recorded = await faultFree('fine');
  const kinds = new Set([...firstFaults(recorded), ...firstFaultsOfOthers(recorded)].map(({ kind }) => kind));
  expect([...EFFECT_FAULTS, ...STEP_FAULTS].filter((kind) => !kinds.has(kind))).toEqual([
    'crash-before',
    'bug-after',
    'reset-before',
  ]);
});

it('no pair is in both of the lists', async () => {
  const first = firstFaults(await faultFree('fine')).find(({ kind }) => kind === 'crash-after')!;
  const listed = new Set<string>();
  for await (const { faults } of pairsFrom('fine', first)) listed.add(JSON.stringify(faults));
  let others = 0;
  for await (const { faults } of otherPairsFrom('fine', first, 'redrive')) {
    others += 1;
    expect(listed.has(JSON.stringify(faults))).toBe(false);
  }
  expect([listed.size > 0, others > 0]).toEqual([true, true]);
});

it('runs that the campaign leaves out, because another is the same, are the same', { timeout: 300_000 }, async () => {
  const told = ({ violations, end, error, effects, steps, redrives }: Report) => ({
    ...{ violations, end, error, steps, redrives },
    effects: [...effects],
  });
  const counted = new Map<Report['recovered'], number>();
  for (const name of ['fine', 'out-of-stock'] as const) {
    const random = randomFrom(7);
    for (const first of shuffled(firstFaults(await faultFree(name)), random).slice(0, 8)) {
      const pairs: Plan[] = [];
      for await (const plan of pairsFrom(name, first)) {
        if (!plan.retries && plan.recovery !== 'redrive') pairs.push(plan);
      }
      for (const plan of shuffled(pairs, random).slice(0, 25)) {
        const redriven = await runPlan({ ...plan, recovery: 'redrive' });
        if (!sameAsRedrive(redriven.recovered, plan.recovery)) continue;
        counted.set(redriven.recovered, (counted.get(redriven.recovered) ?? 0) + 1);
        expect({ plan, ...told(await runPlan(plan)) }).toEqual({ plan, ...told(redriven) });
      }
    }
  }
  expect([...counted.keys()].sort()).toEqual(['never', 'timeless']);
});
