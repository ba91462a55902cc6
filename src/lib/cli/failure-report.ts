import { sdkFailure } from '../aws/to-failure.js';
import { Failure } from './failure.js';
import { parseFault, type CommandShape } from './parse-fault.js';
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
export async function asFailure(error: unknown, command?: CommandShape): Promise<Failure> {
  if (error instanceof Failure) return error;
  return (await parseFault(error, command)) ?? sdkFailure(error) ?? diskFailure(error) ?? new Bug(error);
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

/** A disk that is full, read-only or in other hands is the user's to mend. */
export function diskFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error || 'syscall' in error)) return undefined;
  const said = {
    ENOSPC: 'the disk is full',
    EFBIG: 'a file has become larger than this process may write',
    EROFS: 'the disk is read-only',
    EDQUOT: 'the disk quota is used up',
    EACCES: 'permission denied',
    EMFILE: 'too many files are open',
  }[String(error.code)];
  if (said === undefined) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? `: ${error.path}` : '';
  return new Failure('localStore', `${said}${path}`, { cause: error });
}
