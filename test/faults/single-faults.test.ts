import { describe, expect, it } from 'vitest';
import { brokenPlans } from './broken-plans.js';
import { EFFECT_FAULTS, STEP_FAULTS } from './fault.js';
import { faultFree, faultsAt, singleFaults, stateOf } from './matrix.js';
import { SCENARIOS, scenarioNamed, type ScenarioName } from './scenarios.js';

/* Every single fault that can befall an order, and what is done about it. The pairs are in pairs.test.ts. */

const NAMES = Object.keys(SCENARIOS) as ScenarioName[];

describe('without a fault', () => {
  it.each(NAMES)('an order that is %s ends as it should', async (name) => {
    const { end, error, violations } = await faultFree(name);
    const scenario = scenarioNamed(name);
    expect({ end, error, violations }).toEqual({
      end: scenario.end === 'SUCCEEDED' ? 'succeeded' : 'fail-state',
      error: scenario.error,
      violations: [],
    });
  });

  it('has the effects that are written down: a new one shows here, and is in the matrix by itself', async () => {
    const lines: string[] = [];
    for (const name of NAMES) {
      lines.push(name);
      const { effects } = await faultFree(name);
      for (const [at, effect] of effects) lines.push(`  ${at} ${effect.service} ${effect.operation}`);
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('effects.txt');
  });
});

describe('the matrix', () => {
  it('strikes every effect and every step of every order, with every kind of fault that is possible there', async () => {
    const kinds = new Set<string>();
    for (const name of NAMES) {
      const recorded = await faultFree(name);
      const planned = new Map<string, Set<string>>();
      for (const { faults } of singleFaults(name, recorded, true)) {
        for (const { at, kind } of faults) planned.set(at, (planned.get(at) ?? new Set()).add(kind));
      }
      for (const [at, effect] of recorded.effects) {
        expect([at, faultsAt(at, effect).filter((kind) => planned.get(at)?.has(kind) !== true)]).toEqual([at, []]);
        expect(stateOf(at)).not.toBe('');
      }
      for (let step = 1; step < recorded.steps; step += 1) {
        expect([...(planned.get(`step/${step}`) ?? [])]).toEqual(['engine-restart', 'stop']);
      }
      for (const found of planned.values()) for (const kind of found) kinds.add(kind);
    }
    expect([...EFFECT_FAULTS, ...STEP_FAULTS].filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});

describe.each(NAMES)('an order that is %s', (name) => {
  it('breaks no invariant, whatever single fault befalls it', { timeout: 300_000 }, async () => {
    const plans = [...singleFaults(name, await faultFree(name), false)];
    const { broken, unstruck, runs } = await brokenPlans(plans);
    expect(broken).toEqual([]);
    expect(runs).toBe(plans.length);
    // Without retries a slow bank ends the first call for good, and what came after it is not reached by every recovery.
    if (name !== 'slow-bank') expect(unstruck).toEqual([]);
  });
});
