import type { Database } from '../store/database.js';
import { prepared } from '../store/prepared.js';

/** A fault a test orders; it strikes requests of one operation. */
export interface OrderedFault {
  /** E.g. `payment_intents.capture`, or `*`. */
  readonly operation: string;
  /** `before`: nothing is done; `after`: it is done, and only the answer is lost or bad. */
  readonly when: 'before' | 'after';
  /** HTTP status of the answer (429, 500 ...), or `reset`: the connection breaks; absent: only the delay. */
  readonly answer?: number | 'reset';
  /** Milliseconds the request takes longer. */
  readonly delayMs?: number;
}

export interface FaultOrder extends OrderedFault {
  /** How many requests it strikes; 1 when absent. */
  readonly times?: number;
  /** How many requests pass before; 0 when absent. */
  readonly skip?: number;
}

/** @throws TypeError with one sentence for what is no order. */
export function parseFaultOrder(body: string): FaultOrder {
  const order = JSON.parse(body) as Partial<FaultOrder> | null;
  if (typeof order !== 'object' || order === null) throw new TypeError('a fault is a JSON object');
  if (typeof order.operation !== 'string')
    throw new TypeError('operation is missing, e.g. "payment_intents.capture" or "*"');
  if (order.when !== 'before' && order.when !== 'after') throw new TypeError('when must be "before" or "after"');
  const { answer } = order;
  const isStatus = typeof answer === 'number' && Number.isInteger(answer) && answer >= 400 && answer <= 599;
  if (answer !== undefined && answer !== 'reset' && !isStatus)
    throw new TypeError('answer must be a status from 400 to 599 or "reset"');
  for (const name of ['times', 'skip', 'delayMs'] as const) {
    const value = order[name];
    if (value !== undefined && (!Number.isInteger(value) || value < 0))
      throw new TypeError(`${name} must be a whole number`);
  }
  return order as FaultOrder;
}

export function orderFault(database: Database.Database, { times = 1, skip = 0, ...fault }: FaultOrder): void {
  prepared(database, 'INSERT INTO stripe_faults (operation, skip, times, body) VALUES (?, ?, ?, ?)').run(
    fault.operation,
    skip,
    times,
    JSON.stringify(fault),
  );
}

/** Takes the fault that strikes this request, if one does; counts passes and strikes. */
export function takeFault(database: Database.Database, operation: string): OrderedFault | undefined {
  const rows = prepared(
    database,
    "SELECT number, skip, body FROM stripe_faults WHERE operation IN (?, '*') AND times > 0 ORDER BY number",
  ).all(operation) as { number: number; skip: number; body: string }[];
  for (const row of rows) {
    if (row.skip > 0) {
      prepared(database, 'UPDATE stripe_faults SET skip = skip - 1 WHERE number = ?').run(row.number);
      continue;
    }
    prepared(database, 'UPDATE stripe_faults SET times = times - 1 WHERE number = ?').run(row.number);
    prepared(database, 'DELETE FROM stripe_faults WHERE times <= 0').run();
    return JSON.parse(row.body) as OrderedFault;
  }
  return undefined;
}

export function openFaults(database: Database.Database): readonly FaultOrder[] {
  const rows = prepared(
    database,
    'SELECT skip, times, body FROM stripe_faults WHERE times > 0 ORDER BY number',
  ).all() as {
    skip: number;
    times: number;
    body: string;
  }[];
  return rows.map(({ skip, times, body }) => ({ ...(JSON.parse(body) as OrderedFault), skip, times }));
}

export function clearFaults(database: Database.Database): void {
  prepared(database, 'DELETE FROM stripe_faults').run();
}
