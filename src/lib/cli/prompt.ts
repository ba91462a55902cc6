import { Failure } from './failure.js';

export interface Asking {
  /** What to give on the command line in place of an answer, e.g. `--yes`. */
  readonly flag: string;
  /** false under --no-input and --json. */
  readonly allowed: boolean;
}

/**
 * Asks on stderr, and comes back only if the answer is yes.
 * @throws Failure interrupted: no, or Ctrl-C · usage: there is nobody to ask
 */
export async function confirm(question: string, { flag, allowed }: Asking): Promise<void> {
  // Inquirer has no check of its own: without a terminal it would wait for ever.
  if (!allowed || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new Failure('usage', `cannot ask "${question}" here`, { suggestions: [`answer with ${flag}`] });
  }
  const { prompt } = await import('./inquirer.js');
  try {
    const { answer } = await prompt([{ type: 'confirm', name: 'answer', message: question, default: false }]);
    if (answer === true) return;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    throw new Failure('interrupted', 'nothing was done: interrupted', { cause: error });
  }
  throw new Failure('interrupted', 'nothing was done: the answer was no');
}
