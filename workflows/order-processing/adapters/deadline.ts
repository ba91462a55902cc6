/** Time that stays for writing down what happened and for answering, in milliseconds. */
export const ANSWER_TIME = 3_000;

/** When an invocation has to be done with the services outside. */
export interface Deadline {
  /** Milliseconds left for outside calls, at least 1. */
  left(): number;
  /** Aborts at the deadline. */
  signal(): AbortSignal;
}

/** @param remaining milliseconds until Lambda stops the function, asked anew at each call. */
export function invocationDeadline(remaining: () => number): Deadline {
  const left = (): number => Math.max(1, Math.floor(remaining() - ANSWER_TIME));
  return { left, signal: () => AbortSignal.timeout(left()) };
}
