/** Why a state, and with it perhaps the execution, failed; what a Catch receives as Error and Cause. */
export interface FailureReason {
  readonly error?: string;
  readonly cause?: string;
}

export interface Evaluation {
  /** The field, such as `Output/result`; absent when it was the state's input. */
  readonly location?: string;
  /** Whether the fault lay in the value, found after evaluating. */
  readonly afterEntry: boolean;
}

/** Thrown inside the engine when a state fails for a reason that is already worded as AWS words it. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';

  constructor(
    readonly reason: FailureReason,
    /** Given for JSONata: such a failure has an event of its own. */
    readonly evaluation?: Evaluation,
  ) {
    super(reason.cause ?? reason.error ?? 'the state failed');
  }
}

/** A result or payload above the limit; `of` is the state's name, the function's ARN or the integrated service. */
export function dataLimitExceeded(of: string): FailureReason {
  return {
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${of}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  };
}
