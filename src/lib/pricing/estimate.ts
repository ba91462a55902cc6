import { chargeAt, chargeByTiers, sumOf, type Charge } from './charge.js';
import { gbSeconds } from './express-usage.js';
import type { StepFunctionsPrices } from './prices.js';
import { ratio, times, ZERO, type Ratio } from './ratio.js';
import { monthly, type OrderUsage } from './usage.js';

/** What of the month is used up already, and what is given away. */
export interface MonthSoFar {
  /** Express GB-seconds. */
  readonly gbSeconds: Ratio;
  /** Standard transitions that the free tier still covers; absent: it is left out. */
  readonly freeTransitions?: Ratio;
}

export const NEW_MONTH: MonthSoFar = { gbSeconds: ZERO };

export interface Workload {
  readonly executions: bigint;
  readonly order: OrderUsage;
  /** Cells of one Express child execution of a distributed Map. */
  readonly childCells: bigint;
  /** Transitions of one nested execution, where somebody said so. */
  readonly nestedTransitions?: bigint;
}

/** A month's bill of one workflow type; money in US dollars. */
export interface Estimate {
  readonly charges: readonly Charge[];
  readonly total: Ratio;
}

export interface StandardEstimate extends Estimate {
  /** Of the orders' own executions, before the free tier. */
  readonly transitions: Ratio;
}

export interface ExpressEstimate extends Estimate {
  /** Of the orders' own executions. */
  readonly gbSeconds: Ratio;
}

/** @returns undefined where no Standard price is known */
export function standardEstimate(
  { executions, order, ...workload }: Workload,
  prices: StepFunctionsPrices,
  month: MonthSoFar = NEW_MONTH,
  others: readonly Charge[] = [],
): StandardEstimate | undefined {
  if (prices.transition === undefined) return undefined;
  const transitions = monthly(executions, order.transitions);
  const charges = [
    chargeAt('transitions', transitions, prices.transition, month.freeTransitions),
    ...beside({ executions, order, ...workload }, prices),
    ...others,
  ];
  return { transitions, charges, total: sumOf(charges) };
}

/** @returns undefined where no Express price is known */
export function expressEstimate(
  { executions, order, ...workload }: Workload,
  prices: StepFunctionsPrices,
  month: MonthSoFar = NEW_MONTH,
  others: readonly Charge[] = [],
): ExpressEstimate | undefined {
  const { express } = prices;
  if (express === undefined) return undefined;
  const used = gbSeconds(monthly(executions, order.cells));
  const charges = [
    chargeAt('requests', ratio(executions), express.request),
    ...chargeByTiers('duration', used, express.gbSecond, month.gbSeconds),
    ...beside({ executions, order, ...workload }, prices),
    ...others,
  ];
  return { gbSeconds: used, charges, total: sumOf(charges) };
}

/** Executions that an order's execution starts: the same whatever type it is itself. */
function beside({ executions, order, childCells, nestedTransitions }: Workload, prices: StepFunctionsPrices): Charge[] {
  const charges: Charge[] = [];
  if (order.childTransitions.n > 0n && prices.transition !== undefined) {
    charges.push(chargeAt('childTransitions', monthly(executions, order.childTransitions), prices.transition));
  }
  if (order.expressChildren.n > 0n && prices.express !== undefined) {
    const children = monthly(executions, order.expressChildren);
    charges.push(
      chargeAt('childRequests', children, prices.express.request),
      ...chargeByTiers('childDuration', gbSeconds(times(children, ratio(childCells))), prices.express.gbSecond),
    );
  }
  if (nestedTransitions !== undefined && order.nested.n > 0n && prices.transition !== undefined) {
    const transitions = times(monthly(executions, order.nested), ratio(nestedTransitions));
    charges.push(chargeAt('nestedTransitions', transitions, prices.transition));
  }
  return charges;
}

/** A share of a month's total, for one order or a thousand; undefined for a month without orders. */
export function shareFor(total: Ratio, orders: bigint, executions: bigint): Ratio | undefined {
  return executions === 0n ? undefined : times(total, ratio(orders, executions));
}
