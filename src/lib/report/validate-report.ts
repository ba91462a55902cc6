import { sanitize } from '../cli/sanitize.js';
import type { LintFinding } from '../definition/lint/finding.js';
import type { Style } from './style.js';

/** A block a finding: severity, rule and place, then what is wrong, then what to do. */
export function lintLines(findings: readonly LintFinding[], { paint }: Style): string[] {
  return findings.flatMap(({ severity, rule, location, message, advice }) => [
    `${paint(severity === 'error' ? 'red' : 'yellow', severity)} ${rule}${location === undefined || location === '' ? '' : `  ${sanitize(location)}`}`,
    `  ${sanitize(message)}`,
    ...(advice === undefined ? [] : [`  -> ${sanitize(advice)}`]),
  ]);
}

/** "no findings", "1 error, 2 warnings". */
export function lintSummary(findings: readonly LintFinding[]): string {
  if (findings.length === 0) return 'no findings';
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  return `${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}`;
}
