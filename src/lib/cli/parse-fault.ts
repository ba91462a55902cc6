import type { Command } from '@oclif/core';
import { Failure } from './failure.js';

/** What of a command's class tells how it wants to be called. */
export type CommandShape = Pick<Command.Class, 'id' | 'flags' | 'baseFlags'>;

/**
 * What oclif's parser says, in one sentence of ours; it says several things at once, over several lines, with colours.
 * @returns undefined for errors that are not oclif's
 */
export async function parseFault(error: unknown, command?: CommandShape): Promise<Failure | undefined> {
  if (!(error instanceof Error) || !('oclif' in error)) return undefined;
  const help = ['orders', ...(command?.id?.split(':') ?? []), '--help'].join(' ');
  const fault = (message: string, suggestions: readonly string[] = []): Failure =>
    new Failure('usage', message, { suggestions: [...suggestions, `see ${help}`], cause: error });

  if ('flags' in error && isTexts(error.flags)) {
    const { nearest } = await import('./nearest.js');
    const known = Object.keys({ ...command?.baseFlags, ...command?.flags }).map((name) => `--${name}`);
    const close = error.flags.flatMap((flag) => nearest(flag, known) ?? []);
    return fault(
      `unknown flag ${error.flags.join(', ')}`,
      close.length > 0 ? [`did you mean ${close.join(', ')}?`] : [],
    );
  }
  if ('args' in error && isNamed(error.args) && error.message.startsWith('Missing')) {
    return fault(`missing argument ${error.args.map(({ name }) => name.toUpperCase()).join(', ')}`);
  }
  return fault(sentence(error.message));
}

/** oclif's wording on the left, as far as it is known; anything else is kept, on one line. */
const WORDINGS: readonly (readonly [RegExp, string])[] = [
  [/\nSee more help with --help/u, ''],
  [/^The following errors? occurred:\s*/u, ''],
  // Colours around its reasons.
  [/\x1b\[[0-9;]*m/gu, ''],
  [/Missing required flag ([\w-]+)/gu, 'missing flag --$1'],
  [/All of the following must be provided when using (--[\w-]+): (.*)/gu, '$1 goes together with $2'],
  [/(--[\w-]+)=.* cannot also be provided when using (--[\w-]+)/gu, '$1 and $2 exclude each other'],
  [/^Parsing (--[\w-]+)\s*\n\s*Expected an integer but received: (.*)/u, 'flag $1 takes a whole number, not $2'],
  [/^Parsing (--[\w-]+)\s*\n\s*/u, 'flag $1: '],
  [/:\n+\s*/gu, ': '],
  [/\n+\s*/gu, '; '],
  [/\s+/gu, ' '],
];

function sentence(message: string): string {
  const text = WORDINGS.reduce((said, [theirs, ours]) => said.replace(theirs, ours), message).trim();
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

function isNamed(value: unknown): value is { readonly name: string }[] {
  return Array.isArray(value) && value.length > 0 && value.every((item: unknown) => typeof item === 'object');
}
