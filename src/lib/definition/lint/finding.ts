import type { PlacedState } from '../states.js';
import type { StateMachine } from '../types.js';

/** One thing to know about a definition. `error`: AWS is expected to refuse it. */
export interface LintFinding {
  readonly severity: 'error' | 'warning';
  /** In kebab case: AWS's own codes for errors, ours for advice. */
  readonly rule: string;
  /** `/States/Charge/Retry[0]/ErrorEquals`; absent when the text is not JSON at all. */
  readonly location?: string;
  /** One sentence. */
  readonly message: string;
  /** What to do about it; absent where the message says it. */
  readonly advice?: string;
}

/** What a rule is given. */
export interface LintSubject {
  readonly machine: StateMachine;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Every state, a Parallel or Map before what it holds. */
  readonly placed: readonly PlacedState[];
  /** Names that the functions throw, where somebody knows them; then any other name of theirs is nobody's. */
  readonly thrown: ReadonlySet<string> | undefined;
}

export type Rule = (subject: LintSubject) => Iterable<LintFinding>;
