import { parseOrderKey } from '../../../workflows/order-processing/domain/order-key.js';

/** `violation`: an invariant is broken. `warning`: it will be, or an order waits for somebody. */
export type Severity = 'violation' | 'warning';

export interface Finding {
  /** Of which attempt at an order; a finding about stock names a `sku` in place of it. */
  readonly orderId?: string;
  readonly attempt?: number;
  readonly sku?: string;
  readonly severity: Severity;
  /** I1 to I10 as docs/workflow.md numbers them, or `unfinished`, `redrive-window`, `authorization`. */
  readonly rule: string;
  /** One sentence in lower case, without personal data. */
  readonly message: string;
  /** Commands that mend it, the best first; or in words what only a person can do. */
  readonly mend: readonly string[];
  /** When it is too late, epoch milliseconds. */
  readonly until?: number;
}

/** @param key the attempt's key, see orderKey() */
export function about(
  key: string,
  severity: Severity,
  rule: string,
  message: string,
  mend: readonly string[],
): Finding {
  return { ...parseOrderKey(key), severity, rule, message, mend };
}

/** A command line for an order, as a shell takes it. */
export function command(verb: string, key: string): string {
  const { orderId, attempt } = parseOrderKey(key);
  const quoted = /^[\w.:-]+$/u.test(orderId) ? orderId : `'${orderId.replaceAll("'", `'\\''`)}'`;
  // What begins with a dash would be read as a flag.
  const last = orderId.startsWith('-');
  return [`orders ${verb}`, last ? [] : quoted, attempt > 1 ? `--attempt ${attempt}` : [], last ? `-- ${quoted}` : []]
    .flat()
    .join(' ');
}

/** Seconds are enough for people. @param at epoch milliseconds */
export function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
