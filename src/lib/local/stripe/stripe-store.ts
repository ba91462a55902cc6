import type { Database } from '../store/database.js';
import type { Customer } from './customer-object.js';
import type { Charge, PaymentIntent } from './payment-intent.js';
import type { Refund } from './refund.js';
import { prepared } from '../store/prepared.js';

export const stripeSchema = `
CREATE TABLE IF NOT EXISTS stripe_objects (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, intent TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS stripe_objects_by_intent ON stripe_objects (intent, kind, number);
CREATE INDEX IF NOT EXISTS stripe_objects_by_kind ON stripe_objects (kind, number);
CREATE TABLE IF NOT EXISTS stripe_answers (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, request_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stripe_answers_by_age ON stripe_answers (created_at);
CREATE TABLE IF NOT EXISTS stripe_faults (
  number INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL, skip INTEGER NOT NULL, times INTEGER NOT NULL,
  body TEXT NOT NULL
);
`;

export interface StripeObjects {
  readonly payment_intent: PaymentIntent;
  readonly charge: Charge;
  readonly refund: Refund;
  readonly customer: Customer;
}
export type StripeKind = keyof StripeObjects;

/** The fake's objects; the caller holds the transaction. */
export class StripeStore {
  constructor(private readonly database: Database.Database) {}

  find<Kind extends StripeKind>(kind: Kind, id: string): StripeObjects[Kind] | undefined {
    const row = prepared(this.database, 'SELECT body FROM stripe_objects WHERE id = ? AND kind = ?').get(id, kind);
    return row === undefined ? undefined : (JSON.parse((row as BodyRow).body) as StripeObjects[Kind]);
  }

  save(object: StripeObjects[StripeKind]): void {
    const intent = 'payment_intent' in object ? object.payment_intent : object.id;
    prepared(
      this.database,
      'INSERT INTO stripe_objects (id, kind, intent, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
    ).run(object.id, object.object, intent, JSON.stringify(object));
  }

  /** Newest first. */
  all<Kind extends StripeKind>(kind: Kind): readonly StripeObjects[Kind][] {
    return this.#list<Kind>('SELECT body FROM stripe_objects WHERE kind = ? ORDER BY number DESC', kind);
  }

  /** Charges or refunds of an intent, newest first. */
  of<Kind extends 'charge' | 'refund'>(kind: Kind, intentId: string): readonly StripeObjects[Kind][] {
    return this.#list<Kind>(
      'SELECT body FROM stripe_objects WHERE kind = ? AND intent = ? ORDER BY number DESC',
      kind,
      intentId,
    );
  }

  #list<Kind extends StripeKind>(sql: string, ...values: string[]): readonly StripeObjects[Kind][] {
    return (prepared(this.database, sql).all(...values) as BodyRow[]).map(
      ({ body }) => JSON.parse(body) as StripeObjects[Kind],
    );
  }
}

interface BodyRow {
  readonly body: string;
}

export interface PaymentRecord {
  readonly intent: PaymentIntent;
  /** Oldest first. */
  readonly charges: readonly Charge[];
  readonly refunds: readonly Refund[];
}

/** Every PaymentIntent with what came of it, oldest first. */
export function readPayments(database: Database.Database): readonly PaymentRecord[] {
  const store = new StripeStore(database);
  return store
    .all('payment_intent')
    .map((intent) => ({
      intent,
      charges: store.of('charge', intent.id).toReversed(),
      refunds: store.of('refund', intent.id).toReversed(),
    }))
    .toReversed();
}
