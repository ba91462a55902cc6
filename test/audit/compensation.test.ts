import { describe, expect, it } from 'vitest';
import { assertSameExecution, compensate, compensationVerdict } from '../../src/lib/audit/compensation.js';
import type { OrderFacts } from '../../src/lib/audit/order-facts.js';
import type { OrderRow, ReservationRow } from '../../workflows/order-processing/domain/ledger-rows.js';

const FUNCTION = { name: 'p-rollback', alias: 'live', logGroup: 'g' };
const here = (line: string): string => `${line} --env prod`;

/** A function that answers in this order; undefined: with its work done. */
function rollback(...faults: (readonly [string, string] | undefined)[]) {
  const asked: unknown[] = [];
  const waits: number[] = [];
  const calls = {
    invoke: async (input: { readonly Payload?: unknown }) => {
      asked.push(JSON.parse(String(input.Payload)));
      const fault = faults.shift();
      const answer = fault === undefined ? { payment: 'VOIDED' } : { errorType: fault[0], errorMessage: fault[1] };
      return { ...(fault && { FunctionError: 'Unhandled' }), Payload: Buffer.from(JSON.stringify(answer)) };
    },
  };
  const run = () =>
    compensate('7#2', 'a reason', calls as unknown as Parameters<typeof compensate>[2], FUNCTION, {
      here,
      pause: async (wait) => void waits.push(wait),
    });
  return { asked, waits, run };
}

describe('calling the function that cancels', () => {
  it('says of which attempt, why, and who asks', async () => {
    const { asked, run } = rollback(undefined);
    expect(await run()).toEqual({ payment: 'VOIDED' });
    expect(asked).toEqual([
      {
        orderId: '7',
        attempt: 2,
        reason: { Error: 'CancelledByOperator', Cause: 'a reason' },
        run: { arn: 'none', state: 'orders compensate', retry: 0, redrive: 0 },
      },
    ]);
  });

  it('tries again what will pass, five times in all', async () => {
    const busy = ['TransientDependencyError', 'Stripe did not answer'] as const;
    const once = rollback(busy, ['Sandbox.Timedout', 'Task timed out'], undefined);
    expect(await once.run()).toEqual({ payment: 'VOIDED' });
    expect(once.waits).toEqual([1_000, 2_000]);
    const always = rollback(busy, busy, busy, busy, busy, undefined);
    await expect(always.run()).rejects.toMatchObject({
      exit: 'unreachable',
      message: 'attempt 2 of order 7 is not cancelled to its end yet: TransientDependencyError: Stripe did not answer',
      suggestions: [
        'orders compensate 7 --attempt 2 --env prod can be repeated at any time',
        'orders audit 7 --env prod shows what stands',
      ],
    });
    expect([always.asked.length, always.waits]).toEqual([5, [1_000, 2_000, 4_000, 8_000]]);
  });

  it.each([
    ['CompensationRefusedError', 'conflict'],
    ['InvariantViolationError', 'bug'],
  ])('%s is not tried again: %s', async (errorType, exit) => {
    const { waits, run } = rollback([errorType, 'no']);
    await expect(run()).rejects.toMatchObject({ exit });
    expect(waits).toEqual([]);
  });

  it('a failure without a body is one, too', async () => {
    const calls = { invoke: async () => ({ FunctionError: 'Unhandled' }) };
    const asked = compensate('7', 'r', calls as unknown as Parameters<typeof compensate>[2], FUNCTION, {
      here,
      pause: () => Promise.resolve(),
    });
    await expect(asked).rejects.toMatchObject({ exit: 'bug', name: 'Failure' });
  });
});

describe('whether an order can be cancelled', () => {
  const facts = (status: OrderRow['status'], reservation?: ReservationRow['status']): OrderFacts => ({
    key: '7',
    order: {
      orderId: '7',
      attempt: 1,
      status,
      createdAt: '',
      updatedAt: '',
      fingerprint: 'f',
      executionArn: 'arn:mine',
      currency: 'usd',
    },
    payment: undefined,
    reservation: reservation && { orderId: '7', attempt: 1, status: reservation, updatedAt: '', lines: [] },
    execution: { kind: 'gone' },
    charges: [],
  });

  it.each([
    ['RECEIVED', undefined, 'possible'],
    ['CANCELLING', 'HELD', 'possible'],
    ['CANCELLED', 'RELEASED', 'done'],
    ['CANCELLED', 'HELD', 'possible'],
    ['CANCELLED', 'CONSUMED', 'done'],
    ['REJECTED', undefined, 'done'],
  ] as const)('%s with stock %s: %s', (status, reservation, verdict) => {
    expect(compensationVerdict(facts(status, reservation), here)).toBe(verdict);
  });

  it('a fulfilled or unknown one is refused', () => {
    expect(() => compensationVerdict(facts('FULFILLED'), here)).toThrow('order 7 is fulfilled');
    expect(() => compensationVerdict({ ...facts('RECEIVED'), order: undefined }, here)).toThrow('knows no order 7');
  });

  it('an execution that was refused because the id is taken does not speak for the order', () => {
    expect(() => assertSameExecution(facts('RECEIVED'), 'arn:other')).toThrow(
      'worked on by another execution: arn:mine',
    );
    expect(() => assertSameExecution(facts('RECEIVED'), 'arn:mine')).not.toThrow();
    expect(() => assertSameExecution(facts('RECEIVED'))).not.toThrow();
  });
});
