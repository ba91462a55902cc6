import type { OrderStatus } from '../../../workflows/order-processing/domain/ledger-rows.js';
import { findings, type Finding } from './findings.js';
import { readFacts, type FactSources } from './facts-reader.js';
import { stockFindings } from './stock-findings.js';

export interface Audit {
  /** Attempts that were looked at. */
  readonly checked: number;
  /** Violations first, then by what is due soonest. */
  readonly findings: readonly Finding[];
}

/** Those that nobody has finished are looked at however old they are. */
const OPEN: readonly OrderStatus[] = ['RECEIVED', 'CANCELLING'];
const AT_REST: readonly OrderStatus[] = ['FULFILLED', 'CANCELLED', 'REJECTED'];

/** Orders that are read at the same time. */
const AT_ONCE = 8;

/**
 * Audits every attempt at one order.
 *
 * @param now epoch milliseconds
 */
export async function auditOrder(orderId: string, sources: FactSources, now: number): Promise<Audit> {
  const payments = (await sources.stripe?.paymentsOf(orderId)) ?? [];
  const keys = new Set([...(await sources.ledger.attemptsOf(orderId)), ...payments.map((payment) => payment.orderId)]);
  const found: Finding[] = [];
  for (const key of keys) {
    const ids = payments.filter((payment) => payment.orderId === key).map(({ id }) => id);
    found.push(...findings(await readFacts(key, ids, sources), now));
  }
  return { checked: keys.size, findings: sorted(found) };
}

export interface Span {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly now: number;
  /** Told now and then how many have been looked at. */
  progress?(checked: number): void;
}

/**
 * Audits what has happened since then: orders that ended since, all that have not ended, and orders that payments made
 * since then name. What stays in memory are ids and findings.
 */
export async function auditSince(span: Span, sources: FactSources): Promise<Audit> {
  const payments = new Map<string, string[]>();
  for await (const { id, orderId } of sources.stripe?.madeSince(span.since) ?? []) {
    payments.set(orderId, [...(payments.get(orderId) ?? []), id]);
  }
  const found: Finding[] = [];
  let checked = 0;
  const keys = keysOf(span.since, payments, sources);
  const worker = async (): Promise<void> => {
    for (let next = await keys.next(); next.done !== true; next = await keys.next()) {
      const ids = payments.get(next.value) ?? [];
      found.push(...findings(await readFacts(next.value, ids, sources), span.now));
      checked += 1;
      span.progress?.(checked);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { checked, findings: sorted(found) };
}

/** An order that changes its status meanwhile may come twice: it is looked at once. */
async function* keysOf(
  since: number,
  payments: ReadonlyMap<string, unknown>,
  { ledger }: FactSources,
): AsyncGenerator<string> {
  const seen = new Set<string>();
  const time = new Date(since).toISOString();
  const lists = [
    ...OPEN.map((status) => ledger.keysWithStatus(status)),
    ...AT_REST.map((status) => ledger.keysWithStatus(status, time)),
    payments.keys(),
  ];
  for (const list of lists) {
    for await (const key of list) {
      if (seen.has(key)) continue;
      seen.add(key);
      yield key;
    }
  }
}

/**
 * Reserved stock against what orders hold. Reads both tables whole, and a second time when they differ: an order that was
 * taken in between two reads makes a difference that is none.
 */
export async function auditStock({ ledger }: Pick<FactSources, 'ledger'>): Promise<Finding[]> {
  const read = () => stockFindings(ledger.reservations(), ledger.stock());
  const first = await read();
  if (first.length === 0) return [];
  const again = await read();
  return again
    .filter((violation) =>
      first.some(({ subject, message }) => subject === violation.subject && message === violation.message),
    )
    .map(({ invariant, subject, message }) => ({
      sku: subject,
      severity: 'violation',
      rule: invariant,
      message,
      mend: ['compare the reservations of this SKU with its row of the inventory table'],
    }));
}

function sorted(found: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding): number => (severity === 'violation' ? 0 : 1);
  const due = ({ until = Infinity }: Finding): number => until;
  return [...found].sort(
    (left, right) =>
      rank(left) - rank(right) ||
      (due(left) === due(right) ? 0 : due(left) - due(right)) ||
      ((left.orderId ?? '') < (right.orderId ?? '') ? -1 : 1),
  );
}
