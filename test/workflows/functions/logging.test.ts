import { describe, expect, it } from 'vitest';
import {
  BUG_ERROR_NAMES,
  BUSINESS_ERROR_NAMES,
  OrderCancelledError,
  RETRYABLE_ERROR_NAMES,
  outcomeClass,
} from '../../../workflows/order-processing/domain/errors.js';
import * as errors from '../../../workflows/order-processing/domain/errors.js';
import { atBoundary } from '../../../workflows/order-processing/functions/boundary.js';
import type { Payload } from '../../../workflows/order-processing/functions/payload.js';
import { alsoFromQueue } from '../../../workflows/order-processing/functions/queued-payloads.js';

const CONTEXT = {
  awsRequestId: 'request-1',
  functionName: 'orders-charge-payment',
  getRemainingTimeInMillis: () => 9_000,
};
const PAYLOAD = {
  orderId: 'o-1',
  attempt: 1,
  run: { arn: 'arn:execution', state: 'ChargePayment', retry: 2, redrive: 1 },
  order: { orderId: 'o-1', shippingAddress: { street: '12 Harbour Lane' }, mail: 'kim@example.com' },
};

/** The lines of one call whose work is this; its clock ticks once a look. */
async function linesOf(work: () => Promise<unknown>, payload: Payload = PAYLOAD): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  let now = 1_000;
  const surroundings = { now: () => (now += 5), write: (line: string) => void lines.push(line) };
  await atBoundary(work, () => ({}), surroundings)(payload, CONTEXT).catch(() => undefined);
  expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

type ErrorName =
  (typeof BUSINESS_ERROR_NAMES)[number] | (typeof RETRYABLE_ERROR_NAMES)[number] | (typeof BUG_ERROR_NAMES)[number];
const thrown = (name: ErrorName): Error => new errors[name]('kim@example.com said sk_test_abc');

describe('every outcome', () => {
  const outcomes: [string, (() => Promise<unknown>) | Error, string, string][] = [
    ['a result', () => Promise.resolve({}), 'success', 'INFO'],
    ...BUSINESS_ERROR_NAMES.map((name): [string, Error, string, string] => [name, thrown(name), 'business', 'WARN']),
    ...RETRYABLE_ERROR_NAMES.map((name): [string, Error, string, string] => [
      name,
      thrown(name),
      'infrastructure',
      'ERROR',
    ]),
    ...BUG_ERROR_NAMES.map((name): [string, Error, string, string] => [name, thrown(name), 'bug', 'ERROR']),
    ['a TypeError', new TypeError('at 12 Harbour Lane'), 'bug', 'ERROR'],
    ['an AWS refusal', Object.assign(new Error('x'), { name: 'AccessDeniedException' }), 'bug', 'ERROR'],
  ];

  it.each(outcomes)('%s is one line, by which the order is found, and one count', async (_, work, outcome, level) => {
    const lines = await linesOf(work instanceof Error ? () => Promise.reject(work) : work);
    expect(lines).toEqual([
      expect.objectContaining({
        level,
        requestId: 'request-1',
        orderId: 'o-1',
        attempt: 1,
        executionArn: 'arn:execution',
        state: 'ChargePayment',
        retry: 2,
        redrive: 1,
        function: 'orders-charge-payment',
        outcome,
        calls: 1,
        durationMs: 5,
      }),
    ]);
  });

  it('has nothing personal in it', async () => {
    const lines = await linesOf(() => Promise.reject(new TypeError('12 Harbour Lane, kim@example.com, sk_test_abc')));
    expect(JSON.stringify(lines)).not.toMatch(/Harbour|kim@|sk_test/);
  });

  it("is a metric in CloudWatch's embedded format", async () => {
    const [line] = await linesOf(() => Promise.resolve({}));
    const { Timestamp, CloudWatchMetrics } = line?.['_aws'] as {
      Timestamp: number;
      CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
    };
    expect(Timestamp).toBeGreaterThan(1_000);
    expect(CloudWatchMetrics).toHaveLength(1);
    for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
      expect(Namespace).toBe('Orders');
      // What a metric names must be a member of the line: dimensions texts, metrics numbers.
      for (const name of Dimensions.flat()) expect(typeof line?.[name]).toBe('string');
      for (const { Name } of Metrics) expect(typeof line?.[Name]).toBe('number');
    }
  });

  it('has a class for every error', () => {
    expect(outcomeClass(new OrderCancelledError('x'))).toBe('business');
    expect(outcomeClass('a mere text')).toBe('bug');
  });
});

describe('confirmations that were queued', () => {
  const message = (messageId: string, body: string) => ({
    messageId,
    body,
    attributes: { ApproximateReceiveCount: '3' },
  });
  const queued = JSON.stringify({ orderId: 'o-1', attempt: 1, shipmentId: 's-1', executionArn: 'arn:execution' });

  it('are taken one by one, and those that fail stay in the queue', async () => {
    const seen: Payload[] = [];
    const handler = alsoFromQueue((payload) => {
      seen.push(payload);
      return payload['orderId'] === 'o-1' ? Promise.resolve({}) : Promise.reject(new Error('no'));
    });
    const bad = message('m-2', 'no JSON');
    expect(await handler({ Records: [message('m-1', queued), bad] }, CONTEXT)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-2' }],
    });
    expect(seen[0]).toEqual({
      orderId: 'o-1',
      attempt: 1,
      shipmentId: 's-1',
      run: { arn: 'arn:execution', state: 'QueueConfirmation', retry: 2, redrive: 0 },
    });
  });

  it('are no different from the workflow’s own calls otherwise', async () => {
    const handler = alsoFromQueue((payload) => Promise.resolve(payload));
    expect(await handler(PAYLOAD, CONTEXT)).toEqual(PAYLOAD);
  });
});
