import type { Diagnostic } from '../diagnostic.js';
import { readDefinition } from '../parse.js';
import { states } from '../states.js';
import { validateDefinition, type ValidationOptions } from '../validate.js';
import { validateExpressions } from '../validate-expressions.js';
import { catchAllBeforeFail, errorNames, missingRetries, shadowedErrors } from './error-rules.js';
import type { LintFinding, Rule } from './finding.js';
import { foreignAdvice } from './foreign-text.js';
import { impossiblePaths } from './path-rules.js';
import { expressTimes, missingTimeouts, retriesBeyondTimeout } from './timeout-rules.js';

export interface LintOptions extends ValidationOptions {
  /** Names that the functions throw, where somebody knows them. */
  readonly thrown?: ReadonlySet<string>;
}

const RULES: readonly Rule[] = [
  missingTimeouts,
  missingRetries,
  catchAllBeforeFail,
  errorNames,
  shadowedErrors,
  retriesBeyondTimeout,
  expressTimes,
  impossiblePaths,
];

/**
 * Errors: what AWS is expected to refuse. Warnings: what it accepts, and what experience says of it. A definition with errors
 * is still looked at for the rest, unless it is no definition at all.
 */
export async function lintDefinition(text: string, options: LintOptions = {}): Promise<LintFinding[]> {
  const diagnostics = [...validateDefinition(text, options), ...(await validateExpressions(text))];
  const found = diagnostics.map((diagnostic) => fromDiagnostic(diagnostic));
  const { machine } = readDefinition(text);
  if (machine === undefined) {
    const advice = foreignAdvice(text);
    return advice === undefined ? found : found.map((finding) => ({ ...finding, advice }));
  }
  const subject = { machine, type: options.type ?? 'STANDARD', placed: [...states(machine)], thrown: options.thrown };
  return [...found, ...RULES.flatMap((rule) => [...rule(subject)])];
}

function fromDiagnostic({ severity, code, message, location }: Diagnostic): LintFinding {
  return {
    severity: severity === 'ERROR' ? 'error' : 'warning',
    rule: code.toLowerCase().replaceAll('_', '-'),
    message,
    ...(location === undefined ? {} : { location }),
  };
}
