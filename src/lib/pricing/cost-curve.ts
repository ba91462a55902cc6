import type { Cost } from './cost.js';
import { expressEstimate, standardEstimate } from './estimate.js';
import { LONGEST_EXPRESS } from './express-usage.js';
import { ratio, toNumber } from './ratio.js';

/** A month's cost along an axis, in dollars; floats, since it is only drawn. */
export interface CostCurve {
  readonly axis: 'duration' | 'volume';
  /** Milliseconds, or orders a month; rising. */
  readonly at: readonly number[];
  readonly standard: readonly number[];
  readonly express: readonly number[];
  /** Where they cross, where that is known better than by the points. */
  readonly crossing?: number;
}

/** @returns undefined where one of the types has no price */
export function costCurve(cost: Cost, axis: CostCurve['axis'], points: number): CostCurve | undefined {
  const at = axis === 'duration' ? durations(points) : volumes(points, cost.workload.executions);
  const standard: number[] = [];
  const express: number[] = [];
  for (const value of at) {
    const { workload, month, profile } = cost;
    const { order } = workload;
    const changed =
      axis === 'duration'
        ? {
            ...workload,
            order: { ...order, cells: ratio(Math.max(1, Math.ceil(value / 100)) * Number(profile.memoryMb / 64n)) },
          }
        : { ...workload, executions: BigInt(value) };
    const both = [
      standardEstimate(changed, cost.book.prices, month),
      expressEstimate(changed, cost.book.prices, month),
    ];
    if (both[0] === undefined || both[1] === undefined) return undefined;
    standard.push(toNumber(both[0].total));
    express.push(toNumber(both[1].total));
  }
  const { breakEvenAtVolume } = cost;
  const isKnown = axis === 'duration' && breakEvenAtVolume !== undefined && breakEvenAtVolume > 0;
  return { axis, at, standard, express, ...(isKnown ? { crossing: breakEvenAtVolume } : {}) };
}

/** From next to nothing to the five minutes of Express. */
function durations(points: number): number[] {
  return Array.from({ length: points }, (_, index) =>
    Math.max(100, Math.round((index * LONGEST_EXPRESS) / (points - 1))),
  );
}

/** From a hundredth of the volume to a hundred times it, in equal ratios. */
function volumes(points: number, executions: bigint): number[] {
  const middle = Math.max(1_000, Number(executions));
  const from = Math.max(1, middle / 100);
  const factor = (middle * 100) / from;
  return Array.from({ length: points }, (_, index) => Math.max(1, Math.round(from * factor ** (index / (points - 1)))));
}
