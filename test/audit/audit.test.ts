import { describe, expect, it } from 'vitest';
import { auditSince, type AuditSources } from '../../src/lib/audit/audit.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const SPAN = { since: NOW - 86_400_000, now: NOW };

/** A ledger of cancelled orders that answers within the turn, as the local environment does. */
function sources(orders: number, read: (key: string) => void = () => {}): AuditSources {
  const row = (orderId: string) => ({
    orderId,
    attempt: 1,
    status: 'CANCELLED',
    executionArn: 'arn:none',
    currency: 'usd',
  });
  const ledger = {
    async *keysWithStatus(status: string) {
      if (status === 'CANCELLED') for (let index = 0; index < orders; index += 1) yield `${index}`;
    },
    orderOf: (key: string) => Promise.resolve(row(key)),
    rowsOf: (key: string) => {
      read(key);
      return Promise.resolve({ order: row(key), payment: undefined, reservation: undefined });
    },
  };
  return {
    ledger,
    stripe: undefined,
    stepFunctions: {},
    machineArn: undefined,
    isDriven: () => undefined,
  } as unknown as AuditSources;
}

describe('an audit of many orders', () => {
  it('lets others be heard meanwhile, Ctrl-C among them', async () => {
    const turns: number[] = [];
    let checked = 0;
    const listen = (): void => {
      turns.push(checked);
      if (checked < 100) setImmediate(listen);
    };
    setImmediate(listen);
    const audit = await auditSince({ ...SPAN, progress: (count) => (checked = count) }, sources(100));
    expect(audit).toEqual({ checked: 100, findings: [] });
    // So many at a time as are read at once.
    expect(turns.length).toBeGreaterThanOrEqual(100 / 8);
  });

  it('ends when one order cannot be read, in place of reading all others', async () => {
    const read: string[] = [];
    const broken = sources(1_000, (key) => {
      read.push(key);
      if (key === '20') throw new Error('the table is gone');
    });
    await expect(auditSince(SPAN, broken)).rejects.toThrow('the table is gone');
    await new Promise((resolve) => setImmediate(resolve));
    expect(read.length).toBeLessThan(50);
  });
});
