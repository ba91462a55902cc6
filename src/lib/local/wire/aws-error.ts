/**
 * An answer of a service that says no. `name` is what an SDK switches on (`ExecutionDoesNotExist`); `members` are further
 * members of the error's shape (DynamoDB's CancellationReasons).
 */
export class AwsError extends Error {
  override readonly name: string;

  constructor(
    name: string,
    message: string,
    readonly status = 400,
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = name;
  }
}
