import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../../build/functions.js';
import { createFunctionHost } from '../../../src/lib/local/functions/function-host.js';
import type { FunctionHost, FunctionLogLine } from '../../../src/lib/local/ports.js';
import { violations } from '../../../workflows/order-processing/domain/invariants.js';
import { buildWorker, type BuiltWorker } from '../../local/functions/build-worker.js';
import { localServices, type LocalServices } from '../local-services.js';
import { ORDER } from '../order-run.js';

const WORKFLOW = join(import.meta.dirname, '../../../workflows/order-processing/workflow.json');
const { functions } = JSON.parse(readFileSync(WORKFLOW, 'utf8')) as {
  functions: Record<string, { timeoutSeconds: number; memoryMb: number }>;
};
const REF = { orderId: 'order-1', attempt: 1 };
const ARN = 'arn:aws:states:us-east-1:000000000000:execution:m:order-1';

let bundles: string;
let worker: BuiltWorker;
let services: LocalServices;
let host: FunctionHost;
let lines: FunctionLogLine[];

beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), 'orders-bundles-'));
  [worker] = await Promise.all([buildWorker({}), buildFunctions({ outFolder: bundles })]);
});
afterAll(() => {
  worker.remove();
  rmSync(bundles, { recursive: true, force: true });
});
beforeEach(async () => {
  services = await localServices({ mug: 10, bowl: 5 });
  lines = [];
  let calls = 0;
  host = createFunctionHost({
    bundleFolder: bundles,
    workerFile: worker.workerFile,
    functions,
    workers: 1,
    environment: (name) => ({ ...services.environment, AWS_LAMBDA_FUNCTION_NAME: `orders-${name}` }),
    sources: { now: () => Date.UTC(2026, 0, 1), uuid: () => `request-${(calls += 1)}` },
    onLine: (line) => lines.push(line),
  });
});
afterEach(async () => {
  await host.close();
  await services.close();
});

let requests = 0;
async function call(
  functionName: string,
  state: string,
  payload: object,
): Promise<{ result: Record<string, unknown>; failed: boolean }> {
  const run = { arn: ARN, state, retry: 0, redrive: 0 };
  const requestId = `r-${(requests += 1)}`;
  const answer = await host.invoke({ functionName, requestId, payload: JSON.stringify({ ...payload, run }) });
  return { result: JSON.parse(answer.payload) as Record<string, unknown>, failed: answer.functionError !== undefined };
}

function jsonLines(): Record<string, unknown>[] {
  return lines
    .filter(({ message }) => message.startsWith('{'))
    .map(({ message }) => JSON.parse(message) as Record<string, unknown>);
}

describe('the bundled functions', () => {
  it('take an order from its document to its confirmation', async () => {
    const { result: intake } = await call('validate-order', 'ValidateOrder', { order: ORDER });
    expect(intake).toEqual({
      ...REF,
      currency: 'usd',
      paymentMethod: null,
      lines: [
        { sku: 'mug', quantity: 2 },
        { sku: 'bowl', quantity: 1 },
        { sku: 'mug', quantity: 1 },
      ],
    });
    const priced = [];
    for (const [index, line] of (intake['lines'] as object[]).entries()) {
      priced.push((await call('process-line-item', 'ProcessItem', { ...REF, currency: 'usd', index, line })).result);
    }
    const { result: total } = await call('aggregate-results', 'AggregateResults', {
      ...REF,
      currency: 'usd',
      lines: priced,
    });
    expect(total).toEqual({ amount: 2000, currency: 'usd' });
    const [stock, payment] = await Promise.all([
      call('check-inventory', 'CheckInventory', { ...REF, lines: priced }),
      call('charge-payment', 'ChargePayment', { action: 'authorize', ...REF, ...total, paymentMethod: null }),
    ]);
    expect(stock.result).toEqual({ outcome: 'RESERVED' });
    expect(payment.result).toEqual({ outcome: 'AUTHORIZED', paymentIntentId: services.intents()[0]?.id });
    const capture = await call('charge-payment', 'CapturePayment', { action: 'capture', ...REF, ...total });
    expect(capture.result).toEqual({ outcome: 'CAPTURED', amount: 2000 });
    const { result: shipment } = await call('fulfill-order', 'FulfillOrder', REF);
    expect(shipment).toEqual({ shipmentId: 'shipment-order-1' });
    const confirmation = await call('send-confirmation', 'SendConfirmation', { ...REF, ...shipment });
    expect(confirmation).toMatchObject({ failed: false, result: { messageId: expect.any(String) as string } });
    expect(violations(services.books())).toEqual([]);
    expect(JSON.stringify(lines)).not.toMatch(/Harbour|sk_test/);
  });

  it('write one JSON line a call, by which an order can be found', async () => {
    await call('validate-order', 'ValidateOrder', { order: ORDER });
    expect(jsonLines()).toEqual([
      {
        timestamp: expect.any(String) as string,
        level: 'INFO',
        message: 'done',
        function: 'orders-validate-order',
        requestId: expect.any(String) as string,
        orderId: 'order-1',
        attempt: 1,
        executionArn: ARN,
        state: 'ValidateOrder',
        retry: 0,
        redrive: 0,
        durationMs: expect.any(Number) as number,
        outcome: 'success',
        calls: 1,
        _aws: expect.any(Object) as object,
      },
    ]);
  });

  it.each([
    ['validate-order', { order: { ...ORDER, items: [] } }, 'ValidationError'],
    [
      'process-line-item',
      { ...REF, currency: 'usd', index: 0, line: { sku: 'hat', quantity: 1 } },
      'LineItemRejectedError',
    ],
    ['rollback-order', { ...REF, reason: { Error: 'X', Cause: 'y' } }, 'CompensationRefusedError'],
    ['charge-payment', { ...REF, action: 'steal' }, 'InvariantViolationError'],
    ['fulfill-order', {}, 'InvariantViolationError'],
  ])('%s fails with the name that the definition knows', async (name, payload, errorType) => {
    const { result, failed } = await call(name, 'State', payload);
    expect(failed).toBe(true);
    expect(result).toMatchObject({ errorType });
  });

  it('keep personal data and card numbers out of the cause and the log', async () => {
    const order = {
      ...ORDER,
      note: 'ring twice',
      paymentMethod: '4242 4242 4242 4242',
      shippingAddress: { country: 7, mail: 'kim@example.com' },
    };
    const { result } = await call('validate-order', 'ValidateOrder', { order });
    expect(result['errorMessage']).toContain('$.paymentMethod must be the id of a Stripe payment method');
    expect(JSON.stringify([result, lines])).not.toMatch(/4242|kim@|ring twice/);
  });

  it('pass on why an order is undone', async () => {
    await call('validate-order', 'ValidateOrder', { order: ORDER });
    const reason = {
      Error: 'OutOfStockError',
      Cause: JSON.stringify({ errorType: 'OutOfStockError', errorMessage: 'mug: 2 ordered, 1 there', trace: [] }),
    };
    const { result } = await call('rollback-order', 'CompensatingTransaction', { ...REF, reason });
    expect(result).toEqual({
      ...REF,
      payment: 'NONE',
      reason: { error: 'OutOfStockError', cause: 'mug: 2 ordered, 1 there' },
    });
  });

  it('say that a dependency is away, so that the call is tried again', async () => {
    await call('validate-order', 'ValidateOrder', { order: ORDER });
    await services.fail({ operation: 'payment_intents.create', when: 'before', answer: 500, times: 9 });
    const { result } = await call('charge-payment', 'ChargePayment', {
      action: 'authorize',
      ...REF,
      amount: 2000,
      currency: 'usd',
      paymentMethod: null,
    });
    expect(result).toMatchObject({ errorType: 'TransientDependencyError' });
  });
});

