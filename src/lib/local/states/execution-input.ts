import { AwsError } from '../wire/aws-error.js';

/** Bytes of UTF-8. Source: quotas of Step Functions, "maximum input or result size". */
export const INPUT_LIMIT = { maxBytes: 262_144 };

/**
 * Any JSON value may be an input, an empty text may not.
 * @throws AwsError InvalidExecutionInput; inside the quotes AWS has its own parser's words, here they are ours.
 */
export function checkInput(input: string): void {
  try {
    if (input.trim() === '') throw new Error('Invalid execution input.');
    JSON.parse(input);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
}
