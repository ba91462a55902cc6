/** Why a function refuses its arguments; the caller adds which call it was. */
export class IntrinsicRefusal extends Error {
  override readonly name = 'IntrinsicRefusal';

  constructor(
    message: string,
    readonly errorName: 'States.IntrinsicFailure' | 'States.Runtime' = 'States.IntrinsicFailure',
  ) {
    super(message);
  }
}
