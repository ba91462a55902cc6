import { ratio, rounded, times, ZERO, type Ratio } from './ratio.js';

/** What one order uses, on average. */
export interface OrderUsage {
  /** State transitions of a Standard execution. */
  readonly transitions: Ratio;
  /** Cells of 100 ms x 64 MB of an Express execution. */
  readonly cells: Ratio;
  /** Calls of Lambda functions, retries included. */
  readonly functionCalls: Ratio;
  /** Transitions of child executions of distributed Maps that are Standard. */
  readonly childTransitions: Ratio;
  /** Child executions of distributed Maps that are Express. */
  readonly expressChildren: Ratio;
  /** Executions started by a task of the workflow: they are billed on their own. */
  readonly nested: Ratio;
}

export const NO_USAGE: OrderUsage = {
  transitions: ZERO,
  cells: ZERO,
  functionCalls: ZERO,
  childTransitions: ZERO,
  expressChildren: ZERO,
  nested: ZERO,
};

/** Decimals that a month's quantity keeps, so that it and its price are decimals: an average of three orders is none. */
const QUANTITY_DECIMALS = 6;

/** What so many orders use together. */
export function monthly(executions: bigint, perOrder: Ratio): Ratio {
  return rounded(times(ratio(executions), perOrder), QUANTITY_DECIMALS);
}
