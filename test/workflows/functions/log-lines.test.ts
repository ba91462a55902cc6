import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../../build/functions.js';
import { createFunctionHost } from '../../../src/lib/local/functions/function-host.js';
import { asDependencyError } from '../../../workflows/order-processing/adapters/dependency-error.js';
import { namedStripeError } from '../../../workflows/order-processing/adapters/stripe/stripe-errors.js';
import { atBoundary } from '../../../workflows/order-processing/functions/boundary.js';
import { work as validateOrder } from '../../../workflows/order-processing/functions/validate-order.js';
import type { Payload } from '../../../workflows/order-processing/functions/payload.js';
import { buildWorker, type BuiltWorker } from '../../local/functions/build-worker.js';

/* What the lines of functions hold and do not hold, whatever comes in and whatever goes wrong. */

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'workflows/order-processing');
const { functions } = JSON.parse(readFileSync(join(FOLDER, 'workflow.json'), 'utf8')) as {
  functions: Record<string, { timeoutSeconds: number; memoryMb: number }>;
};
const RUN = { arn: 'arn:execution', state: 'SomeState', retry: 2, redrive: 1 };
const CONTEXT = { awsRequestId: 'r-1', functionName: 'orders-x', getRemainingTimeInMillis: () => 9_000 };

type Line = Readonly<Record<string, unknown>>;

const failing = (error: Error) => (): Promise<never> => Promise.reject(error);

/** One call: its lines, and what it answered or threw, as texts. */
async function called(work: () => Promise<unknown>, payload: Payload): Promise<{ lines: Line[]; texts: string[] }> {
  const written: string[] = [];
  const handler = atBoundary(work, () => ({}), { now: () => 1_767_225_600_000, write: (text) => written.push(text) });
  const thrown: unknown = await handler(payload, CONTEXT).catch((error: unknown) => error);
  const told = thrown instanceof Error ? [thrown.name, thrown.message, thrown.stack ?? ''] : [];
  return { lines: written.map((text) => JSON.parse(text) as Line), texts: [...written, ...told] };
}

describe('a function that cannot even begin', () => {
  let bundles: string;
  let worker: BuiltWorker;
  beforeAll(async () => {
    bundles = mkdtempSync(join(tmpdir(), 'orders-log-lines-'));
    [worker] = await Promise.all([buildWorker({}), buildFunctions({ outFolder: bundles })]);
  });
  afterAll(() => {
    worker.remove();
    rmSync(bundles, { recursive: true, force: true });
  });

  const line = { sku: 'mug', quantity: 1, unitPrice: 500, total: 500 };
  const PAYLOAD = {
    orderId: 'o-1',
    attempt: 1,
    order: { orderId: 'o-1', shippingAddress: { street: '12 Harbour Lane' } },
    line,
    lines: [line],
    amount: 500,
    currency: 'usd',
    paymentMethod: null,
    action: 'authorize',
    reason: { Error: 'X', Cause: 'y' },
    run: RUN,
  };

  it.each(Object.keys(functions))('%s says in one line which variable is missing', async (name) => {
    const messages: string[] = [];
    const host = createFunctionHost({
      bundleFolder: bundles,
      workerFile: worker.workerFile,
      functions,
      workers: 1,
      environment: () => ({ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }),
      sources: { now: () => Date.UTC(2026, 0, 1), uuid: () => 'request-1' },
      onLine: ({ message }) => messages.push(message),
    });
    try {
      await host.invoke({ functionName: name, requestId: 'r-1', payload: JSON.stringify(PAYLOAD) });
    } finally {
      await host.close();
    }
    const json = messages.filter((message) => message.startsWith('{')).map((message) => JSON.parse(message) as Line);
    expect(json).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        requestId: 'r-1',
        orderId: 'o-1',
        attempt: 1,
        executionArn: RUN.arn,
        state: RUN.state,
        retry: RUN.retry,
        redrive: RUN.redrive,
        outcome: 'bug',
        cause: expect.stringMatching(/^the environment variable [A-Z_]+ is not set$/) as string,
      }),
    ]);
    expect(messages.join('\n')).not.toContain('Harbour');
  });
});