describe('the bundled send-confirmation behind its queue', () => {
  const message = (messageId: string, body: object | string) => ({
    messageId,
    receiptHandle: 'handle',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '2' },
    eventSource: 'aws:sqs',
  });
  const deliver = async (...records: object[]) => {
    const requestId = `r-${(requests += 1)}`;
    const payload = JSON.stringify({ Records: records });
    const answer = await host.invoke({ functionName: 'send-confirmation', requestId, payload });
    expect(answer.functionError).toBeUndefined();
    return JSON.parse(answer.payload) as unknown;
  };

  beforeEach(async () => {
    await call('validate-order', 'ValidateOrder', { order: ORDER });
    await call('aggregate-results', 'AggregateResults', {
      ...REF,
      currency: 'usd',
      lines: [{ sku: 'mug', quantity: 2, unitPrice: 500, total: 1000 }],
    });
    await call('check-inventory', 'CheckInventory', { ...REF, lines: [{ sku: 'mug', quantity: 2 }] });
    const money = { ...REF, amount: 1000, currency: 'usd', paymentMethod: null };
    await call('charge-payment', 'ChargePayment', { action: 'authorize', ...money });
    await call('charge-payment', 'CapturePayment', { action: 'capture', ...money });
    expect(await call('fulfill-order', 'FulfillOrder', REF)).toMatchObject({ failed: false });
  });

  it('sends what was queued, and gives back by name what cannot be sent', async () => {
    const answer = await deliver(
      message('m-1', { ...REF, executionArn: ARN }),
      message('m-2', 'no JSON'),
      message('m-3', { orderId: 'order-9', attempt: 1, executionArn: ARN }),
    );
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-2' }, { itemIdentifier: 'm-3' }] });
    expect(services.published('confirmations')).toMatchObject([{ orderId: 'order-1', attempt: 1 }]);
    const logged = jsonLines().find(({ state, message: text }) => state === 'QueueConfirmation' && text === 'done');
    expect(logged).toMatchObject({ executionArn: ARN, orderId: 'order-1', retry: 1 });
  });

  it('sends a message that the queue delivers again under the same id', async () => {
    expect(await deliver(message('m-1', { ...REF, executionArn: ARN }))).toEqual({ batchItemFailures: [] });
    expect(await deliver(message('m-1', { ...REF, executionArn: ARN }))).toEqual({ batchItemFailures: [] });
    // At least once; whoever reads the topic tells doubles by the id.
    const ids = services.published('confirmations').map(({ dedupeId }) => dedupeId);
    expect(new Set(ids)).toEqual(new Set(['confirmation:order-1']));
  });
});

it('the same sources give the same bundles, byte for byte', async () => {
  const again = mkdtempSync(join(tmpdir(), 'orders-bundles-'));
  try {
    await buildFunctions({ outFolder: again });
    expect(digest(again)).toEqual(digest(bundles));
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
});

function digest(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path.slice(folder.length)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort();
}
