/**
 * What goes wrong at one moment of a run. The moment is an effect (`CapturePayment/3`: the fourth request that the first
 * function called for this state makes; `ProcessItem.1/0`: of the second item) or a step of the engine (`step/7`).
 */
export interface Fault {
  readonly at: string;
  readonly kind: FaultKind;
}

export type FaultKind = EffectFault | StepFault;

export const EFFECT_FAULTS = [
  /** The function's process dies, before or after the effect. */
  'crash-before',
  'crash-after',
  /** As `crash-after`, but by an error that nobody retries. */
  'bug-after',
  /** The function hangs until its task has timed out, and then goes on as if nothing had been: before the retry begins, ... */
  'late',
  /** ... while the next run of the same step is under way, ... */
  'late-overlap',
  /** ... or when all else is over. */
  'late-end',
  /** The other branch of the Parallel fails at this moment; this function goes on, at once or when all else is over. */
  'sibling',
  'sibling-late',
  /** The service turns the request away: DynamoDB's throttling, Stripe's 429, SNS or SQS being down. */
  'refused',
  /** Another transaction has the item: DynamoDB only. */
  'conflict',
  /** The connection breaks: nothing was done, or it was and nobody knows. */
  'reset-before',
  'reset-after',
  /** The service has done it and answers 500. */
  'error-after',
  /** An operator cancels the order: completely before this effect, or at the same time. */
  'compensate',
  'compensate-beside',
  /** The same order runs a second time (Express delivers at least once): at the same pace, faster, or wholly before this effect. */
  'duplicate',
  'duplicate-fast',
  'duplicate-first',
  /** Another customer wants the same goods at the same time. */
  'rival',
  /** Somebody changes the prices; somebody finds that the goods are gone. */
  'reprice',
  'lose-stock',
] as const;
export type EffectFault = (typeof EFFECT_FAULTS)[number];

export const STEP_FAULTS = [
  /** The engine's process dies after storing the step, and another takes over: every open call is made again. */
  'engine-restart',
  /** Somebody stops the execution. */
  'stop',
] as const;
export type StepFault = (typeof STEP_FAULTS)[number];

/** What is done about an execution that stands still. */
export const RECOVERIES = [
  'redrive',
  'redrive-after-a-day',
  'redrive-after-a-week',
  /** The operator cancels, and then redrives. */
  'compensate-first',
  /** Both at once. */
  'compensate-beside',
  /** The operator cancels, and leaves the execution as it is. */
  'compensate-only',
] as const;
export type Recovery = (typeof RECOVERIES)[number];

/** One run: everything that happens in it follows from this. */
export interface Plan {
  readonly scenario: string;
  readonly faults: readonly Fault[];
  /** Whether the definition's retries are as they are, or none: then every fault stops the execution. */
  readonly retries: boolean;
  readonly recovery: Recovery;
  readonly type: 'STANDARD' | 'EXPRESS';
}

export function describePlan({ scenario, faults, retries, recovery, type }: Plan): string {
  const struck = faults.map(({ at, kind }) => `${kind} at ${at}`).join(' and ') || 'no fault';
  return `${scenario}: ${struck}; ${retries ? 'retries' : 'no retries'}, ${recovery}, ${type}`;
}
