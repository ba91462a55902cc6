import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFunctionHost, FunctionHostClosed } from '../../../src/lib/local/functions/function-host.js';
import type { FunctionHost, FunctionLogLine, FunctionResult } from '../../../src/lib/local/ports.js';
import { buildWorker, type BuiltWorker } from './build-worker.js';

const FUNCTIONS = {
  echo: `export const handler = async (event, context) => ({ event, context, left: context.getRemainingTimeInMillis() > 0,
    table: process.env.ORDERS_TABLE, home: process.env.HOME ?? null, secret: process.env.HOST_SECRET ?? null,
    name: process.env.AWS_LAMBDA_FUNCTION_NAME })`,
  throws: `class OutOfStockError extends Error { name = 'OutOfStockError' }
    export const handler = async () => { console.log('before'); throw new OutOfStockError('SKU-1 is sold out') }`,
  'throws-text': `export const handler = async () => { throw 'just words' }`,
  loops: `export const handler = async () => { process.stdout.write('last words'); console.log('and %s', 'these'); for (;;); }`,
  floods: `export const handler = async () => { for (;;) console.log('x'.repeat(1000)) }`,
  exits: `export const handler = async () => { console.log('leaving'); process.exit(3) }`,
  'exits-quietly': `export const handler = async () => { process.exit(0) }`,
  'kills-itself': `export const handler = async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}) }`,
  'eats-memory': `export const handler = async () => { console.log('hungry'); const all = []; for (;;) all.push(new Array(10000).fill('x').map((x, i) => x + i)) }`,
  'never-marshals': `export const handler = async () => { const a = {}; a.a = a; return a }`,
  'answers-nothing': `export const handler = async () => {}`,
  rejects: `export const handler = async () => { Promise.reject(new TypeError('nobody listens')); await new Promise((r) => setTimeout(r, 10_000)) }`,
  'throws-later': `export const handler = async () => { setTimeout(() => { throw new RangeError('later') }, 1); await new Promise((r) => setTimeout(r, 10_000)) }`,
  'no-handler': `export const main = 1`,
  'bad-import': `throw new SyntaxError('broken bundle'); export const handler = () => {}`,
  counts: `let n = 0; export const handler = async () => ++n`,
  prints: `export const handler = async (event) => { process.stdout.write('{"a":'); process.stdout.write('1}\\nsecond\\n');
    process.stderr.write(Buffer.from('err\\n')); console.warn('careful', { b: 2 }); process.emitWarning('old'); await null; await new Promise((r) => setImmediate(r)); console.error('two\\nlines') }`,
  'goes-on': `export const handler = async (event, context) => { setTimeout(() => console.log('still here'), 5); return context.awsRequestId }`,
  waits: `export const handler = async (event) => { await new Promise((r) => setTimeout(r, event.ms)); return event.ms }`,
} as const;

let built: BuiltWorker;
let host: FunctionHost;
let lines: FunctionLogLine[] = [];
let onLine: ((line: FunctionLogLine) => void) | undefined;

beforeAll(async () => {
  built = await buildWorker(FUNCTIONS);
});
afterEach(() => host.close());
afterAll(() => built.remove());

function open(timeoutSeconds = 5, workers = 2, memoryMb = 128): void {
  lines = [];
  onLine = undefined;
  let id = 0;
  host = createFunctionHost({
    ...built,
    workers,
    functions: Object.fromEntries(Object.keys(FUNCTIONS).map((name) => [name, { timeoutSeconds, memoryMb }])),
    environment: (name) => ({ AWS_LAMBDA_FUNCTION_NAME: `orders-local-${name}`, ORDERS_TABLE: `for-${name}` }),
    sources: { now: () => Date.UTC(2026, 10, 22), uuid: () => `id-${++id}` },
    onLine: (line) => {
      lines.push(line);
      onLine?.(line);
    },
  });
}

function call(functionName: keyof typeof FUNCTIONS, event: unknown = {}, requestId = 'r-1'): Promise<FunctionResult> {
  return host.invoke({ functionName, payload: JSON.stringify(event), requestId });
}

const failure = (result: FunctionResult): unknown => {
  expect(result.functionError).toBe('Unhandled');
  return JSON.parse(result.payload);
};
const written = (): string[] => lines.map((line) => line.message).filter((text) => !/^(START|END|REPORT) /.test(text));

