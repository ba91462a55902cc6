import { LONGEST_EXPRESS } from './express-usage.js';
import type { MeasuredExecution } from './measured-execution.js';
import { ratio, type Ratio } from './ratio.js';
import { NO_USAGE, type OrderUsage } from './usage.js';

/** Several executions together. */
export interface MeasuredOrders {
  readonly count: number;
  readonly transitions: number;
  readonly redrives: number;
  /** Steps of 100 ms that Express would bill; what took more than five minutes counts as five minutes. */
  readonly steps: number;
  /** Milliseconds of all of them. */
  readonly duration: number;
  /** So many took longer than Express allows. */
  readonly tooLong: number;
  /** So many have not ended. */
  readonly running: number;
  /** Of so many the log holds only a part: they are counted too low. */
  readonly incomplete: number;
  readonly functionCalls: number;
  readonly functionMs: number;
  readonly nested: number;
  readonly childTransitions: number;
  readonly expressChildren: number;
  /** Largest input, bytes; absent where none was shown. */
  readonly payloadBytes?: number;
}

/** An execution with what its distributed Maps used. */
export interface MeasuredOrder extends MeasuredExecution {
  readonly childTransitions: number;
  readonly expressChildren: number;
  readonly incomplete: boolean;
  readonly payloadBytes?: number;
}

export const NO_ORDERS: MeasuredOrders = {
  count: 0,
  transitions: 0,
  redrives: 0,
  steps: 0,
  duration: 0,
  tooLong: 0,
  running: 0,
  incomplete: 0,
  functionCalls: 0,
  functionMs: 0,
  nested: 0,
  childTransitions: 0,
  expressChildren: 0,
};

export function withOrder(sum: MeasuredOrders, order: MeasuredOrder): MeasuredOrders {
  const payload = Math.max(sum.payloadBytes ?? 0, order.payloadBytes ?? 0);
  return {
    count: sum.count + 1,
    transitions: sum.transitions + order.transitions,
    redrives: sum.redrives + order.redrives,
    steps: sum.steps + Math.max(1, Math.ceil(Math.min(order.duration, LONGEST_EXPRESS) / 100)),
    duration: sum.duration + order.duration,
    tooLong: sum.tooLong + (order.duration > LONGEST_EXPRESS ? 1 : 0),
    running: sum.running + (order.running ? 1 : 0),
    incomplete: sum.incomplete + (order.incomplete ? 1 : 0),
    functionCalls: sum.functionCalls + order.functionCalls,
    functionMs: sum.functionMs + order.functionMs,
    nested: sum.nested + order.nested,
    childTransitions: sum.childTransitions + order.childTransitions,
    expressChildren: sum.expressChildren + order.expressChildren,
    ...(payload === 0 ? {} : { payloadBytes: payload }),
  };
}

/** What one of them used on average. @param memoryMb of an Express execution, as billed */
export function averageUsage(orders: MeasuredOrders, memoryMb: bigint): OrderUsage {
  const each = (total: number): Ratio => ratio(total, orders.count);
  return {
    ...NO_USAGE,
    transitions: each(orders.transitions),
    cells: each(orders.steps * Number(memoryMb / 64n)),
    functionCalls: each(orders.functionCalls),
    childTransitions: each(orders.childTransitions),
    expressChildren: each(orders.expressChildren),
    nested: each(orders.nested),
  };
}
