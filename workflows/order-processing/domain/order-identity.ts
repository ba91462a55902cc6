import type { OrderRef } from './ledger-rows.js';
import { parseExecutionInput } from './parse-order.js';

/** Who a faulty execution input speaks of, if its order id and attempt are fine in themselves. */
export function usableIdentity(input: unknown): OrderRef | undefined {
  const parsed = parseExecutionInput(input);
  const faulty = parsed.ok ? [] : parsed.faults.map((fault) => fault.path);
  if (faulty.includes('$.orderId') || faulty.includes('$.attempt')) return undefined;
  const { orderId, attempt } = (input ?? {}) as { orderId?: unknown; attempt?: unknown };
  if (typeof orderId !== 'string') return undefined;
  return { orderId, attempt: typeof attempt === 'number' ? attempt : 1 };
}
