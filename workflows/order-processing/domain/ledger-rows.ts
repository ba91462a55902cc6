import type { OrderLine } from './order.js';

/*
 * The ledger's rows, as they lie in the tables. `orderId` is the key of the attempt (see orderKey).
 *
 *   order        RECEIVED ──> FULFILLED                        REJECTED (never opened)
 *                    └──────> CANCELLING ──> CANCELLED
 *   payment      STARTED ──> INTENT ──> AUTHORIZED ──> CAPTURED
 *                    └──────────┴──> DECLINED              any of them ──> VOIDING ──> VOIDED | REFUNDED
 *   reservation  HELD ──> CONSUMED | RELEASED              (nothing) ──> RELEASED, which keeps a late HELD out
 */

/** One attempt at an order. */
export interface OrderRef {
  readonly orderId: string;
  /** 1 for the first. */
  readonly attempt: number;
}

export type OrderStatus = 'RECEIVED' | 'FULFILLED' | 'CANCELLING' | 'CANCELLED' | 'REJECTED';

/** Why an order was refused or cancelled. */
export interface Reason {
  /** An error's name, e.g. OutOfStockError. */
  readonly error: string;
  /** One sentence without personal data. */
  readonly cause: string;
}

export interface OrderRow {
  readonly orderId: string;
  readonly attempt: number;
  readonly status: OrderStatus;
  /** RFC 3339 times. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Of the customer's document, see fingerprint(). */
  readonly fingerprint: string;
  readonly executionArn: string;
  readonly currency: string;
  /** Minor units; frozen by the first run that sums the lines. */
  readonly amount?: number;
  readonly userId?: string;
  /** The customer's document as JSON text: the only place where personal data lives. Not kept for a REJECTED one. */
  readonly document?: string;
  readonly shipmentId?: string;
  /** Of the shipment: what the warehouse was asked for. */
  readonly shipment?: 'REQUESTED';
  readonly reason?: Reason;
}

export type PaymentStatus =
  'STARTED' | 'INTENT' | 'AUTHORIZED' | 'CAPTURED' | 'DECLINED' | 'VOIDING' | 'VOIDED' | 'REFUNDED';

export interface PaymentRow {
  readonly orderId: string;
  readonly attempt: number;
  readonly status: PaymentStatus;
  readonly updatedAt: string;
  /** Minor units. A tombstone that a rollback left before any charge has no amount and no intent. */
  readonly amount?: number;
  readonly currency?: string;
  readonly paymentIntentId?: string;
  readonly declineCode?: string;
  /** As Stripe calls it: pending, succeeded ... */
  readonly refundStatus?: string;
}

export type ReservationStatus = 'HELD' | 'CONSUMED' | 'RELEASED';

export interface ReservationRow {
  readonly orderId: string;
  readonly attempt: number;
  readonly status: ReservationStatus;
  readonly updatedAt: string;
  /** One line a SKU; empty in a tombstone. */
  readonly lines: readonly OrderLine[];
}

export interface StockRow {
  readonly sku: string;
  /** Pieces in the warehouse, reserved ones included. */
  readonly onHand: number;
  readonly reserved: number;
  /** Minor units. */
  readonly price: number;
  readonly currency?: string;
  readonly name?: string;
}
