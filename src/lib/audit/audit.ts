import { setImmediate as turn } from 'node:timers/promises';
import type { OrderStatus } from '../../../workflows/order-processing/domain/ledger-rows.js';
import type { Finding } from './finding.js';
import { findings } from './findings.js';
import { readFacts, type FactSources, type Subject } from './facts-reader.js';
import { stockFindings } from './stock-findings.js';
import { unrecordedOf, unrecordedSince, type ExecutionSources } from './unrecorded.js';

export interface Audit {
  /** Attempts that were looked at. */
  readonly checked: number;
  /** Violations first, then by what is due soonest. */
  readonly findings: readonly Finding[];
}

export type AuditSources = FactSources & ExecutionSources;

/** Those that nobody has finished are looked at however old they are. */
const OPEN: readonly OrderStatus[] = ['RECEIVED', 'CANCELLING'];
const AT_REST: readonly OrderStatus[] = ['FULFILLED', 'CANCELLED', 'REJECTED'];

/** Orders that are read at the same time. */
const AT_ONCE = 8;
/** Payments that are listed in one go. */
const TURN = 100;

/**
 * Audits every attempt at one order.
 *
 * @param now epoch milliseconds
 */
export async function auditOrder(orderId: string, sources: AuditSources, now: number): Promise<Audit> {
  const payments = (await sources.stripe?.paymentsOf(orderId)) ?? [];
  const recorded = await sources.ledger.attemptsOf(orderId);
  const subjects = new Map<string, Subject>(recorded.map((key) => [key, { key }]));
  for await (const subject of unrecordedOf(orderId, recorded.length, sources)) subjects.set(subject.key, subject);
  for (const { orderId: key } of payments) if (!subjects.has(key)) subjects.set(key, { key });
  const found: Finding[] = [];
  for (const subject of subjects.values()) {
    const ids = payments.filter((payment) => payment.orderId === subject.key).map(({ id }) => id);
    found.push(...findings(await readFacts({ ...subject, payments: ids }, sources), now));
  }
  return { checked: subjects.size, findings: sorted(found) };
}

export interface Span {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly now: number;
  /** Told now and then how many have been looked at. */
  progress?(checked: number): void;
}

/**
 * Audits what has happened since then: orders that ended since, all that have not ended, executions that ended before they
 * had a row, and orders that payments made since then name. What stays in memory are ids and findings.
 */
export async function auditSince(span: Span, sources: AuditSources): Promise<Audit> {
  const payments = new Map<string, string[]>();
  for await (const { id, orderId } of sources.stripe?.madeSince(span.since) ?? []) {
    const ids = payments.get(orderId);
    // The local environment answers in the same turn, always: nobody else would be heard, Ctrl-C included.
    if (payments.size % TURN === 0) await turn();
    if (ids === undefined) payments.set(orderId, [id]);
    else ids.push(id);
  }
  const found: Finding[] = [];
  let checked = 0;
  let broken = false;
  const subjects = subjectsOf(span, payments, sources);
  const worker = async (): Promise<void> => {
    try {
      for (let next = await subjects.next(); next.done !== true && !broken; next = await subjects.next()) {
        const ids = payments.get(next.value.key) ?? [];
        found.push(...findings(await readFacts({ ...next.value, payments: ids }, sources), span.now));
        checked += 1;
        await turn();
        span.progress?.(checked);
      }
    } catch (error) {
      // The others would go on to the end of the list, for nothing.
      broken = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { checked, findings: sorted(found) };
}

/** An order that changes its status meanwhile may come twice: it is looked at once. */
async function* subjectsOf(
  span: Span,
  payments: ReadonlyMap<string, unknown>,
  sources: AuditSources,
): AsyncGenerator<Subject> {
  const seen = new Set<string>();
  const time = new Date(span.since).toISOString();
  const { ledger } = sources;
  const lists = [
    ...OPEN.map((status) => ledger.keysWithStatus(status)),
    ...AT_REST.map((status) => ledger.keysWithStatus(status, time)),
    payments.keys(),
  ];
  for (const list of lists) {
    for await (const key of list) {
      if (seen.has(key)) continue;
      seen.add(key);
      yield { key };
    }
  }
  yield* unrecordedSince(span, seen, sources);
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
