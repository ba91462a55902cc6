import { EXIT_CODES, type ExitName } from './exit-codes.js';

/**
 * What a user should see instead of a stack trace. The message is one lower-case sentence with the wrong value in it;
 * `suggestions` say what to do next; `exit` names a row of the exit-code table. Any other error is a bug and says so.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exit: ExitName;
  readonly suggestions: readonly string[];

  constructor(exit: ExitName, message: string, options: { suggestions?: readonly string[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exit = exit;
    this.suggestions = options.suggestions ?? [];
  }

  get exitCode(): number {
    return EXIT_CODES[this.exit].code;
  }
}
