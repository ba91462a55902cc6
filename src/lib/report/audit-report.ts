import type { Finding } from '../audit/finding.js';
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
    const due = until === undefined ? '' : ` (due ${timeText(new Date(until), now, style)})`;
    return [
      `${word} ${rule}  ${sanitize(subjectOf(finding))}${due}`,
      ...folded(sanitize(message), style.screen.width - 2).map((line) => `  ${line}`),
      ...mend.map((command) => `  -> ${sanitize(command)}`),
    ];
  });
}

/** A sentence on as many lines as it takes, broken between words. Commands are not: who copies one wants it whole. */
function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
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
