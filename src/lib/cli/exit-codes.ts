/**
 * The one table of exit codes. Code, `orders help exit-codes`, the README and the tests all read it.
 * A name is what a `Failure` carries; the number is what a shell sees.
 */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done; the execution succeeded where it was waited for' },
  bug: { code: 1, meaning: 'a bug in orders, or an unexpected answer' },
  usage: { code: 2, meaning: 'usage: flags, arguments, a malformed order' },
  failed: { code: 3, meaning: 'the execution FAILED' },
  timedOut: { code: 4, meaning: 'the execution TIMED_OUT' },
  aborted: { code: 5, meaning: 'the execution was ABORTED' },
  stillRunning: { code: 6, meaning: 'still running when --timeout ran out' },
  notFound: { code: 7, meaning: 'not found' },
  conflict: { code: 8, meaning: 'conflict: the order exists with another input' },
  notRedrivable: { code: 9, meaning: 'not redrivable' },
  denied: { code: 10, meaning: 'credentials or permission' },
  unreachable: { code: 11, meaning: 'AWS cannot be reached, or throttles beyond patience' },
  partial: { code: 12, meaning: 'bulk work succeeded only in part' },
  checkFailed: { code: 13, meaning: 'a check failed: validate, doctor, budget, drift' },
  localStore: { code: 14, meaning: 'the local store or disk' },
  terraform: { code: 15, meaning: 'Terraform failed' },
  interrupted: { code: 130, meaning: 'interrupted, or a question answered with no' },
  terminated: { code: 143, meaning: 'terminated' },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitName = keyof typeof EXIT_CODES;
