import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ourShare, quotaOf } from '../../src/lib/aws/quotas.js';
import { TokenBucket } from '../../src/lib/aws/token-bucket.js';

describe('quotas', () => {
  test.each([
    ['StartExecution', 'us-east-1', 1300, 300],
    ['StartExecution', 'eu-central-1', 800, 150],
    ['StopExecution', 'eu-west-1', 1000, 200],
    ['StopExecution', 'eu-central-1', 500, 25],
    ['DescribeExecution', 'us-west-2', 300, 15],
    ['DescribeExecution', undefined, 250, 10],
    ['ListExecutions', 'ap-southeast-2', 100, 2],
    ['GetExecutionHistory', 'eu-central-1', 400, 20],
    ['FilterLogEvents', 'us-east-1', 25, 25],
    ['FilterLogEvents', 'eu-central-1', 5, 5],
    ['FilterLogEvents', 'eu-west-1', 10, 10],
  ])('%s in %s: %i at once, %i a second', (operation, region, bucket, perSecond) => {
    expect(quotaOf(operation, region)).toEqual({ bucket, perSecond });
  });

  test('Express machines are started faster; what has no figure is not limited', () => {
    expect(quotaOf('StartExecution', 'eu-central-1', 'EXPRESS')).toEqual({ bucket: 6000, perSecond: 6000 });
    expect(quotaOf('GetParameter', 'eu-central-1')).toBeUndefined();
  });

  test('a fifth is left to others, and a token always remains', () => {
    expect(ourShare({ bucket: 100, perSecond: 2 })).toEqual({ bucket: 80, perSecond: 1.6 });
    expect(ourShare({ bucket: 1, perSecond: 1 }).bucket).toBe(1);
  });
});

describe('a token bucket', () => {
  test('gives what it holds at once, then by its rate, in order', () => {
    const bucket = new TokenBucket({ bucket: 2, perSecond: 4 }, 0);
    expect([1, 2, 3, 4].map(() => bucket.take(0))).toEqual([0, 0, 250, 500]);
    // After a second two of the four that it refilled are left.
    expect(bucket.take(1_000)).toBe(0);
    expect(bucket.take(1_000)).toBe(0);
    expect(bucket.take(1_000)).toBe(250);
  });

  test('is never fuller than it was made', () => {
    const bucket = new TokenBucket({ bucket: 2, perSecond: 4 }, 0);
    expect([1, 2, 3].map(() => bucket.take(3_600_000))).toEqual([0, 0, 250]);
  });

  test('slows down when AWS complains, once a second, and not for ever', () => {
    const bucket = new TokenBucket({ bucket: 100, perSecond: 8 }, 0);
    bucket.throttled(0);
    bucket.throttled(500);
    expect(bucket.perSecond).toBe(4);
    bucket.throttled(1_000);
    bucket.throttled(2_000);
    bucket.throttled(3_000);
    bucket.throttled(4_000);
    expect(bucket.perSecond).toBeCloseTo(0.8);
    for (let second = 5; second <= 40; second += 1) bucket.succeeded(second * 1_000);
    expect(bucket.perSecond).toBe(8);
  });

  test('property: no more calls in any time than its content and its rate allow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 }),
        (size, perSecond, gaps) => {
          const bucket = new TokenBucket({ bucket: size, perSecond }, 0);
          let now = 0;
          const sent = gaps.map((gap) => (now += gap) + bucket.take(now));
          for (let count = 1; count <= sent.length; count += 1) {
            const elapsed = Math.max(...sent.slice(0, count)) / 1_000;
            expect(count).toBeLessThanOrEqual(size + perSecond * elapsed + 1e-6);
          }
        },
      ),
    );
  });
});
