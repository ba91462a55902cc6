import { expect, it } from 'vitest';
import { brokenPlans } from './broken-plans.js';
import type { Plan } from './fault.js';
import { faultFree, firstFaults, pairsFrom, sameAsRedrive } from './matrix.js';
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
