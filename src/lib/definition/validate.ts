import { checkChoices } from './check-choices.js';
import { checkErrorHandling } from './check-error-handling.js';
import { checkFields } from './check-fields.js';
import { checkTransitions } from './check-transitions.js';
import type { Diagnostic } from './diagnostic.js';
import { Findings } from './findings.js';
import { readDefinition } from './parse.js';
import { graphs, states } from './states.js';
import type { StateMachine } from './types.js';

export interface ValidationOptions {
  /** STANDARD when absent; EXPRESS machines know fewer integrations. */
  readonly type?: 'STANDARD' | 'EXPRESS';
}

/** The most bytes of UTF-8 that CreateStateMachine accepts. */
const LONGEST_DEFINITION = 1_048_576;

/**
 * What ValidateStateMachineDefinition would say of a definition, with its codes and, where known, its words. No ERROR among
 * the answers means that AWS is expected to accept it; every definition of the recordings passes. Where it is unknown
 * whether AWS refuses something, it is let through. JSONata expressions are not looked into.
 */
export function validateDefinition(text: string, { type = 'STANDARD' }: ValidationOptions = {}): Diagnostic[] {
  const findings = new Findings();
  if (Buffer.byteLength(text) > LONGEST_DEFINITION) {
    findings.schema(`The definition cannot be longer than ${LONGEST_DEFINITION} bytes`, '/');
  }
  const { machine, diagnostics } = readDefinition(text);
  if (machine === undefined) return [...findings.diagnostics, ...diagnostics];
  checkMachine(machine, findings);
  for (const placed of states(machine)) {
    checkFields(placed, machine, type, findings);
    checkErrorHandling(placed, findings);
    checkChoices(placed, findings);
  }
  for (const placed of graphs(machine)) checkTransitions(placed, findings);
  checkNames(machine, findings);
  return findings.diagnostics;
}

const MACHINE_FIELDS: ReadonlySet<string> = new Set([
  'Comment',
  'QueryLanguage',
  'StartAt',
  'States',
  'TimeoutSeconds',
  'Version',
]);

function checkMachine(machine: StateMachine, findings: Findings): void {
  for (const field of Object.keys(machine)) {
    if (!MACHINE_FIELDS.has(field)) findings.schema(`Field '${field}' is not supported`, '/');
  }
  const { Version: version, QueryLanguage: language, TimeoutSeconds: timeout } = machine;
  if (version !== undefined && version !== '1.0') {
    findings.schema('Value should be one of the following: [1.0]', '/Version');
  }
  if (language !== undefined && !['JSONPath', 'JSONata'].includes(language)) {
    findings.schema('Value should be one of the following: [JSONPath, JSONata]', '/QueryLanguage');
  }
  if (timeout !== undefined && !Number.isInteger(timeout)) {
    findings.schema('Expected value of type Integer', '/TimeoutSeconds');
  } else if (timeout !== undefined && timeout < 0) {
    findings.schema('Minimum value is 0', '/TimeoutSeconds');
  }
  const ends = Object.values(machine.States).some(
    (state) => state.Type === 'Succeed' || state.Type === 'Fail' || ('End' in state && state.End === true),
  );
  if (!ends) findings.error('MISSING_END_STATE', 'Workflow has no terminal state', '/States');
}

const LONGEST_STATE_NAME = 80;

/** Names are unique in the whole machine, not only beside each other. */
function checkNames(machine: StateMachine, findings: Findings): void {
  const known = new Set<string>();
  for (const { name, location } of states(machine)) {
    if (known.has(name)) findings.error('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, location);
    known.add(name);
    if ([...name].length > LONGEST_STATE_NAME) {
      findings.schema(`State name cannot be longer than ${LONGEST_STATE_NAME} characters`, location);
    }
  }
}
