import type { Failure } from '../cli/failure.js';

export type CheckStatus = 'ok' | 'warning' | 'missing' | 'skipped';

/** What one check of `orders doctor` came to. `advice` is what to do, where there is something. */
export interface CheckResult {
  readonly name: string;
  readonly status: CheckStatus;
  readonly detail: string;
  readonly advice?: string;
}

export const ok = (name: string, detail: string): CheckResult => ({ name, status: 'ok', detail });

export const skipped = (name: string, detail: string): CheckResult => ({ name, status: 'skipped', detail });

export const warning = (name: string, detail: string, advice: string): CheckResult => ({
  name,
  status: 'warning',
  detail,
  advice,
});

export const missing = (name: string, detail: string, advice: string): CheckResult => ({
  name,
  status: 'missing',
  detail,
  advice,
});

/** Turns what a call threw into what a user should see; it comes from lib/aws. */
export type Explain = (error: unknown) => Failure | undefined;

/**
 * Runs one check. What it throws is its result, with the advice that the Failure carries: a doctor goes on with the next.
 * @param advice for a Failure that has none
 */
export async function examine(
  name: string,
  check: () => Promise<CheckResult>,
  explain: Explain,
  advice: string,
): Promise<CheckResult> {
  try {
    return await check();
  } catch (error) {
    const failure = explain(error);
    if (failure === undefined) throw error;
    return missing(name, failure.message, failure.suggestions[0] ?? advice);
  }
}

/** Warnings let commands work; what is missing does not. */
export function isHealthy(checks: readonly CheckResult[]): boolean {
  return checks.every(({ status }) => status !== 'missing');
}