it('whatever is thrown, and whatever the payload is, a call writes one line', async () => {
  const anything = fc.anything({ withBigInt: true, withDate: true });
  const payloads = fc.oneof(fc.jsonValue(), fc.record({ order: fc.jsonValue(), run: fc.jsonValue() }));
  await fc.assert(
    fc.asyncProperty(anything, payloads, async (thrown, payload) => {
      const { lines } = await called(failing(thrown as Error), payload as Payload);
      expect(lines).toEqual([expect.objectContaining({ requestId: 'r-1', outcome: 'bug', calls: 1 })]);
    }),
    { numRuns: 300 },
  );
});

const SECRETS = [
  'Kim Secretname',
  '12 "Harbour" Läne\nback door',
  'pi_1_secret_2',
  '04101-7',
  '+1 555 123 4567',
  'kim@example.com',
  '4242424242424242',
  '4242-4242-4242-4242',
  'sk_live_abcdef',
];
const secret = fc.constantFrom(...SECRETS);
/** Anything that a shop may have put where nobody looks, and things of a wrong kind. */
const personal = fc.oneof(
  secret,
  fc.tuple(secret, secret).map((pair) => pair.join(', ')),
  fc.array(secret, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('name', 'street', 'mail', 'x'), secret),
  fc.constant(null),
);
const documents = fc.record(
  {
    orderId: fc.constantFrom('o-1', '', 'o\u0001'),
    userId: personal,
    items: fc.oneof(
      fc.array(
        fc.record({ productId: fc.constantFrom('mug', ''), quantity: fc.constantFrom(1, -1, 'two'), note: personal }),
        { maxLength: 3 },
      ),
      personal,
    ),
    shippingAddress: fc.oneof(fc.record({ name: personal, street: personal, country: personal }), personal),
    attempt: fc.constantFrom(1, '4242424242424242', 4242424242424242),
    currency: fc.constantFrom('usd', 'dollars', 7),
    paymentMethod: fc.constantFrom('pm_card_visa', 'no way'),
    note: personal,
    shipingAddress: personal,
  },
  { requiredKeys: ['orderId'] },
);

/** All texts of a document. */
const textsOf = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values((value as object | null) ?? {}).flatMap(textsOf);

