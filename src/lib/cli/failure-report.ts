import type { Command } from '@oclif/core';
import { sdkFailure } from '../aws/to-failure.js';
import { Failure } from './failure.js';
import { sanitize, sanitizeLines } from './sanitize.js';
import { paintFor, screenOf } from './screen.js';

/** A bug keeps what it was, so that ORDERS_DEBUG can show the stack. */
class Bug extends Failure {
  constructor(readonly thrown: unknown) {
    super(
      'bug',
      `this is a bug in orders: ${thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)}`,
      {
        suggestions: ['run it again with ORDERS_DEBUG=1 to see where, and report what it prints'],
        cause: thrown,
      },
    );
  }
}

/** Whatever was thrown, as what a user should see. */
export async function asFailure(
  error: unknown,
  command?: Pick<Command.Class, 'id' | 'flags' | 'baseFlags'>,
): Promise<Failure> {
  if (error instanceof Failure) return error;
  return (await usageFailure(error, command)) ?? sdkFailure(error) ?? diskFailure(error) ?? new Bug(error);
}

/** What a `--json` reader gets in place of the answer. */
export function errorDocument(failure: Failure): {
  error: { code: number; name: string; message: string; suggestions: readonly string[] };
} {
  return {
    error: { code: failure.exitCode, name: failure.exit, message: failure.message, suggestions: failure.suggestions },
  };
}

export function printFailure(
  failure: Failure,
  stream: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const paint = paintFor(screenOf(stream, env));
  const lines = [`${paint('red', 'Error:')} ${sanitizeLines(failure.message)}`];
  for (const suggestion of failure.suggestions) lines.push(`  ${sanitize(suggestion)}`);
  if (failure instanceof Bug && env['ORDERS_DEBUG'] && failure.thrown instanceof Error) {
    lines.push(sanitizeLines(failure.thrown.stack ?? ''));
  }
  stream.write(`${lines.join('\n')}\n`);
}

/** oclif's parser says several things at once, over several lines: one sentence is made of them. */
async function usageFailure(
  error: unknown,
  command?: Pick<Command.Class, 'id' | 'flags' | 'baseFlags'>,
): Promise<Failure | undefined> {
  if (!isOclifError(error)) return undefined;
  const help = `orders ${command?.id?.replaceAll(':', ' ') ?? ''} --help`.replace('  ', ' ');
  const suggestions = [`see ${help}`];
  const flags = error.flags;
  if (isStrings(flags) && command !== undefined) {
    const { nearest } = await import('./nearest.js');
    const known = Object.keys({ ...command.baseFlags, ...command.flags }).map((name) => `--${name}`);
    const close = flags.flatMap((flag) => nearest(flag, known) ?? []);
    if (close.length > 0) suggestions.unshift(`did you mean ${close.join(', ')}?`);
    return new Failure('usage', `unknown flag ${flags.join(', ')}`, { suggestions, cause: error });
  }
  return new Failure('usage', oneSentence(error.message), { suggestions, cause: error });
}

function oneSentence(message: string): string {
  const text = message
    .replace(/\nSee more help with --help/u, '')
    .replace(/^The following errors? occurred:\s*/u, '')
    // Colours that oclif puts around its reasons.
    .replace(/\x1b\[[0-9;]*m/gu, '')
    .replace(/^Parsing (--[\w-]+)\s*\n\s*/u, (_, flag: string) => `${flag}: `)
    .replace(/:\n/u, ': ')
    .replace(/\n+\s*/gu, '; ')
    .replace(/\s+/gu, ' ')
    .trim();
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/**
 * oclif's own errors, those of its parser among them, carry an `oclif` property; `parse` is on what the parser throws.
 */
function isOclifError(error: unknown): error is Error & { flags?: unknown } {
  return error instanceof Error && 'oclif' in error;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

/** A disk that is full, read-only or in other hands is the user's to mend. */
function diskFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error || 'syscall' in error)) return undefined;
  const said = {
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
    EDQUOT: 'the disk quota is used up',
    EACCES: 'permission denied',
    EMFILE: 'too many files are open',
  }[String(error.code)];
  if (said === undefined) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? `: ${error.path}` : '';
  return new Failure('localStore', `${said}${path}`, { cause: error });
}
