import type { LintFinding, LintSubject } from './finding.js';
import { isTask, waitsForToken } from './tasks.js';
import { longestWay } from './longest-way.js';

/** A task without a time-out waits for 99,999,999 seconds. Source: States Language, "Task state". */
export function* missingTimeouts({ placed }: LintSubject): Generator<LintFinding> {
  for (const task of placed.filter(isTask)) {
    const { TimeoutSeconds, TimeoutSecondsPath, HeartbeatSeconds, HeartbeatSecondsPath } = task.state;
    const bounded = TimeoutSeconds ?? TimeoutSecondsPath;
    const beats = HeartbeatSeconds ?? HeartbeatSecondsPath;
    if (bounded !== undefined || (waitsForToken(task.state) && beats !== undefined)) continue;
    yield {
      severity: 'warning',
      rule: 'missing-timeout',
      location: task.location,
      message: waitsForToken(task.state)
        ? 'a task that waits for a token has neither TimeoutSeconds nor HeartbeatSeconds: a lost token blocks the execution for up to a year'
        : 'the task has no TimeoutSeconds: when its answer is lost, the execution waits for up to a year',
      advice: 'set TimeoutSeconds, a few seconds above what the function or service may take',
    };
  }
}

/** AWS ends an Express execution after five minutes, and then no Catch runs. Source: quotas of Step Functions. */
const EXPRESS_SECONDS = 300;

/** The longest way through the machine, every retry waiting its longest, has to fit into the machine's own time-out. */
export function* retriesBeyondTimeout({ machine, type }: LintSubject): Generator<LintFinding> {
  const own = machine.TimeoutSeconds ?? Infinity;
  const limit = type === 'EXPRESS' ? Math.min(own, EXPRESS_SECONDS) : own;
  if (limit === Infinity) return;
  const way = longestWay(machine);
  if (way === undefined || way.seconds <= limit) return;
  yield {
    severity: 'warning',
    rule: 'retries-beyond-timeout',
    location: machine.TimeoutSeconds === undefined ? '/' : '/TimeoutSeconds',
    message: `retries, waits and time-outs on the way ${way.states.join(' -> ')} add up to ${way.seconds} s, the execution ends after ${limit} s`,
    advice: 'retry less, or set shorter time-outs: an execution that times out runs no Catch',
  };
}

/** Values that no Express execution lives to see. */
export function* expressTimes({ machine, type, placed }: LintSubject): Generator<LintFinding> {
  if (type !== 'EXPRESS') return;
  const finding = (location: string, seconds: number): LintFinding => ({
    severity: 'warning',
    rule: 'express-limit',
    location,
    message: `${seconds} s is more than the ${EXPRESS_SECONDS} s after which an Express execution is ended`,
    advice: 'shorten it, or make the machine STANDARD',
  });
  if ((machine.TimeoutSeconds ?? 0) > EXPRESS_SECONDS) yield finding('/TimeoutSeconds', machine.TimeoutSeconds ?? 0);
  for (const { state, location } of placed) {
    for (const field of ['Seconds', 'TimeoutSeconds'] as const) {
      const seconds = (state as { readonly [name in typeof field]?: unknown })[field];
      if (typeof seconds === 'number' && seconds > EXPRESS_SECONDS) yield finding(`${location}/${field}`, seconds);
    }
  }
}