describe('no line, and no error that leaves a function, has anything personal or secret in it', () => {
  it.each(['that is refused', 'over which a service stumbles, quoting it'])('of a document %s', async (how) => {
    const stumbles = how !== 'that is refused';
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(documents, async (order) => {
        // A customer's id is an id: services may name it.
        const { userId: _, items: __, attempt: ___, ...quoted } = order;
        const openOrder = () =>
          stumbles
            ? Promise.reject(new TypeError(`cannot write ${JSON.stringify(quoted)} ${textsOf(quoted).join(' | ')}`))
            : Promise.resolve({ kind: 'taken' as const });
        const services = { ledger: { openOrder } as never, defaultCurrency: 'usd' };
        const payload = { order, run: RUN };
        const { lines, texts } = await called(() => validateOrder(payload, services), payload);
        expect(lines).toHaveLength(1);
        if (lines[0]?.['error'] === 'ValidationError') refused += 1;
        for (const one of SECRETS) expect(texts.join('\n')).not.toContain(one);
        expect(texts.join('\n')).not.toContain('Harbour');
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it('when Stripe or AWS quote what was sent to them', async () => {
    const types = fc.constantFrom(
      'StripeCardError',
      'StripeAuthenticationError',
      'StripeAPIError',
      'StripeRateLimitError',
    );
    const names = fc.constantFrom('ValidationException', 'ThrottlingException', 'AccessDeniedException');
    await fc.assert(
      fc.asyncProperty(types, names, secret, fc.boolean(), async (type, name, said, stripe) => {
        const text = `pi_1_secret_2 of ${said}`;
        const error = stripe
          ? namedStripeError(Object.assign(new Error(text), { type, statusCode: 401, raw: { message: text } }))
          : asDependencyError('the ledger', Object.assign(new Error(said), { name }));
        // AWS names fields and limits; patterns are all that stands between what it quotes and the log.
        fc.pre(stripe || /@|\d{9}|4242|sk_|555/.test(said));
        const { lines, texts } = await called(failing(error as Error), {
          orderId: 'o-1',
          attempt: 1,
          run: RUN,
        });
        expect(lines).toHaveLength(1);
        expect(texts.join('\n')).not.toContain(said);
        expect(texts.join('\n')).not.toContain('pi_1_secret_2');
      }),
    );
  });
});

it('nothing but the boundary writes', () => {
  const writers = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) =>
      /\bconsole\.|process\.(stdout|stderr)|new JsonLog\(/.test(readFileSync(join(FOLDER, file), 'utf8')),
    );
  expect(writers).toEqual([join('functions', 'boundary.ts')]);
});

describe("the metric in CloudWatch's embedded format", () => {
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
  interface Directive {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
  }
  const metricOf = async (work: () => Promise<unknown>) => {
    const { lines } = await called(work, { orderId: 'o-1', attempt: 1, run: RUN });
    const line = lines[0] ?? {};
    const { Timestamp, CloudWatchMetrics } = line['_aws'] as { Timestamp: number; CloudWatchMetrics: Directive[] };
    return { line, Timestamp, directive: CloudWatchMetrics[0]!, count: CloudWatchMetrics.length };
  };

  it.each([
    ['success', () => Promise.resolve({})],
    ['bug', () => Promise.reject(new TypeError('x'))],
  ])('is what the specification asks for: %s', async (outcome, work) => {
    const { line, Timestamp, directive, count } = await metricOf(work);
    expect([count, line['outcome']]).toEqual([1, outcome]);
    // Milliseconds, of the line's own time.
    expect(Timestamp).toBe(Date.parse(String(line['timestamp'])));
    expect(directive.Namespace).toMatch(/^[\w./#-]{1,1024}$/);
    expect(directive.Namespace).not.toMatch(/^AWS\//);
    for (const set of directive.Dimensions) {
      expect(set.length).toBeLessThanOrEqual(30);
      for (const name of set) expect(String(line[name])).toMatch(/^[\x21-\x7e]{1,1024}$/);
    }
    expect(directive.Metrics.map(({ Name, Unit }) => [Name, Unit, typeof line[Name]])).toEqual([
      ['calls', 'Count', 'number'],
      ['durationMs', 'Milliseconds', 'number'],
    ]);
  });

  it("is what Terraform's alarms and charts look at", async () => {
    const { directive } = await metricOf(() => Promise.resolve({}));
    const source = readFileSync(join(ROOT, 'infra/observability.tf'), 'utf8');
    const { locals = [] } = (await parse('observability.tf', source)) as { locals?: Record<string, unknown>[] };
    const local = (name: string): unknown => locals.find((block) => name in block)?.[name];
    expect(local('call_namespace')).toBe(directive.Namespace);
    const alarm = String(local('bug_alarms')).replace(/\s+/g, ' ');
    const named = [...directive.Dimensions[0]!];
    expect(alarm).toContain('namespace = local.call_namespace');
    expect(/ metric = "(\w+)"/.exec(alarm)?.[1]).toBe(directive.Metrics[0]?.Name);
    expect(
      [...(/dimensions = \{([^}]*)\}/.exec(alarm)?.[1] ?? '').matchAll(/(\w+) = /g)].map(([, name]) => name),
    ).toEqual(named);
    expect(alarm).toContain('outcome = "bug"');
    const chart = String(local('outcome_widgets')).replace(/\s+/g, ' ');
    const [first, second] = named;
    expect(chart).toContain(`[local.call_namespace, "calls", "${first}", name, "${second}", outcome]`);
    expect(Object.keys(local('outcome_titles') as object).sort()).toEqual(['bug', 'business', 'infrastructure']);
  });
});
