import type { Finding } from '../audit/findings.js';
import { sanitize } from '../cli/sanitize.js';
import type { Style } from './style.js';
import { timeText } from './time-text.js';

/** A finding of --json. */
export interface ReportedFinding extends Omit<Finding, 'until'> {
  readonly until?: Date;
}

export function reported({ until, ...finding }: Finding): ReportedFinding {
  return { ...finding, ...(until === undefined ? {} : { until: new Date(until) }) };
}

/** One block a finding: what and where, why, what mends it. Blocks read better than a table that cuts commands in two. */
export function findingLines(found: readonly Finding[], now: number, style: Style): string[] {
  return found.flatMap((finding) => {
    const { severity, rule, message, mend, until } = finding;
    const colour = severity === 'violation' ? 'red' : 'yellow';
    const word = style.paint(colour, severity === 'violation' ? 'VIOLATION' : 'warning');
    const due = until === undefined ? '' : ` (until ${timeText(new Date(until), now, style)})`;
    return [
      `${word} ${rule}  ${sanitize(subjectOf(finding))}${due}`,
      `  ${sanitize(message)}`,
      ...mend.map((command) => `  -> ${sanitize(command)}`),
    ];
  });
}

/** "3 attempts checked: 1 violation, 2 warnings". */
export function auditSummary(checked: number, found: readonly Finding[]): string {
  const violated = found.filter(({ severity }) => severity === 'violation').length;
  const counted = [count(violated, 'violation'), count(found.length - violated, 'warning')];
  return `${count(checked, 'order')} checked: ${found.length === 0 ? 'nothing found' : counted.join(', ')}`;
}

function subjectOf({ orderId, attempt = 1, sku }: Finding): string {
  if (sku !== undefined) return `stock of ${sku}`;
  return `order ${orderId ?? ''}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
