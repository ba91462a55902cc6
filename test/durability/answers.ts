import type {
  OrderRow,
  PaymentRow,
  ReservationRow,
  StockRow,
} from '../../workflows/order-processing/domain/ledger-rows.js';

/** What `--json` prints, as far as the tests here read it. */

export interface LedgerAnswer {
  readonly orders: readonly OrderRow[];
  readonly payments: readonly PaymentRow[];
  readonly reservations: readonly ReservationRow[];
  readonly inventory: readonly StockRow[];
  readonly messages: readonly { readonly topic: string; readonly message: string }[];
  readonly queued: readonly { readonly body: string }[];
  readonly paymentIntents: readonly {
    readonly id: string;
    readonly orderId: string;
    readonly attempt: string;
    readonly status: string;
    readonly authorizations: number;
    readonly captures: number;
    readonly amountCaptured: number;
    readonly amountRefunded: number;
  }[];
  readonly executions: Readonly<Record<string, number>>;
}

export interface StatusAnswer {
  readonly executionArn: string;
  readonly orderId: string;
  readonly status: string;
  readonly verdict?: string;
  readonly error?: string;
  readonly redriveCount: number;
  readonly redrive: { readonly eligible: boolean; readonly helps: boolean };
}

export interface ListAnswer {
  readonly executions: readonly {
    readonly executionArn: string;
    readonly orderId: string;
    readonly status: string;
    readonly redriveCount: number;
  }[];
}

export interface EventAnswer {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly timestamp: string;
  readonly stateEnteredEventDetails?: { readonly name: string };
  readonly taskFailedEventDetails?: { readonly error?: string };
}

export interface HistoryAnswer {
  readonly status: string;
  readonly events: readonly EventAnswer[];
}

export interface ErrorAnswer {
  readonly error: {
    readonly code: number;
    readonly name: string;
    readonly message: string;
    readonly suggestions: readonly string[];
  };
}
