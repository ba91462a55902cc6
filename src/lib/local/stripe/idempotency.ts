import { createHash } from 'node:crypto';
import type { Database } from '../store/database.js';
import type { WireRequest } from '../ports.js';
import { StripeRefusal } from './stripe-refusal.js';
import { prepared } from '../store/prepared.js';

const REMEMBERED_MS = 24 * 3600 * 1000;
const LONGEST_KEY = 255;

export interface StripeAnswer {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  readonly requestId: string;
}

/**
 * The answers that idempotency keys remember (https://docs.stripe.com/api/idempotent_requests): the same key gives the same
 * answer for a day, a stored 500 included; with other parameters it is an error; while the first request runs, a conflict.
 */
export class IdempotencyCache {
  /** Keys of requests under way in this process; another process's are held off by the database's write lock. */
  readonly #underWay = new Set<string>();

  constructor(private readonly database: Database.Database) {}

  /** @throws StripeRefusal for another request's key. */
  remembered(key: string, fingerprint: string, now: number): StripeAnswer | undefined {
    prepared(this.database, 'DELETE FROM stripe_answers WHERE created_at <= ?').run(now - REMEMBERED_MS);
    const row = prepared(this.database, 'SELECT * FROM stripe_answers WHERE key = ?').get(key) as AnswerRow | undefined;
    if (row === undefined) return undefined;
    if (row.fingerprint !== fingerprint) {
      const message =
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '" +
        `${key}' if you meant to execute a different request.`;
      throw new StripeRefusal(400, { type: 'idempotency_error', message });
    }
    return { status: row.status, body: row.body, requestId: row.request_id };
  }

  remember(key: string, fingerprint: string, answer: StripeAnswer, now: number): void {
    prepared(this.database, 'INSERT OR REPLACE INTO stripe_answers VALUES (?, ?, ?, ?, ?, ?)').run(
      key,
      fingerprint,
      answer.status,
      answer.body,
      answer.requestId,
      now,
    );
  }

  /** @throws StripeRefusal 409 while another request with this key runs. */
  begin(key: string): void {
    if (this.#underWay.has(key)) {
      const message = `There is currently another in-progress request using this Idempotent Key: ${key}. Please try again later.`;
      throw new StripeRefusal(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message });
    }
    this.#underWay.add(key);
  }

  end(key: string): void {
    this.#underWay.delete(key);
  }
}

/** The request's key, if it has one that counts: reads have none. @throws StripeRefusal for one that is too long. */
export function idempotencyKeyOf(request: WireRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || key === '' || request.method !== 'POST') return undefined;
  if (key.length > LONGEST_KEY) {
    const message = `The idempotency key is longer than ${LONGEST_KEY} characters`;
    throw new StripeRefusal(400, { type: 'idempotency_error', message });
  }
  return key;
}

/** What a key stands for: address and parameters. */
export function fingerprintOf(path: string, body: string): string {
  const parameters = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return createHash('sha256')
    .update(JSON.stringify([path, parameters]))
    .digest('hex');
}

interface AnswerRow {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly request_id: string;
}
