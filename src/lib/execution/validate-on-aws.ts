import type { SFN } from '@aws-sdk/client-sfn';
import type { LintFinding } from '../definition/lint/finding.js';
import type { FoundDefinition } from './read-definition.js';

/** What AWS itself says: ValidateStateMachineDefinition, errors and warnings, at most 100 of them. */
export async function validateOnAws(
  calls: Pick<SFN, 'validateStateMachineDefinition'>,
  { text, type }: FoundDefinition,
): Promise<LintFinding[]> {
  const { diagnostics = [] } = await calls.validateStateMachineDefinition({
    definition: text,
    type,
    severity: 'WARNING',
    maxResults: 100,
  });
  return diagnostics.map(({ severity, code = 'UNKNOWN', message = '', location }) => ({
    severity: severity === 'ERROR' ? 'error' : 'warning',
    rule: code.toLowerCase().replaceAll('_', '-'),
    message,
    ...(location === undefined ? {} : { location }),
  }));
}
