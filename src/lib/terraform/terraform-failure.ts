import { Failure } from '../cli/failure.js';
import type { Binary } from './binary.js';
import type { Diagnostic } from './message.js';
import { heldLock } from './state-lock.js';

/** What a run of the binary left behind that did not succeed. */
export interface Failed {
  /** `plan`, `apply` ... */
  readonly command: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly diagnostics: readonly Diagnostic[];
  /** The end of what it wrote to stderr, for faults that come before it speaks JSON. */
  readonly stderr: string;
}

/** Exit 15 with Terraform's own diagnostics. @param now epoch milliseconds, for a lock's age */
export function terraformFailure({ product }: Pick<Binary, 'product'>, failed: Failed, now: number): Failure {
  const errors = distinct(failed.diagnostics.filter(({ severity }) => severity === 'error'));
  for (const error of errors) {
    const lock = heldLock(error);
    if (lock === undefined) continue;
    const since = lock.created === undefined ? '' : `, ${ageText(now - lock.created.getTime())}`;
    const what = lock.operation === '' ? '' : ` for ${lock.operation}`;
    return new Failure('terraform', `the state is locked by ${lock.who}${what}${since}`, {
      suggestions: [
        'wait until it has finished, and run it again',
        `if nobody works there any more: ${product === 'OpenTofu' ? 'tofu' : 'terraform'} force-unlock ${lock.id}, in the folder that orders names`,
      ],
    });
  }
  const said = errors.length > 0 ? errors.map(errorText).join('\n') : lastWords(failed);
  const advice = errors.some(({ summary }) => /backend (configuration|initialization)/iu.test(summary))
    ? ['--migrate-state moves the state to the backend that is configured now, --reconfigure forgets the one before']
    : [];
  return new Failure('terraform', `${product} ${failed.command} failed: ${said}`, { suggestions: advice });
}

function lastWords({ stderr, code, signal }: Failed): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length > 0) return lines.slice(-5).join('\n');
  return signal === null ? `it ended with code ${String(code)} and said nothing` : `it was ended by ${signal}`;
}

/** One error as people read it: what, where, and the explanation. */
export function errorText({ summary, detail, address, range }: Diagnostic): string {
  const place = address ?? (range === undefined ? undefined : `${range.filename}:${range.start.line}`);
  const explained = detail.trim() === '' ? '' : `\n${detail.trim()}`;
  return `${summary}${place === undefined ? '' : ` (${place})`}${explained}`;
}

/** Terraform repeats itself: "execution halted" comes twice. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map(diagnostics.map((diagnostic) => [errorText(diagnostic), diagnostic]));
  const all = [...seen.values()];
  const real = all.filter(({ summary }) => summary !== 'execution halted');
  return real.length > 0 ? real : all;
}

function ageText(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return 'since less than a minute';
  if (minutes < 120) return `since ${minutes} minute${minutes === 1 ? '' : 's'}`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `since ${hours} hours` : `since ${Math.floor(hours / 24)} days`;
}
