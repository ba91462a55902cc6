import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { FunctionLine } from './function-line.js';
import type { LogLine } from './log-line.js';
import type { Tag } from './tag-lines.js';

/** A line of a log group that belongs to the order. */
export interface OrderLine extends LogLine {
  /** Of a function's log: whose. */
  readonly functionName?: string;
  readonly said?: FunctionLine;
  /** Of the machine's log: the event. */
  readonly event?: HistoryEvent;
}

/** The same, on its way out. */
export interface ShownLine {
  readonly line: OrderLine;
  readonly tag?: Tag;
  /** Lines of a later time have gone out before it. */
  readonly late: boolean;
}
