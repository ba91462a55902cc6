import type { WireRequest, WireResponse } from '../../../src/lib/local/ports.js';
import type { Ledger, NewOrder } from '../../../workflows/order-processing/ports/ledger.js';
import type { Interposer } from '../local-services.js';

/* An order's way through the ledger, and what a test puts between the ledger and DynamoDB. */

export const REF = { orderId: 'o-1', attempt: 1 };
export const SECOND = { orderId: 'o-1', attempt: 2 };
export const OTHER = { orderId: 'o-2', attempt: 1 };
export const USD = { amount: 1500, currency: 'usd' };
export const LINES = [
  { sku: 'bowl', quantity: 1 },
  { sku: 'mug', quantity: 2 },
];
export const REASON = { error: 'OutOfStockError', cause: 'none left' };
export const RECEIVED: NewOrder = {
  ...REF,
  status: 'RECEIVED',
  fingerprint: 'f-1',
  executionArn: 'arn',
  currency: 'usd',
  userId: 'u-1',
  document: '{}',
};

/** How far an order has come. */
export const upTo = {
  nothing: () => Promise.resolve(),
  opened: async (ledger: Ledger) => {
    await ledger.openOrder(RECEIVED);
  },
  fenced: async (ledger: Ledger) => {
    await upTo.opened(ledger);
    await ledger.fenceOrder(REF, REASON);
  },
  cancelled: async (ledger: Ledger) => {
    await upTo.fenced(ledger);
    await ledger.closeCancelled(REF);
  },
  reserved: async (ledger: Ledger) => {
    await upTo.opened(ledger);
    await ledger.reserve(REF, LINES);
  },
  claimed: async (ledger: Ledger) => {
    await upTo.reserved(ledger);
    await ledger.freezeAmount(REF, USD.amount);
    await ledger.claimPayment(REF, USD);
  },
  intended: async (ledger: Ledger) => {
    await upTo.claimed(ledger);
    await ledger.recordIntent(REF, 'pi_1');
  },
  authorized: async (ledger: Ledger) => {
    await upTo.intended(ledger);
    await ledger.recordAuthorized(REF, 'pi_1');
  },
  captured: async (ledger: Ledger) => {
    await upTo.authorized(ledger);
    await ledger.recordCaptured(REF, 'pi_1');
  },
  voiding: async (ledger: Ledger) => {
    await upTo.captured(ledger);
    await ledger.fenceOrder(REF, REASON);
    await ledger.fencePayment(REF);
  },
} satisfies Record<string, (ledger: Ledger) => Promise<void>>;

/** Every method that writes: where the order stands before, the call, what it answers with. */
export const WRITES: readonly [string, keyof typeof upTo, (ledger: Ledger) => Promise<unknown>, object | undefined][] =
  [
    ['openOrder', 'nothing', (ledger) => ledger.openOrder(RECEIVED), { kind: 'admitted' }],
    [
      'openOrder of a second attempt',
      'cancelled',
      (ledger) => ledger.openOrder({ ...RECEIVED, ...SECOND }),
      { kind: 'admitted' },
    ],
    ['freezeAmount', 'opened', (ledger) => ledger.freezeAmount(REF, 1500), USD],
    ['fenceOrder', 'opened', (ledger) => ledger.fenceOrder(REF, REASON), { status: 'CANCELLING', reason: REASON }],
    ['closeCancelled', 'fenced', (ledger) => ledger.closeCancelled(REF), { status: 'CANCELLED' }],
    ['claimPayment', 'opened', (ledger) => ledger.claimPayment(REF, USD), { status: 'STARTED', ...USD }],
    [
      'recordIntent',
      'claimed',
      (ledger) => ledger.recordIntent(REF, 'pi_1'),
      { status: 'INTENT', paymentIntentId: 'pi_1' },
    ],
    ['recordAuthorized', 'intended', (ledger) => ledger.recordAuthorized(REF, 'pi_1'), { status: 'AUTHORIZED' }],
    [
      'recordDeclined',
      'intended',
      (ledger) => ledger.recordDeclined(REF, 'lost_card'),
      { status: 'DECLINED', declineCode: 'lost_card' },
    ],
    ['recordCaptured', 'authorized', (ledger) => ledger.recordCaptured(REF, 'pi_1'), { status: 'CAPTURED' }],
    ['fencePayment', 'captured', (ledger) => ledger.fencePayment(REF), { status: 'VOIDING', paymentIntentId: 'pi_1' }],
    ['fencePayment without a payment', 'opened', (ledger) => ledger.fencePayment(REF), { status: 'VOIDING' }],
    [
      'settlePayment',
      'voiding',
      (ledger) => ledger.settlePayment(REF, 'REFUNDED', 'pending'),
      { status: 'REFUNDED', refundStatus: 'pending' },
    ],
    ['reserve', 'opened', (ledger) => ledger.reserve(REF, LINES), { kind: 'reserved' }],
    ['fulfill', 'captured', (ledger) => ledger.fulfill(REF, 's-1'), { kind: 'fulfilled', shipmentId: 's-1' }],
    ['releaseStock', 'reserved', (ledger) => ledger.releaseStock(REF), { status: 'RELEASED', lines: LINES }],
    [
      'releaseStock without a reservation',
      'opened',
      (ledger) => ledger.releaseStock(REF),
      { status: 'RELEASED', lines: [] },
    ],
    ['rememberMessage', 'nothing', (ledger) => ledger.rememberMessage('declined:o-1', 'm-1'), undefined],
  ];

export const READS: readonly [string, (ledger: Ledger) => Promise<unknown>][] = [
  ['readOrder', (ledger) => ledger.readOrder(REF)],
  ['readPayment', (ledger) => ledger.readPayment(REF)],
  ['readReservation', (ledger) => ledger.readReservation(REF)],
  ['readStock', (ledger) => ledger.readStock('mug')],
  ['sentMessage', (ledger) => ledger.sentMessage('declined:o-1')],
];

export function operationOf(request: WireRequest): string {
  return request.headers['x-amz-target']?.split('.')[1] ?? '';
}

export function isWrite(request: WireRequest): boolean {
  return ['PutItem', 'UpdateItem', 'TransactWriteItems'].includes(operationOf(request));
}

/** Strikes the first request that `hits`, and lets all others pass. */
export function once(hits: (request: WireRequest) => boolean, strike: Interposer): Interposer {
  let struck = false;
  return (request, pass) => {
    if (struck || !hits(request)) return pass();
    struck = true;
    return strike(request, pass);
  };
}

export const RESET: WireResponse = { status: 0, headers: {}, body: '' };

export function dynamoDbError(name: string, members: object = {}, status = 400): WireResponse {
  const body = JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${name}`,
    message: 'of the test',
    ...members,
  });
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}

/** A transaction that was cancelled, with the codes of its actions. */
export function cancelledTransaction(...codes: string[]): WireResponse {
  return dynamoDbError('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });
}
