import { describeDiagnostic, type Diagnostic } from './diagnostic.js';
import { DEEPEST, nestingOf } from './nesting.js';
import { checkShape } from './shape.js';
import type { StateMachine } from './types.js';

/** A text that is no state machine at all; `diagnostics` says where and why, and is never empty. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(describeDiagnostic).join(', '));
  }
}

/**
 * Reads a definition that is known, or assumed, to be accepted by AWS: refused is only what would make every later step
 * meaningless (not JSON, a graph without states or start, a state of no known type). `validateDefinition` finds the rest.
 * @throws DefinitionError
 */
export function parseDefinition(text: string): StateMachine {
  const { machine, diagnostics } = readDefinition(text);
  if (machine === undefined) throw new DefinitionError(diagnostics);
  return machine;
}

/** The same without the exception: either a machine and no diagnostics, or none and at least one. */
export function readDefinition(text: string): { machine?: StateMachine; diagnostics: readonly Diagnostic[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { diagnostics: [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message }] };
  }
  const levels = nestingOf(text);
  if (levels > DEEPEST) {
    const message = `The definition has ${levels} levels, at most ${DEEPEST} are read`;
    return { diagnostics: [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message }] };
  }
  const diagnostics = checkShape(parsed);
  return diagnostics.length > 0 ? { diagnostics } : { machine: parsed as StateMachine, diagnostics };
}
