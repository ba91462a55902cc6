/** One finding about a definition, in the shape ValidateStateMachineDefinition answers with. */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: DiagnosticCode;
  /** One sentence, without the place. */
  readonly message: string;
  /** Where: `/States/Charge/Retry[0]/ErrorEquals`; absent when the text is not JSON at all. */
  readonly location?: string;
}

export type DiagnosticCode =
  | 'INVALID_JSON_DESCRIPTION'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'MISSING_TRANSITION_TARGET'
  | 'MISSING_END_STATE'
  | 'DUPLICATE_STATE_NAME'
  | 'RESERVED_VARIABLE_NAME'
  | 'INVALID_VARIABLE_NAME'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION'
  | 'NO_DOLLAR'
  | 'PASS_RESULT_IS_STATIC';

/** `CODE: message at /place`, as CreateStateMachine lists it. */
export function describeDiagnostic({ code, message, location }: Diagnostic): string {
  return location === undefined ? `${code}: ${message}` : `${code}: ${message} at ${location}`;
}

/** The message of CreateStateMachine's InvalidDefinition error; the caller has kept the errors only. */
export function invalidDefinitionMessage(errors: readonly Diagnostic[]): string {
  return `Invalid State Machine Definition: '${errors.map(describeDiagnostic).join(', ')}'`;
}
