import { sanitize } from '../cli/sanitize.js';
import type { RootCause } from '../history/root-cause.js';
import { pathText } from '../history/visit.js';
import type { Style } from './style.js';

/** The cause of a failure as a script reads it: `failure` in the answers of start, status and redrive. */
export interface FailureAnswer {
  readonly kind: RootCause['kind'];
  readonly stateName?: string;
  /** "CheckInventoryAndCharge > branch 2"; absent at the top. */
  readonly where?: string;
  readonly error?: string;
  readonly message?: string;
  readonly class: RootCause['class'];
  readonly attempts: number;
  readonly failState?: string;
  readonly caughtBefore?: RootCause['caughtBefore'];
  readonly openStates?: readonly string[];
}

export function failureAnswer(cause: RootCause): FailureAnswer {
  const { kind, stateName, error, attempts, failState, caughtBefore, openStates } = cause;
  const where = pathText(cause.path);
  return {
    kind,
    ...(stateName === undefined ? {} : { stateName }),
    ...(where === '' ? {} : { where }),
    ...(error === undefined ? {} : { error }),
    ...(cause.cause === undefined ? {} : { message: cause.cause.message }),
    class: cause.class,
    attempts,
    ...(failState === undefined ? {} : { failState }),
    ...(caughtBefore === undefined ? {} : { caughtBefore }),
    ...(openStates === undefined ? {} : { openStates }),
  };
}

const CLASS_TEXT: Readonly<Record<RootCause['class'], string>> = {
  business: 'a business refusal',
  infrastructure: 'an infrastructure fault',
  bug: 'a bug',
};

/** Longest message that is shown; `explain` and --json have all of it. */
const LONGEST = 600;

/** A few lines: which state, which error, what it means. */
export function rootCauseLines(cause: RootCause, { paint }: Style): string[] {
  const failure = failureAnswer(cause);
  const lines = [headline(failure, paint)];
  if (failure.message !== undefined) lines.push(`  ${shortened(failure.message)}`);
  if (failure.failState !== undefined && failure.failState !== failure.stateName) {
    lines.push(`  the workflow caught it and ended in the Fail state ${sanitize(failure.failState)}`);
  }
  if (failure.caughtBefore !== undefined) {
    const { stateName, error, message } = failure.caughtBefore;
    lines.push(
      `  before that, ${sanitize(error)} of ${sanitize(stateName)} was caught${message === undefined ? '' : `: ${shortened(message)}`}`,
    );
  }
  return lines;
}

function headline(failure: FailureAnswer, paint: Style['paint']): string {
  const state = paint('bold', sanitize(failure.stateName ?? 'the execution'));
  const place = failure.where === undefined ? '' : ` (${sanitize(failure.where)})`;
  const error = failure.error === undefined ? '' : paint('red', sanitize(failure.error));
  switch (failure.kind) {
    case 'aborted':
      return failure.stateName === undefined
        ? 'it was stopped'
        : `it was stopped in ${state}${place}${error === '' ? '' : `: ${error}`}`;
    case 'timed-out':
      return failure.stateName === undefined
        ? 'the execution ran out of time'
        : `the execution ran out of time in ${state}${place}`;
    case 'task':
    case 'state':
    case 'fail-state':
    case 'map-run': {
      const tries = failure.attempts > 1 ? `, after ${failure.attempts} attempts` : '';
      return `${state}${place} failed with ${error || 'an unnamed error'}: ${CLASS_TEXT[failure.class]}${tries}`;
    }
  }
}

function shortened(text: string): string {
  const clean = sanitize(text);
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}...` : clean;
}
