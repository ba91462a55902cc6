import { AwsError } from '../../wire/aws-error.js';

/** @param at index of the character in the query where it stops making sense. */
export function malformedQuery(message: string, at: number): AwsError {
  const queryCompileError = { location: { startCharOffset: at, endCharOffset: at }, message };
  return new AwsError('MalformedQueryException', message, 400, { queryCompileError });
}
