import { beforeAll, describe, expect, it } from 'vitest';
import { brokenPlans } from './broken-plans.js';
import { bundledWorkflow } from './bundles/bundled-workflow.js';
import type { Plan } from './fault.js';
import { orderMachine } from './machine.js';
import { faultFree, firstFaults, pairsFrom, singleFaults } from './matrix.js';
import { mutationOf } from './mutations.js';
import { randomFrom, shuffled } from './random.js';
import { runPlan, type Report, type Subject } from './run-plan.js';
import { SCENARIOS, scenarioNamed, type ScenarioName } from './scenarios.js';

/*
 * The bundles that are deployed, in the same matrix: what the modules are tried with here by the hundred thousand holds for
 * them as far as they make the same requests. Every single fault with bundles: `npm run faults -- --bundles`.
 */

const NAMES = Object.keys(SCENARIOS) as ScenarioName[];
const SEED = 20_261_122;

let bundles: Subject;
beforeAll(async () => {
  bundles = await bundledWorkflow();
});

/** Each function fetches Stripe's key once, the modules at each call. */
function requests({ effects }: Report): string[] {
  const named = [...effects].map(
    ([at, { service, operation }]) => `${at.replace(/\/\d+$/, '')} ${service} ${operation}`,
  );
  return named.filter((request) => !request.endsWith('GetSecretValue'));
}

describe.each(NAMES)('an order that is %s', (name) => {
  it('makes the requests that the modules make, and ends as they end', async () => {
    const [bundled, modules] = [await faultFree(name, 'STANDARD', bundles), await faultFree(name)];
    expect(requests(bundled)).toEqual(requests(modules));
    expect({ end: bundled.end, error: bundled.error, steps: bundled.steps, violations: bundled.violations }).toEqual({
      end: scenarioNamed(name).end === 'SUCCEEDED' ? 'succeeded' : 'fail-state',
      error: modules.error,
      steps: modules.steps,
      violations: [],
    });
  });

  it('breaks no invariant by single faults', { timeout: 300_000 }, async () => {
    const all = [...singleFaults(name, await faultFree(name, 'STANDARD', bundles), true)];
    const plans = shuffled(all, randomFrom(SEED)).slice(0, 30);
    const { broken, runs } = await brokenPlans(plans, bundles);
    expect({ broken, runs }).toEqual({ broken: [], runs: 30 });
  });
});

it('pairs of faults break no invariant', { timeout: 300_000 }, async () => {
  const random = randomFrom(SEED);
  const plans: Plan[] = [];
  for (const first of shuffled(firstFaults(await faultFree('fine', 'STANDARD', bundles)), random).slice(0, 3)) {
    const pairs: Plan[] = [];
    for await (const plan of pairsFrom('fine', first, bundles)) pairs.push(plan);
    plans.push(...shuffled(pairs, random).slice(0, 30));
  }
  expect(await brokenPlans(plans, bundles)).toMatchObject({ broken: [], runs: 90 });
});

it.each([
  ['a compensation whose errors are caught', 'out-of-stock', ['CompensatingTransaction/0', 'bug-after'], 'I6'],
  ['nobody is told of a decline', 'declined', undefined, 'I9'],
  ['refusals thrown instead of data', 'declined', undefined, 'I7'],
] as const)('without a layer the bundles break an invariant, too: %s', async (layer, scenario, fault, invariant) => {
  const mutation = mutationOf(layer);
  const subject: Subject = { ...bundles, machine: (type, retries) => orderMachine(type, retries, mutation) };
  const faults = fault === undefined ? [] : [{ at: fault[0], kind: fault[1] }];
  const plan: Plan = { scenario, faults, retries: fault !== undefined, recovery: 'redrive', type: 'STANDARD' };
  expect((await runPlan(plan, subject)).violations.join('\n')).toContain(`${invariant}: `);
  expect((await runPlan(plan, bundles)).violations).toEqual([]);
});

it("a connection that breaks is the SDK's to try again, with the same token: nothing is done twice", async () => {
  const { effects } = await faultFree('fine', 'STANDARD', bundles);
  const write = [...effects].find(([, { operation }]) => operation === 'TransactWriteItems')?.[0] ?? '';
  const fault = { at: write, kind: 'reset-after' } as const;
  const plan = { scenario: 'fine', faults: [fault], retries: false, recovery: 'redrive', type: 'STANDARD' } as const;
  const report = await runPlan(plan, bundles);
  expect(report).toMatchObject({ end: 'succeeded', struck: 1, redrives: 0, violations: [] });
  // Without the SDK the same fault stops the execution.
  expect(await runPlan(plan)).toMatchObject({ end: 'succeeded', struck: 1, redrives: 1 });
});
