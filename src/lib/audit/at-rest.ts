import {
  violations,
  type ProviderPayment,
  type Violation,
} from '../../../workflows/order-processing/domain/invariants.js';
import type { OrderRow } from '../../../workflows/order-processing/domain/ledger-rows.js';
import { moneyText } from '../ledger/money-text.js';
import { about, command, type Finding } from './finding.js';
import type { AuditedExecution, OrderFacts } from './order-facts.js';

/**
 * The invariants that an attempt breaks which nothing moves any more.
 *
 * @param charges what was paid, as the provider says or, where it was not asked, the ledger
 */
export function atRest(facts: OrderFacts, order: OrderRow, charges: readonly ProviderPayment[]): Finding[] {
  const { execution, payment, reservation, fulfilledBefore = [] } = facts;
  const found = violations({
    orders: [order],
    payments: payment === undefined ? [] : [payment],
    reservations: reservation === undefined ? [] : [reservation],
    stock: [],
    provider: charges,
    executions: ended(execution, order.orderId),
  }).map((violation) => told(violation, facts, order, charges));
  if (fulfilledBefore.length === 0) return found;
  const said = `two shipments were requested: attempt ${fulfilledBefore.join(', ')} is fulfilled, too`;
  return [...found, about(order.orderId, 'violation', 'I3', said, [command('explain', order.orderId)])];
}

/**
 * Whether a cancelled order has something left that cancelling it once more brings to its end: a refund that failed at the
 * bank after it was accepted, a payment or stock that was never settled. The function that cancels does only what is open.
 */
export function isHalfUndone({
  order,
  payment,
  reservation,
  charges = [],
}: Pick<OrderFacts, 'order' | 'payment' | 'reservation' | 'charges'>): boolean {
  if (order?.status !== 'CANCELLED' || reservation?.status === 'CONSUMED') return false;
  if (reservation?.status === 'HELD') return true;
  switch (payment?.status) {
    case undefined:
    case 'VOIDED':
      return false;
    case 'REFUNDED':
      return charges.some((charge) => charge.id === payment.paymentIntentId && charge.captured > charge.refunded);
    default:
      return true;
  }
}

function told(
  { invariant, message }: Violation,
  facts: OrderFacts,
  order: OrderRow,
  charges: readonly ProviderPayment[],
): Finding {
  const { orderId: key, currency, status, amount = 0 } = order;
  const money = (minorUnits: number): string => moneyText(minorUnits, currency);
  const taken = charges.reduce((sum, charge) => sum + charge.captured, 0);
  const back = charges.reduce((sum, charge) => sum + charge.refunded, 0);
  const mend = mendOf(invariant, facts, charges);
  if (invariant === 'I1')
    return about(key, 'violation', 'I1', `${money(taken - back)} was taken, but the order is ${status}`, mend);
  if (invariant !== 'I2') return about(key, 'violation', invariant, message, mend);
  if (back > 0 && taken === amount && facts.payment?.status === 'CAPTURED') {
    // The workflow gives nothing back for a fulfilled order; a person does, for goods that came back.
    const said = `${money(back)} of ${money(amount)} was given back by hand, and the order is fulfilled`;
    return about(key, 'warning', 'I2', said, mend);
  }
  const said = `the order is fulfilled for ${money(amount)}, but ${money(taken - back)} was taken`;
  return about(key, 'violation', 'I2', said, mend);
}

function mendOf(invariant: string, facts: OrderFacts, charges: readonly ProviderPayment[]): readonly string[] {
  const { key, order } = facts;
  const explain = command('explain', key);
  if (isHalfUndone(facts)) return [command('compensate', key), explain];
  const ids = charges.filter((charge) => charge.open || charge.captured > charge.refunded).map(({ id }) => id);
  if (ids.length === 0) return [explain];
  const which = ids.join(' and ');
  // The ledger says that all is undone: cancelling it once more would find nothing to do.
  if (order?.status !== 'FULFILLED' && ['I1', 'I4', 'I9'].includes(invariant))
    return [`cancel or refund ${which} in Stripe's dashboard`, explain];
  return ['I2', 'I3'].includes(invariant) ? [`look at ${which} in Stripe's dashboard`, explain] : [explain];
}

function ended(execution: AuditedExecution, orderId: string) {
  if (execution.kind === 'succeeded') return [{ orderId, end: 'succeeded' as const }];
  if (execution.kind !== 'failed') return [];
  return [{ orderId, end: execution.inFailState ? ('fail-state' as const) : ('fault' as const) }];
}
