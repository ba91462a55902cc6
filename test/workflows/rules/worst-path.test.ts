import { describe, expect, it } from 'vitest';
import type { Machine, State } from './machine.js';
import { longestWaits, worstPath } from './worst-path.js';

const task = (seconds: number, more: Partial<State> = {}): State => ({
  Type: 'Task',
  TimeoutSeconds: seconds,
  ...more,
});
const one = (state: State): Machine => ({ StartAt: 'A', States: { A: state } });
const retry = (MaxAttempts: number) => ({ ErrorEquals: ['X'], IntervalSeconds: 2, MaxAttempts, BackoffRate: 3 });

describe('the worst path', () => {
  it.each<[string, Machine, number]>([
    ['a task', one(task(7)), 7],
    ['a task without a time-out', one({ Type: 'Task' }), Infinity],
    ['a wait', one({ Type: 'Wait', Seconds: 9 }), 9],
    ['a wait until somebody says', one({ Type: 'Wait' }), Infinity],
    ['retries: each try and each wait', one(task(7, { Retry: [retry(2)] })), 3 * 7 + 2 + 6],
    ['retriers, which count separately', one(task(7, { Retry: [retry(2), retry(1)] })), 4 * 7 + 2 + 6 + 2],
    ['a retrier with no numbers', one(task(1, { Retry: [{ ErrorEquals: ['X'] }] })), 4 + 1 + 2 + 4],
    ['a Map that takes ten at a time', one({ Type: 'Map', MaxConcurrency: 10, ItemProcessor: one(task(5)) }), 20],
    ['a Map that takes fifteen', one({ Type: 'Map', MaxConcurrency: 15, ItemProcessor: one(task(5)) }), 15],
    ['a Map that takes all at once', one({ Type: 'Map', MaxConcurrency: 0, ItemProcessor: one(task(5)) }), 5],
    ['the longer branch', one({ Type: 'Parallel', Branches: [one(task(3)), one(task(4))] }), 4],
    ['a Parallel that is retried', one({ Type: 'Parallel', Branches: [one(task(4))], Retry: [retry(1)] }), 2 * 4 + 2],
    [
      'what comes next',
      { StartAt: 'A', States: { A: task(1, { Next: 'B' }), B: { Type: 'Pass', Next: 'C' }, C: task(2) } },
      3,
    ],
    [
      'the longest of catches and choices',
      {
        StartAt: 'A',
        States: {
          A: task(1, { Catch: [{ ErrorEquals: ['X'], Next: 'C' }], Next: 'B' }),
          B: { Type: 'Choice', Choices: [{ Next: 'D' }], Default: 'E' },
          C: task(2),
          D: task(3),
          E: task(4),
        },
      },
      5,
    ],
    ['circles', { StartAt: 'A', States: { A: task(1, { Next: 'B' }), B: task(1, { Next: 'A' }) } }, Infinity],
  ])('counts %s', (_, machine, seconds) => {
    expect(worstPath(machine)).toBe(seconds);
  });

  it('knows the longest wait', () => {
    expect(longestWaits({ ...retry(4), MaxDelaySeconds: 10 })).toBe(2 + 6 + 10 + 10);
    expect(longestWaits({ ...retry(0) })).toBe(0);
  });
});
