import { describe, expect, it } from 'vitest';
import { brokenPlans } from './broken-plans.js';
import type { EffectFault, Fault, Plan, Recovery } from './fault.js';
import { faultFree } from './matrix.js';
import { MUTATIONS, mutationOf, type MutationName } from './mutations.js';
import { shippedWorkflow } from './run-plan.js';
import type { ScenarioName } from './scenarios.js';

/*
 * The matrix can fail: each safety layer is taken out, alone or with the one that covers it, and an invariant breaks; the
 * same runs with the layer in place break none.
 */

interface Given {
  readonly scenario?: ScenarioName;
  readonly retries?: boolean;
  readonly recovery?: Recovery;
  readonly type?: Plan['type'];
}

function plan(faults: readonly (readonly [string, EffectFault])[], given: Given = {}): Plan {
  return {
    scenario: 'fine',
    retries: false,
    recovery: 'redrive',
    type: 'STANDARD',
    ...given,
    faults: faults.map(([at, kind]): Fault => ({ at, kind })),
  };
}

const abandoned: Given = { recovery: 'compensate-only' };
const EFFECTS = (await faultFree('fine')).effects;
const everywhere = (kind: EffectFault, given: Given): Plan[] =>
  [...EFFECTS.keys()].map((at) => plan([[at, kind]], given));

const BROKEN: readonly (readonly [readonly MutationName[], readonly Plan[], string])[] = [
  [
    ['reserving without asking whether the order is fenced', 'no tombstone for stock that was never reserved'],
    [plan([['CheckInventory/1', 'late-overlap']], abandoned)],
    'I5',
  ],
  [
    [
      'claiming the payment without asking whether the order is fenced',
      'no tombstone for a payment that was never begun',
    ],
    [plan([['ChargePayment/1', 'late-overlap']], abandoned)],
    'I4',
  ],
  [['no CANCELLING mark'], everywhere('compensate-beside', { retries: true }), 'I8'],
  [
    [
      'fulfilling whatever the order says',
      'fulfilling whatever the payment says',
      'consuming whatever the reservation says',
      'sending goods without a condition on the stock',
    ],
    [plan([['FulfillOrder/1', 'late-overlap']], abandoned)],
    'I2',
  ],
  [
    ['reserving stock without a condition', 'sending goods without a condition on the stock'],
    everywhere('rival', { retries: true }),
    'I5',
  ],
  [['the rollback believes the ledger, not Stripe'], [plan([['ChargePayment/7', 'crash-after']], abandoned)], 'I4'],
  [
    ['creating and confirming the payment in one call'],
    ['ChargePayment/4', 'ChargePayment/5', 'ChargePayment/6'].map((at) => plan([[at, 'crash-after']], abandoned)),
    'I4',
  ],
  [
    ['a new payment in every run, kept single by idempotency keys alone'],
    [plan([['ChargePayment/7', 'crash-after']], { recovery: 'redrive-after-a-day' })],
    'I3',
  ],
  [
    ['an amount that every run sets anew'],
    [
      plan(
        [
          ['ChargePayment/0', 'reprice'],
          ['CapturePayment/0', 'duplicate-fast'],
        ],
        { type: 'EXPRESS', retries: true },
      ),
    ],
    'I2',
  ],
  [
    ['an amount that every run sets anew', 'an amount that no run compares'],
    [
      plan(
        [
          ['ChargePayment/0', 'reprice'],
          ['CapturePayment/0', 'duplicate-first'],
        ],
        { type: 'EXPRESS', retries: true },
      ),
    ],
    'I2',
  ],
  [['refusals thrown instead of data'], [plan([], { scenario: 'declined' })], 'I7'],
  [
    [
      'the Parallel catches everything',
      'reserving without asking whether the order is fenced',
      'no tombstone for stock that was never reserved',
    ],
    [plan([['CheckInventory/1', 'sibling-late']], { retries: true })],
    'I5',
  ],
  [['nobody looks at what the branches came to'], [plan([], { scenario: 'declined' })], 'I7'],
  [
    ['a compensation whose errors are caught'],
    [plan([['CompensatingTransaction/0', 'bug-after']], { scenario: 'out-of-stock', retries: true })],
    'I6',
  ],
  [['a confirmation that is lost without a trace'], [plan([['SendConfirmation/2', 'refused']])], 'I6'],
  [['nobody is told of a decline'], [plan([], { scenario: 'declined' })], 'I9'],
];

describe.each(BROKEN)('without %j', (layers, plans, invariant) => {
  it(`${invariant} breaks, and does not with the whole workflow`, async () => {
    const { broken } = await brokenPlans(plans, shippedWorkflow(mutationOf(...layers)));
    expect(broken.join('\n')).toContain(`${invariant}: `);
    expect((await brokenPlans(plans)).broken).toEqual([]);
  });
});

/** What nothing of ours covers: Stripe itself refuses a second confirmation. */
const HARMLESS: readonly MutationName[] = ['not looking at the payment before asking the bank again'];

it.each(HARMLESS)('%s is covered by Stripe', async (name) => {
  const plans = ['ChargePayment/7', 'ChargePayment/8'].map((at) =>
    plan([[at, 'crash-after']], { recovery: 'redrive-after-a-day' }),
  );
  expect((await brokenPlans(plans, shippedWorkflow(mutationOf(name)))).broken).toEqual([]);
});

it('every layer is taken out somewhere', () => {
  const taken = new Set<string>([...BROKEN.flatMap(([layers]) => layers), ...HARMLESS]);
  expect(Object.keys(MUTATIONS).filter((name) => !taken.has(name))).toEqual([]);
});
