import type { Wait } from '../aws/rate-limiter.js';

/** Why nothing seems to happen, in one line. Rates are calls a second. */
export function waitText({ operation, reason, perSecond, patience }: Wait): string {
  const rate = perSecond === undefined ? '' : ` (${Number(perSecond.toFixed(1))}/s)`;
  return reason === 'quota'
    ? `waiting for AWS's quota of ${operation}${rate}`
    : `AWS throttles ${operation}${rate}: waiting, up to ${Math.round(patience / 1_000)} s a call`;
}
