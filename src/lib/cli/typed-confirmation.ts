import { Failure } from './failure.js';
import type { Asking } from './prompt.js';

/**
 * For what cannot be undone: comes back only if `name` is typed, letter by letter.
 * @throws Failure interrupted: something else was typed, or Ctrl-C · usage: there is nobody to ask
 */
export async function confirmByName(question: string, name: string, { flag, allowed }: Asking): Promise<void> {
  if (!allowed || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new Failure('usage', `cannot ask "${question}" here`, { suggestions: [`answer with ${flag}`] });
  }
  const { prompt } = await import('./inquirer.js');
  let typed: unknown;
  try {
    typed = (await prompt([{ type: 'input', name: 'answer', message: `${question} Type ${name} to go on:` }]))[
      'answer'
    ];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    throw new Failure('interrupted', 'nothing was done: interrupted', { cause: error });
  }
  if (typed === name) return;
  throw new Failure('interrupted', `nothing was done: ${String(typed)} is not ${name}`);
}
