import { LONGEST_EXPRESS } from './express-usage.js';
import { expressEstimate, standardEstimate, type MonthSoFar, type Workload } from './estimate.js';
import type { StepFunctionsPrices } from './prices.js';
import { compare, larger, minus, over, ratio, times, ZERO, type Ratio } from './ratio.js';

/**
 * How long an order may take before Express costs more than Standard, in seconds, by the first tier's price and before
 * any rounding of durations: at 64 MB in us-east-1 (25 T - 1) / 1.041875 for T transitions. More than 300 s: Express is
 * cheaper for as long as it can run at all.
 *
 * @param memoryMb as billed, a multiple of 64
 */
export function breakEvenSeconds(transitions: Ratio, memoryMb: bigint, prices: StepFunctionsPrices): Ratio | undefined {
  const { transition, express } = prices;
  const first = express?.gbSecond[0];
  if (transition === undefined || express === undefined || first === undefined || first.price.n === 0n)
    return undefined;
  const aSecond = times(first.price, ratio(memoryMb, 1_024n));
  return larger(ZERO, over(minus(times(transition, transitions), express.request), aSecond));
}

/**
 * The same at a month's volume, with its tiers, free tier and billed steps: the longest billed duration at which Express
 * costs no more than Standard.
 *
 * @returns milliseconds, a multiple of 100; 0 when Standard is cheaper from the start; 300,000 also where it would go on
 */
export function breakEvenAtVolume(
  workload: Workload,
  memoryMb: bigint,
  prices: StepFunctionsPrices,
  month: MonthSoFar,
): number | undefined {
  const standard = standardEstimate(workload, prices, month);
  if (standard === undefined || prices.express === undefined || workload.executions === 0n) return undefined;
  const isWorthIt = (steps: number): boolean => {
    const cells = ratio(BigInt(steps) * (memoryMb / 64n));
    const express = expressEstimate({ ...workload, order: { ...workload.order, cells } }, prices, month);
    return express !== undefined && compare(express.total, standard.total) <= 0;
  };
  // The cost rises with the duration, so the last step that is worth it is found by halving.
  let [worth, dear] = [0, LONGEST_EXPRESS / 100 + 1];
  while (dear - worth > 1) {
    const middle = Math.floor((worth + dear) / 2);
    if (isWorthIt(middle)) worth = middle;
    else dear = middle;
  }
  return worth * 100;
}
