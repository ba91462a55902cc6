import { describe, expect, test } from 'vitest';
import { RateLimiter, waitedFor, type LimiterSettings, type Wait } from '../../src/lib/aws/rate-limiter.js';
import { retryVerdict } from '../../src/lib/aws/retry-verdict.js';
import { sdkFailure } from '../../src/lib/aws/to-failure.js';

const throttled = (headers: Record<string, string> = {}): Error =>
  Object.assign(new Error('Rate exceeded'), {
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 400 },
    $response: { headers },
  });
const outage = Object.assign(new Error('down'), { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });
const PACED = { paced: true };

/** A limiter whose clock moves only by its own waiting; `random` is 0.5 unless given. */
function limiter(settings: Partial<LimiterSettings> = {}, random = 0.5) {
  const slept: number[] = [];
  const waits: Wait[] = [];
  let now = 0;
  const made = new RateLimiter(
    { region: 'eu-central-1', patience: 60_000, tries: 3, ...settings },
    {
      now: () => now,
      async sleep(milliseconds, signal) {
        if (signal?.aborted === true) return;
        slept.push(milliseconds);
        now += milliseconds;
      },
      random: () => random,
    },
  );
  made.onWait((wait) => waits.push(wait));
  return { made, slept, waits, now: () => now };
}

/** Fails so often with these, then answers. */
function answers(...failures: Error[]): () => Promise<string> {
  const left = [...failures];
  return async () => {
    const failure = left.shift();
    if (failure !== undefined) throw failure;
    return 'answer';
  };
}

describe('the rate limiter', () => {
  test('sends at once what the quota allows, then by its rate, and says so once', async () => {
    const { made, waits, now } = limiter();
    // 80 of ListExecutions' 100, 1.6 of its 2 a second.
    for (let call = 0; call < 80; call += 1) await made.call('ListExecutions', PACED, answers());
    expect(now()).toBe(0);
    for (let call = 0; call < 16; call += 1) await made.call('ListExecutions', PACED, answers());
    expect(now()).toBeCloseTo(10_000);
    expect(waits).toEqual([{ operation: 'ListExecutions', reason: 'quota', perSecond: 1.6, patience: 60_000 }]);
  });

  test('operations do not wait for each other', async () => {
    const { made, now } = limiter();
    for (let call = 0; call < 80; call += 1) await made.call('ListExecutions', PACED, answers());
    await made.call('DescribeExecution', PACED, answers());
    expect(now()).toBe(0);
  });

  test('a served local environment is not held back, but heard when it throttles', async () => {
    const { made, slept } = limiter();
    for (let call = 0; call < 500; call += 1) await made.call('ListExecutions', { paced: false }, answers());
    expect(slept).toEqual([]);
    expect(await made.call('ListExecutions', { paced: false }, answers(throttled()))).toBe('answer');
    expect(slept).toEqual([500]);
  });

  test('throttling is waited out, twice as long each time at most, with full jitter', async () => {
    const { made, slept } = limiter({}, 0.999);
    await made.call('GetParameter', PACED, answers(throttled(), throttled(), throttled(), throttled(), throttled()));
    expect(slept.map(Math.round)).toEqual([999, 1998, 3996, 7992, 15984]);
    const low = limiter({}, 0);
    await low.made.call('GetParameter', PACED, answers(throttled(), throttled()));
    expect(low.slept).toEqual([0, 0]);
  });

  test('Retry-After is kept to, within reason', async () => {
    const { made, slept } = limiter({}, 0);
    await made.call('GetParameter', PACED, answers(throttled({ 'retry-after': '7' })));
    await made.call('GetParameter', PACED, answers(throttled({ 'retry-after': '9999' })));
    await made.call('GetParameter', PACED, answers(throttled({ 'retry-after': 'soon' })));
    expect(slept).toEqual([7_000, 20_000, 0]);
  });

  test('patience ends, and the error says after how long', async () => {
    const { made, waits } = limiter({ patience: 10_000 });
    const error = throttled();
    const always = async (): Promise<never> => {
      throw error;
    };
    await expect(made.call('GetParameter', PACED, always)).rejects.toBe(error);
    expect(waitedFor(error)).toEqual({ operation: 'GetParameter', milliseconds: 7_500 });
    expect(sdkFailure(error)).toMatchObject({
      exit: 'unreachable',
      message: 'AWS throttles GetParameter, still after 7.5 s: Rate exceeded',
    });
    expect(waits).toEqual([{ operation: 'GetParameter', reason: 'throttled', patience: 10_000 }]);
  });

  test('after a complaint everybody goes slower', async () => {
    const { made, now } = limiter({}, 0);
    await made.call('DescribeExecution', PACED, answers(throttled()));
    const before = now();
    for (let call = 0; call < 8; call += 1) await made.call('DescribeExecution', PACED, answers());
    // Half of 8 a second.
    expect(now() - before).toBeGreaterThan(1_500);
  });

  test('an outage is tried three times in all, anything else once', async () => {
    const { made, slept } = limiter();
    expect(await made.call('X', PACED, answers(outage, outage))).toBe('answer');
    await expect(made.call('X', PACED, answers(outage, outage, outage))).rejects.toBe(outage);
    expect(slept).toEqual([100, 200, 100, 200]);
    const denied = Object.assign(new Error('no'), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(made.call('X', PACED, answers(denied))).rejects.toBe(denied);
  });

  test('waiting ends when somebody interrupts', async () => {
    const { made } = limiter();
    const controller = new AbortController();
    made.stopOn(controller.signal);
    controller.abort(new Error('interrupted'));
    await expect(made.call('X', PACED, answers(throttled()))).rejects.toThrow('interrupted');
    // What need not wait is still sent: commands say where things stand before they end.
    expect(await made.call('X', PACED, answers())).toBe('answer');
  });

  test('what is allowed is told, by region and type', () => {
    const { made } = limiter();
    expect(made.share('RedriveExecution')).toEqual({ bucket: 640, perSecond: 120 });
    made.setRegion('us-east-1');
    expect(made.share('RedriveExecution')).toEqual({ bucket: 1040, perSecond: 240 });
    made.forMachine('EXPRESS');
    expect(made.share('StartExecution')).toEqual({ bucket: 4800, perSecond: 4800 });
    expect(made.share('GetParameter')).toBeUndefined();
  });
});

describe('which errors a second try may mend', () => {
  test.each([
    ['ThrottlingException', 400, undefined, 'throttled'],
    ['TooManyRequestsException', 429, undefined, 'throttled'],
    ['Anything', 429, undefined, 'throttled'],
    ['ProvisionedThroughputExceededException', 400, undefined, 'throttled'],
    ['InternalServerError', 500, undefined, 'transient'],
    ['ServiceUnavailable', 503, undefined, 'transient'],
    ['TimeoutError', 0, undefined, 'transient'],
    ['Error', 0, 'ECONNRESET', 'transient'],
    ['ExecutionLimitExceeded', 400, undefined, undefined],
    ['LimitExceededException', 400, undefined, undefined],
    ['AccessDeniedException', 403, undefined, undefined],
    ['TypeError', 0, undefined, undefined],
  ])('%s, status %i, %s: %s', (name, httpStatusCode, code, kind) => {
    const error = Object.assign(new Error('said'), { name, $metadata: { httpStatusCode }, ...(code ? { code } : {}) });
    expect(retryVerdict(error)?.kind).toBe(kind);
  });
});
