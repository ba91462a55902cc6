import { sanitize } from '../cli/sanitize.js';
import type { Colour } from '../cli/screen.js';
import type { CheckResult, CheckStatus } from '../doctor/check.js';
import type { Style } from './style.js';

/** What `doctor --json` prints. */
export interface DoctorAnswer {
  readonly environment: string;
  readonly checks: readonly CheckResult[];
  /** Nothing is missing; warnings do not count. */
  readonly ok: boolean;
}

const LOOKS: Readonly<Record<CheckStatus, { readonly colour: Colour; readonly symbol: string }>> = {
  ok: { colour: 'green', symbol: '✔' },
  warning: { colour: 'yellow', symbol: '!' },
  missing: { colour: 'red', symbol: '✖' },
  skipped: { colour: 'dim', symbol: '-' },
};

/** One line a check: how it stands, what it is about, what was found and what to do. */
export function checkLine({ name, status, detail, advice }: CheckResult, { paint, screen }: Style): string {
  const { colour, symbol } = LOOKS[status];
  const word = paint(colour, screen.symbols ? symbol : status.padEnd(7));
  const todo = advice === undefined ? '' : ` -> ${sanitize(advice)}`;
  return `${word} ${sanitize(name)}: ${sanitize(detail)}${todo}`;
}

export function healthText(checks: readonly CheckResult[]): string {
  const count = (status: CheckStatus): number => checks.filter((check) => check.status === status).length;
  return `${count('ok')} ok, ${count('warning')} to look at, ${count('missing')} missing, ${count('skipped')} skipped`;
}
