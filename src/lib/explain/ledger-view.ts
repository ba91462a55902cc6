import { orderKey } from '../../../workflows/order-processing/domain/order-key.js';
import type { OrderRow, PaymentRow, ReservationRow } from '../../../workflows/order-processing/domain/ledger-rows.js';
import { LedgerReader, type LedgerCalls } from '../ledger/ledger-reader.js';

/** The rows of one attempt at an order, without anything personal. */
export interface LedgerView {
  readonly order?: Pick<
    OrderRow,
    'status' | 'createdAt' | 'updatedAt' | 'amount' | 'currency' | 'shipmentId' | 'shipment' | 'reason'
  >;
  readonly payment?: PaymentRow;
  readonly reservation?: ReservationRow;
}

/** The ledger's view, or one sentence in lower case that says why there is none. */
export type LedgerReading =
  { readonly read: true; readonly rows: LedgerView } | { readonly read: false; readonly reason: string };

/** @param tables table of workflow.json -> its deployed name */
export async function readLedger(
  dynamodb: LedgerCalls,
  tables: Readonly<Record<string, string>>,
  orderId: string,
  attempt: number,
): Promise<LedgerReading> {
  try {
    const { order, payment, reservation } = await new LedgerReader(dynamodb, tables).rowsOf(orderKey(orderId, attempt));
    const rows = {
      ...(order && { order: withoutPerson(order) }),
      ...(payment && { payment }),
      ...(reservation && { reservation }),
    };
    return { read: true, rows };
  } catch (error) {
    const reason = unreadable(error);
    if (reason === undefined) throw error;
    return { read: false, reason };
  }
}

function withoutPerson(row: OrderRow): NonNullable<LedgerView['order']> {
  const { status, createdAt, updatedAt, amount, currency, shipmentId, shipment, reason } = row;
  return {
    status,
    createdAt,
    updatedAt,
    currency,
    ...(amount === undefined ? {} : { amount }),
    ...(shipmentId === undefined ? {} : { shipmentId }),
    ...(shipment === undefined ? {} : { shipment }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Why a look at the ledger failed, where that is no reason to give up the rest of the answer. */
export function unreadable(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (/AccessDenied|NotAuthorized|UnrecognizedClient/.test(name)) return `AWS does not allow it (${name}): ${message}`;
  if (name === 'ResourceNotFoundException') return `a table or log group is gone: ${message}`;
  return /Throttl|ProvisionedThroughput|RequestLimit|TimeoutError|^5\d\d$|InternalServerError|ServiceUnavailable|UnknownOperation/.test(
    name,
  )
    ? `${name}: ${message}`
    : undefined;
}

/**
 * What is open between money, goods and the order, if the execution does nothing more.
 *
 *     captured-unfulfilled   the customer has paid, and no shipment was requested
 *     authorised-open        the customer's money is set aside, and nobody takes or frees it
 *     stock-held             goods are kept from other orders
 *     cancelling             a cancellation has begun and did not end
 */
export type OpenEnd = 'captured-unfulfilled' | 'authorised-open' | 'stock-held' | 'cancelling';

export function openEnds({ order, payment, reservation }: LedgerView): OpenEnd[] {
  const status = order?.status;
  const ends: OpenEnd[] = [];
  if (payment?.status === 'CAPTURED' && status !== 'FULFILLED') ends.push('captured-unfulfilled');
  if (payment?.status === 'AUTHORIZED') ends.push('authorised-open');
  if (reservation?.status === 'HELD') ends.push('stock-held');
  if (status === 'CANCELLING' || payment?.status === 'VOIDING') ends.push('cancelling');
  return ends;
}
