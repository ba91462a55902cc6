import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lib/audit/finding.js';
import { auditSummary, findingLines } from '../../src/lib/report/audit-report.js';
import { compensateLine, moneyAtStake } from '../../src/lib/report/compensate-report.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const finding: Finding = {
  orderId: 'a\u001b[31m',
  attempt: 2,
  severity: 'violation',
  rule: 'I1',
  message: '93.50 USD was taken, but the order is RECEIVED and its execution FAILED on 2026-11-22T20:22:27Z',
  mend: ['orders redrive a --attempt 2 --endpoint-url http://127.0.0.1:4599 --region eu-central-1 --env production'],
  until: NOW + 86_400_000,
};
const style = (width: number) => ({
  paint: (_colour: string, text: string) => text,
  screen: { terminal: width < Infinity, width, symbols: false },
});

describe('findings for people', () => {
  it('breaks sentences between words where there is no room, and commands never', () => {
    const narrow = findingLines([finding], NOW, style(40));
    expect(narrow.slice(1, -1)).toEqual([
      '  93.50 USD was taken, but the order is',
      '  RECEIVED and its execution FAILED on',
      '  2026-11-22T20:22:27Z',
    ]);
    expect(narrow.at(-1)).toBe(`  -> ${finding.mend[0] ?? ''}`);
    const wide = findingLines([finding], NOW, style(Infinity));
    expect(wide).toHaveLength(3);
    expect(wide[0]).toBe('VIOLATION I1  order a\\x1b[31m, attempt 2 (due 2026-11-23T12:00:00.000Z)');
  });

  it('counts', () => {
    expect(auditSummary(1, [])).toBe('1 order checked: nothing found');
    expect(auditSummary(2, [finding, { ...finding, severity: 'warning' }])).toBe(
      '2 orders checked: 1 violation, 1 warning',
    );
  });

  it('says what became of a cancellation, and what it will give back', () => {
    expect(compensateLine({ compensated: true, status: 'CANCELLED', paymentStatus: 'VOIDED' }, 'order 1')).toBe(
      'order 1 is cancelled: CANCELLED, payment VOIDED',
    );
    expect(compensateLine({ compensated: false, status: 'REJECTED' }, 'order 1')).toBe(
      'order 1 was rejected, nothing of it was ever begun',
    );
    expect(moneyAtStake({ order: undefined, charges: [] })).toBeUndefined();
  });
});
