import { describe, expect, it } from 'vitest';
import { blogWorkflow } from './blog-post/blog-workflow.js';
import type { Fault, Plan } from './fault.js';
import { runPlan } from './run-plan.js';
import type { ScenarioName } from './scenarios.js';

/* The same harness around the workflow that was published: what ours must never do again. */

function run(scenario: ScenarioName, faults: readonly Fault[] = []) {
  const plan: Plan = { scenario, faults, retries: true, recovery: 'redrive', type: 'STANDARD' };
  return runPlan(plan, blogWorkflow());
}

const broken = async (...given: Parameters<typeof run>): Promise<string> => (await run(...given)).violations.join('\n');

describe("the blog post's workflow", () => {
  it('takes an order to its end when nothing goes wrong', async () => {
    const { end, violations } = await run('fine');
    expect(end).toBe('succeeded');
    // It keeps no personal data out of its histories, not even then.
    expect(violations.filter((one) => !one.startsWith('I10: '))).toEqual([]);
    expect(violations.join()).toContain('I10: ');
  });

  it.each(['declined', 'three-d-secure'] as const)('ships what is %s', async (scenario) => {
    const { end, violations } = await run(scenario);
    expect(end).toBe('succeeded');
    expect(violations.join('\n')).toContain('I2: order-1: the order is fulfilled for 1500, but 0 was taken');
  });

  it('keeps the money of an order that is out of stock', async () => {
    expect(await broken('out-of-stock')).toContain('I1: order-1: 1500 was taken, but the order is CANCELLED');
  });

  it('keeps the money when the function dies after charging', async () => {
    const crash: Fault = { at: 'ChargePayment/2', kind: 'crash-after' };
    expect(await broken('fine', [crash])).toContain('I1: order-1: 1500 was taken, but the order is CANCELLED');
  });

  it('loses the order on a single throttled read, which ours retries', async () => {
    const throttled: Fault = { at: 'ChargePayment/0', kind: 'refused' };
    expect(await run('fine', [throttled])).toMatchObject({ end: 'fail-state', error: 'OrderProcessingFailed' });
    const ours = await runPlan({
      scenario: 'fine',
      faults: [throttled],
      retries: true,
      recovery: 'redrive',
      type: 'STANDARD',
    });
    expect(ours).toMatchObject({ end: 'succeeded', violations: [], redrives: 0 });
  });

  it('keeps the money when the other branch fails while it charges', async () => {
    const sibling: Fault = { at: 'ChargePayment/2', kind: 'sibling-late' };
    expect(await broken('fine', [sibling])).toContain('I1: order-1: 1500 was taken, but the order is CANCELLED');
  });
});