describe('a function that answers', () => {
  it('gets its event, its context and only its own environment', async () => {
    process.env['HOST_SECRET'] = 'of the user';
    open();
    const result = await call('echo', { a: 1 });
    delete process.env['HOST_SECRET'];
    expect(result.functionError).toBeUndefined();
    expect(JSON.parse(result.payload)).toEqual({
      event: { a: 1 },
      context: {
        awsRequestId: 'r-1',
        callbackWaitsForEmptyEventLoop: true,
        functionName: 'orders-local-echo',
        functionVersion: '1',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders-local-echo:live',
        logGroupName: '/aws/lambda/orders-local-echo',
        logStreamName: '2026/11/22/[1]local',
        memoryLimitInMB: '128',
      },
      left: true,
      table: 'for-echo',
      home: null,
      secret: null,
      name: 'orders-local-echo',
    });
  });

  it('answers null when it returns nothing', async () => {
    open();
    expect(await call('answers-nothing')).toEqual({ payload: 'null' });
  });

  it('stays loaded between invocations', async () => {
    open();
    expect([await call('counts'), await call('counts'), await call('counts')].map((result) => result.payload)).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  it('writes its lines between START and REPORT, tagged with the request', async () => {
    open();
    await call('prints', {}, 'r-7');
    expect(lines.every((line) => line.requestId === 'r-7' && line.functionName === 'prints')).toBe(true);
    expect(lines[0]?.message).toBe('START RequestId: r-7 Version: 1');
    expect(lines.at(-2)?.message).toBe('END RequestId: r-7');
    expect(lines.at(-1)?.message).toMatch(
      /^REPORT RequestId: r-7\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t/,
    );
    expect(written().map((line) => line.replace(/^\S+Z\t/, ''))).toEqual([
      '{"a":1}',
      'second',
      'err',
      'r-7\tWARN\tcareful { b: 2 }',
      'r-7\tWARN\tWarning: old',
      'r-7\tERROR\ttwo\nlines',
    ]);
  });
});

describe('the log', () => {
  it('has what a function writes after it answered', async () => {
    open();
    await call('goes-on', {}, 'r-8');
    const late = new Promise<FunctionLogLine>((resolve) => (onLine = resolve));
    expect(await late).toMatchObject({
      functionName: 'goes-on',
      requestId: 'r-8',
      message: expect.stringMatching(/still here$/) as unknown,
    });
  });

  it('fails the call, not the process, when a line cannot be kept', async () => {
    open();
    onLine = () => {
      throw new Error('disk full');
    };
    await expect(call('echo')).rejects.toThrow('disk full');
    onLine = undefined;
    expect((await call('echo')).functionError).toBeUndefined();
  });
});

describe('a function that fails', () => {
  it('throws: name, message and trace', async () => {
    open();
    expect(failure(await call('throws'))).toEqual({
      errorType: 'OutOfStockError',
      errorMessage: 'SKU-1 is sold out',
      trace: expect.arrayContaining(['OutOfStockError: SKU-1 is sold out']) as unknown,
    });
    expect(written()[0]).toMatch(/\tr-1\tINFO\tbefore$/);
  });

  it('throws something that is no error', async () => {
    open();
    expect(failure(await call('throws-text'))).toEqual({ errorType: 'string', errorMessage: 'just words', trace: [] });
  });

  it('loops: its time-out ends it and its last line is kept', async () => {
    open(1);
    expect(failure(await call('loops'))).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: r-1 Error: Task timed out after 1.00 seconds',
    });
    expect(written()).toEqual([
      'last words',
      expect.stringMatching(/\tr-1\tINFO\tand these$/),
      '2026-11-22T00:00:00.000Z r-1 Task timed out after 1.00 seconds',
    ]);
    expect((await call('echo')).functionError).toBeUndefined();
  });

  it('floods its log: the host stays in control', async () => {
    open(1);
    expect(failure(await call('floods'))).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(lines.length).toBeGreaterThan(100);
  });

  it('exits, with and without a status', async () => {
    open();
    expect(failure(await call('exits'))).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: r-1 Error: Runtime exited with error: exit status 3',
    });
    expect(written()[0]).toMatch(/INFO\tleaving$/);
    expect(failure(await call('exits-quietly'))).toMatchObject({
      errorMessage: 'RequestId: r-1 Error: Runtime exited without providing a reason',
    });
    expect((await call('echo')).functionError).toBeUndefined();
  });

  it('signals its own process: only the worker ends', async () => {
    open();
    expect(failure(await call('kills-itself'))).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: r-1 Error: Runtime exited with error: signal: killed',
    });
  });

  it('runs out of memory: only the worker ends', async () => {
    open(20, 1, 32);
    expect(failure(await call('eats-memory'))).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: r-1 Error: Runtime exited with error: signal: killed',
    });
    expect(written()[0]).toMatch(/hungry$/);
    expect((await call('echo')).functionError).toBeUndefined();
  });

  it('returns what no JSON can hold', async () => {
    open();
    expect(failure(await call('never-marshals'))).toMatchObject({
      errorType: 'Runtime.MarshalError',
      errorMessage: 'Unable to stringify response body',
    });
  });

  it('leaves a rejection or a throw to nobody', async () => {
    open();
    expect(failure(await call('rejects'))).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'TypeError: nobody listens',
    });
    expect(failure(await call('throws-later'))).toMatchObject({ errorType: 'RangeError', errorMessage: 'later' });
    expect((await call('echo')).functionError).toBeUndefined();
  });

  it('cannot be loaded', async () => {
    open();
    expect(failure(await call('no-handler'))).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
    expect(failure(await call('bad-import'))).toMatchObject({
      errorType: 'SyntaxError',
      errorMessage: 'broken bundle',
    });
  });
});

describe('the pool', () => {
  it('queues what its workers cannot take and answers everything', async () => {
    open();
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) => call('waits', { ms: index }, `r-${index}`)),
    );
    expect(results.map((result) => result.payload)).toEqual(Array.from({ length: 12 }, (_, index) => String(index)));
  });

  it('runs a call beside one that blocks its worker', async () => {
    open(3);
    const blocked = call('loops', {}, 'blocked');
    expect((await call('echo', {}, 'free')).functionError).toBeUndefined();
    expect(lines.some((line) => line.requestId === 'blocked' && line.message.startsWith('END'))).toBe(false);
    await blocked;
  });

  it('rejects what runs or waits when it is closed', async () => {
    open(5, 1);
    const running = call('loops').catch((error: unknown) => error);
    const waiting = call('echo').catch((error: unknown) => error);
    await host.close();
    expect(await running).toBeInstanceOf(FunctionHostClosed);
    expect(await waiting).toBeInstanceOf(FunctionHostClosed);
    await expect(call('echo')).rejects.toBeInstanceOf(FunctionHostClosed);
  });

  it('knows its functions', async () => {
    open();
    expect([host.has('echo'), host.has('toString'), host.has('unknown')]).toEqual([true, false, false]);
    expect(failure(await host.invoke({ functionName: 'unknown', payload: '{}', requestId: 'r' }))).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
    });
  });
});
