import { Failure } from './failure.js';

export interface Asking {
  /** What to give on the command line in place of an answer, e.g. `--yes`. */
  readonly flag: string;
  /** false under --no-input and --json. */
  readonly allowed: boolean;
}

/** @throws Failure (interrupted) when the answer is no. */
export async function confirm(question: string, asking: Asking): Promise<void> {
  const answer = await put({ type: 'confirm', name: 'answer', message: question, default: false }, question, asking);
  if (answer !== true) throw new Failure('interrupted', 'nothing was done: the answer was no');
}

export async function ask(question: string, asking: Asking): Promise<string> {
  const answer = await put({ type: 'input', name: 'answer', message: question }, question, asking);
  return String(answer);
}

interface Question {
  readonly type: 'confirm' | 'input';
  readonly name: 'answer';
  readonly message: string;
  readonly default?: boolean;
}

async function put(question: Question, text: string, asking: Asking): Promise<unknown> {
  // Inquirer has no check of its own: without a terminal it would wait for ever.
  if (!asking.allowed || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new Failure('usage', `cannot ask "${text}" here`, { suggestions: [`answer with ${asking.flag}`] });
  }
  const { prompt } = await import('./inquirer.js');
  try {
    return (await prompt([question]))['answer'];
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError')
      throw new Failure('interrupted', 'nothing was done: interrupted');
    throw error;
  }
}
