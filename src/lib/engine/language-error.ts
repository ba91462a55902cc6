/**
 * A data-flow fault of the States Language at run time: a path that finds nothing, an intrinsic function that refuses its
 * arguments. The engine turns it into a failed state (or execution) with this error name, the message being AWS's cause.
 */
export class LanguageError extends Error {
  override readonly name = 'LanguageError';

  constructor(
    /** As `ErrorEquals` would match it: States.Runtime, States.ParameterPathFailure, States.IntrinsicFailure ... */
    readonly errorName: LanguageErrorName,
    message: string,
  ) {
    super(message);
  }
}

export type LanguageErrorName =
  | 'States.Runtime'
  | 'States.ParameterPathFailure'
  | 'States.ResultPathMatchFailure'
  | 'States.IntrinsicFailure'
  | 'States.NoChoiceMatched'
  | 'States.QueryEvaluationError';
